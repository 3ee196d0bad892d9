"""The interfaces that the kernel, the SDK, the OMS and the TestKit implement so that parts can live in them.

A kernel implements ProxyHost and InstanceHost, the SDK ProxyHost, the OMS CoordinatorHost. One host object may serve many objects
if it is given the object's id, or be made for each; the protocols do not care.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

from amino_replication.effects import Effect
from amino_replication.identity import MemberId
from amino_replication.settings import Settings
from amino_replication.state import Start
from amino_wire.errors import AminoError
from amino_wire.frames import Invocation
from amino_wire.records import titled
from amino_wire.values import EncodedValue

from amino_dms.api import (
    Clock,
    Copy,
    FixedCall,
    Interface,
    LogPage,
    Node,
    ObjectRule,
    OutsideCaller,
    Ran,
    Replica,
    Seat,
    Snapshot,
    State,
    Stored,
    StoredMember,
)
from amino_dms.runtime.joint import JointHost
from amino_dms.runtime.saving_host import SavingHost


@dataclass(frozen=True, slots=True)
class PartAddress:
    """Where a part is, as in CallPartRequest.

    Arguments:
        object_id: whose part.
        index: the manager's place in the chain, from 0.
        part: `proxy`, `instance_manager` or `coordinator`.
        replica: of which replica, for instance managers.
    """

    object_id: str
    index: int
    part: str
    replica: int = 0


NO_INTERFACE = Interface()


@dataclass(frozen=True, slots=True)
class ObjectView:
    """The facts about an object where its parts run; parts see changes through `update`.

    Arguments:
        object_id: its id.
        interface: its members.
        replicas: its replicas, by number.
        epoch: grows with every move and every change of replicas.
        name: its name; may be empty.
    """

    object_id: str
    interface: Interface = NO_INTERFACE
    replicas: tuple[Replica, ...] = ()
    epoch: int = 0
    name: str = ""

    @property
    def title(self) -> str:
        """See `amino_wire.records.title_of`."""
        return titled(self.object_id, self.name)


class PartHost(Protocol):
    """The offers of every host."""

    @property
    def clock(self) -> Clock:
        """This process's monotonic clock."""
        ...

    @property
    def random(self) -> Random:
        """Where chance comes from."""
        ...

    @property
    def node(self) -> Node:
        """The node of this process; for an SDK, that of its home kernel."""
        ...

    async def nodes(self) -> tuple[Node, ...]:
        """The living kernels (ObjectManagementService.Kernels); raises OmsUnavailable."""
        ...

    async def durable_get(self, key: str) -> Stored:
        """ObjectManagementService.DurableGet; raises OmsUnavailable."""
        ...

    async def durable_put(self, key: str, value: Any, expected: int | None) -> int:
        """ObjectManagementService.DurablePut; the new version. Raises EpochStale where another version is there, OmsUnavailable."""
        ...

    async def call_part(
        self, address: PartAddress, method: str, args: Sequence[Any], kwargs: Mapping[str, Any], budget: float | None
    ) -> Any:
        """KernelService.CallPart or ObjectManagementService.CallCoordinator; follows Moved by itself.

        Arguments:
            budget: seconds; None: the host's default.

        Raises:
            KernelUnavailable: no answer; the method may have run.
            AminoError: what the method raised.
        """
        ...


class ObjectCalls(Protocol):
    """The offer of a kernel or an SDK to call other objects."""

    async def call_object(self, call: Invocation) -> Any:
        """Sends a call to another object, through all proxies of that one.

        Raises:
            AminoError: what the call raised.
        """
        ...


class ProxyHost(PartHost, ObjectCalls, Protocol):
    """The offers of a kernel or an SDK to the proxies of an object."""

    async def invoke(self, call: Invocation) -> Any:
        """Sends a call to the object's kernel, as one whose proxies have run (flags 1 and 2). The header `replica` says to which replica.

        Follows Moved within the deadline. Best effort otherwise (Sapphire section 5).

        Raises:
            KernelUnavailable: no answer; the call may have run.
            AminoError: what the call raised.
        """
        ...

    async def command_object(self, object_id: str, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], manager: str) -> Any:
        """A command of another object's managers; raises what the command raises."""
        ...


@dataclass(frozen=True, slots=True)
class Recalled:
    """The end of a delegation: what has run, each call that was let in and has not ended, with its number, and whether calls are
    offered anew since then."""

    ran: Ran
    under_way: tuple[tuple[int, Invocation], ...] = ()
    renewed: bool = False


