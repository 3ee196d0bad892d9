"""The requests of parts to the kernel, the SDK or the OMS that hosts them (Sapphire Table 3).

The docstring of each call names the paper's. Calls of the paper that became something else: `registerMethod` is the decorator
`command`; `setHighLatency` is `ProxyKernel.set_high_latency`; `getIM` and `getReference` are `instance_manager`; `setIM` is done by
attaching a chain; `invoke` is `next` in `on_call`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol, TypeVar

from amino_wire.frames import Invocation

from amino_dms.api.clock import Clock
from amino_dms.api.gate import Gate
from amino_dms.api.joint import JointKernel
from amino_dms.api.member_disk import MemberDisk
from amino_dms.api.model import Interface, Node, ObjectRule, Replica
from amino_dms.api.outside import OutsideCaller
from amino_dms.api.replica_kernel import ReplicaKernel
from amino_dms.api.saving import SavingKernel
from amino_dms.api.shards import ShardCall, ShardCalls
from amino_dms.api.state import State

T = TypeVar("T")


class Peer(Protocol):
    """Another part of the same deployment manager, somewhere."""

    async def call(self, method: str, *args: Any, budget: float | None = None) -> Any:
        """Runs a method of that part that is marked `@peer` or `@command` (Sapphire section 6: transparent RPC between components).

        Arguments:
            method: its name.
            args: values.
            budget: seconds it may take; None: the host's default.

        Raises:
            KernelUnavailable: the part's host does not answer; the method may have run.
            AminoError: whatever the method raised.
        """
        ...


@dataclass(frozen=True, slots=True)
class Stored:
    """A durable value and its version; version 0 and None: absent."""

    value: Any
    version: int


class PartKernel(Protocol):
    """The requests that every part may make."""

    @property
    def object_id(self) -> str:
        """The object this part belongs to; a manager never sees another one (Sapphire section 6)."""
        ...

    @property
    def title(self) -> str:
        """How messages call the object: by its name, with its id behind it."""
        ...

    @property
    def clock(self) -> Clock:
        """The monotonic clock of this host."""
        ...

    @property
    def random(self) -> Random:
        """Where chance comes from; seeded in tests."""
        ...

    @property
    def node(self) -> Node:
        """Where this part runs (Table 3, getNode and getRegion). For a proxy in an SDK: the kernel it talks to."""
        ...

    @property
    def interface(self) -> Interface:
        """The object's members."""
        ...

    def replicas(self) -> tuple[Replica, ...]:
        """The object's replicas as far as known here (Table 3, getReplicas)."""
        ...

    async def nodes(self, region: str | None = None) -> tuple[Node, ...]:
        """The living nodes, of one region or all (Table 3, getNodes).

        Raises:
            OmsUnavailable: nobody knows just now.
        """
        ...

    async def regions(self) -> tuple[str, ...]:
        """The regions that have living nodes (Table 3, getRegions); raises as `nodes`."""
        ...

    async def durable_get(self, key: str) -> Stored:
        """A durable value of this manager of this object (Table 3, durable get).

        Raises:
            OmsUnavailable: the store does not answer.
        """
        ...

    async def durable_put(self, key: str, value: Any, *, expected: int | None = None) -> int:
        """Stores a value durably (Table 3, durable put). When it returns, the value survives the end of every process.

        Arguments:
            key: a name of this manager's own.
            value: a value; whole, never a part of one.
            expected: store only if the present version is this one (0: absent); None: whatever is there.

        Returns:
            the new version.

        Raises:
            EpochStale: the present version is another; nothing was stored.
            OmsUnavailable: the store did not answer; the value may have been stored.
        """
        ...

    def instance_manager(self, replica: int = 0) -> Peer:
        """The instance manager of a replica (Table 3, getIM and getReference)."""
        ...

    def coordinator(self) -> Peer:
        """The coordinator (Table 3, getCoordinator)."""
        ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs something beside the calls; it is cancelled when the part ends."""
        ...


class ProxyKernel(PartKernel, ShardCalls, Protocol):
    """The requests that a proxy may make."""

    def set_high_latency(self, seconds: float | None) -> None:
        """From which duration of a call on `on_high_latency` is called (Table 3, setHighLatency); None: never."""
        ...


class Copy(Protocol):
    """A second instance of the object beside it, that nobody else can call."""

    async def invoke(self, call: Invocation) -> Any:
        """Runs a member of the copy; raises what it raises."""
        ...

    async def state(self) -> State:
        """The copy's state."""
        ...

    async def discard(self) -> None:
        """Ends the copy."""
        ...


class InstanceKernel(PartKernel, SavingKernel, ReplicaKernel, MemberDisk, ShardCall, OutsideCaller, JointKernel, Protocol):
    """The requests that an instance manager may make."""

    @property
    def replica(self) -> int:
        """Which replica this is."""
        ...

    @property
    def epoch(self) -> int:
        """Grows with every move and every change of replicas."""
        ...

    def keeps(self, rule: ObjectRule) -> bool:
        """Whether the object's own gate keeps a rule that the part's `rule` names."""
        ...

    def gate(self) -> Gate:
        """A gate that is closed by itself while the object prepares to move, so that nobody waits in it for the other side of a move."""
        ...

    async def held(self, awaited: Awaitable[T], seconds: float) -> T:
        """The result of `awaited`, for a call that has not run yet.

        Raises:
            TimeoutError: it took longer than so many seconds.
            Moved: the object prepares to move; hand it on, the call will come again.
        """
        ...

    async def copy(self) -> State:
        """The object's state between two calls (Table 3, getReplica and copy).

        Raises:
            StateNotCapturable: a part of it cannot be copied.
        """
        ...

    async def sync(self, state: State) -> None:
        """Makes the object's state equal to `state` (Table 3, setReplica and sync)."""
        ...

    async def instantiate(self, state: State) -> Copy:
        """A second instance with that state (Table 3, copy)."""
        ...

    @property
    def manager(self) -> str:
        """The name of the manager."""
        ...

    @property
    def replicated(self) -> bool:
        """Whether a manager behind this one has calls run on all replicas, in one order: this part sees them there."""
        ...

    @property
    def voted_for(self) -> bool:
        """Whether a manager behind this one votes for transactions over several objects, and has saved what it votes for."""
        ...

    @property
    def goes_on(self) -> bool:
        """Asked in `save` and in `on_destroy`: whether the manager goes on here, in the object's next chain."""
        ...

    def may_not_save(self) -> None:
        """Says that this instance cannot keep what it promises any more, since another one has taken its right to save.

        The kernel asks the OMS, and ends the instance unless the OMS is bringing the object back already.
        """
        ...

    async def submit(self, method: str, *args: Any, request_id: str, chain: str = "") -> Any:
        """Sends a call of the manager's own through all instance managers of this replica, from the outermost.

        Arguments:
            method: a name that begins with `@`.
            args: values.
            request_id: the same for every attempt.
            chain: the chain of the call that it is made inside of; empty: one of its own.

        Raises:
            AminoError: whatever the call raises.
        """
        ...