class InstanceHost(PartHost, SavingHost, ObjectCalls, OutsideCaller, JointHost, Protocol):
    """The offers of a kernel to the instance managers of one replica."""

    @property
    def kept(self) -> frozenset[ObjectRule]:
        """The rules that the object's gate keeps, where a chain has them."""
        ...

    @property
    def delegates(self) -> bool:
        """Whether the object's gate can let in calls without its managers."""
        ...

    async def recall(self, *, renews: bool = False, again: bool = False) -> Recalled:
        """The gate lets in no more calls, and those that wait there come here.

        Arguments:
            renews: where as many calls came as may, those that wait go on waiting, as after `offer`, and the answer says so.
            again: the answer to a recall before may have been lost. Nothing is renewed then.
        """
        ...

    async def invoke(self, call: Invocation) -> Any:
        """Runs a call on the object itself, as one whose instance managers have run (flag 4).

        Raises:
            Moved: the object is not here any more; the call has not run.
            AminoError: what the call raised.
        """
        ...

    async def run_in_order(self, calls: Sequence[FixedCall]) -> list[EncodedValue | AminoError]:
        """As `invoke` for calls that do not wait for one another, where the object is `serial`: what became of each. Raises Moved."""
        ...

    async def lend_reads(self, members: Collection[str], until: int | None) -> tuple[int, int]:
        """See `InstanceKernel.lend_reads`, for these members; raises Moved."""
        ...

    async def copy(self) -> State:
        """The object's state, in its serial order (bridge: snapshot); raises StateNotCapturable."""
        ...

    async def sync(self, state: State) -> None:
        """Replaces the object's state, in its serial order (bridge: sync)."""
        ...

    async def instantiate(self, state: State) -> Copy:
        """A second instance beside it (bridge: restore under an id of its own)."""
        ...

    @property
    def serial(self) -> bool:
        """Whether the object runs its calls one after another, in the order of their coming."""
        ...

    async def state_hash(self) -> bytes:
        """The checksum of the object's state (bridge: state_hash)."""
        ...

    async def runtime(self) -> str:
        """What must be equal where replicas of the object run (bridge: runtime)."""
        ...

    def time_ns(self) -> int:
        """The time of day of this host, in nanoseconds since 1970."""
        ...

    def seat(self, me: MemberId, settings: Settings, start: Start, listener: Callable[[Effect], None]) -> Seat:
        """The object's member on this kernel begins to live; one of an earlier chain ends with that."""
        ...

    async def stored_member(self) -> StoredMember | None:
        """What the disk has of the object's member; raises KernelUnavailable."""
        ...

    def forget_member(self) -> int:
        """The disk has nothing of it any more; its incarnation."""
        ...

    async def keep_snapshot(self, me: MemberId, index: int, epoch: int, state: bytes, *, founding: bool = False) -> None:
        """Returns when the disk has it; raises KernelUnavailable."""
        ...

    async def log_append(self, key: str, entry: bytes, after: int) -> bool:
        """ObjectManagementService.LogAppend; raises ArgumentInvalid, OmsUnavailable."""
        ...

    async def log_read(self, key: str, after: int, wait: float) -> LogPage:
        """ObjectManagementService.LogRead; raises OmsUnavailable."""
        ...

    async def log_trim(self, key: str, through: int) -> None:
        """ObjectManagementService.LogTrim; raises OmsUnavailable."""
        ...

    def may_not_save(self) -> None:
        """A manager has found that this instance has lost the right to save: the host settles with the OMS what becomes of it."""
        ...


class CoordinatorHost(PartHost, Protocol):
    """The offers of the OMS to the coordinators of one object."""

    async def pin(self, node: str, replica: int) -> None:
        """Moves a replica; raises KernelNotFound, ChainInvalid, StateNotCapturable."""
        ...

    async def pin_region(self, region: str, replica: int) -> None:
        """Moves a replica to a region; raises NoKernelMatches besides."""
        ...

    async def sites(self) -> tuple[Node, ...]:
        """The living kernels where a replica may be."""
        ...

    async def replicate(self, snapshot: Snapshot | None, role: str, nodes: Collection[str] | None) -> Replica:
        """One more replica, on one of the nodes where some are named; raises NoKernelMatches."""
        ...

    async def destroy_replica(self, number: int) -> None:
        """One replica less."""
        ...

    async def recover(self, number: int, snapshot: Snapshot | None, nodes: Collection[str] | None) -> Replica:
        """A dead replica on a living node: CreateObject or ReceiveObject with arrival `recovered`, CommitLocation, ActivateObject."""
        ...

    async def make_shards(self, numbers: Sequence[int], version: int) -> list[str]:
        """See `ShardMaking.make_shards`."""
        ...

    async def end_shard(self, number: int) -> None:
        """See `ShardMaking.end_shard`."""
        ...

    async def hinders_split(self) -> str | None:
        """See `ShardMaking.hinders_split`."""
        ...
