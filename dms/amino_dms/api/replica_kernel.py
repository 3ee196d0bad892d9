"""The requests of instance managers that keep replicas of one state in step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from amino_replication.effects import Effect
from amino_replication.identity import MemberId
from amino_replication.settings import Settings
from amino_replication.state import Start
from amino_wire.errors import AminoError
from amino_wire.invocation import Invocation
from amino_wire.values import EncodedValue

from amino_dms.api.calls import FixedCall, Next
from amino_dms.api.log import ReplicatedLog
from amino_dms.api.seat import Seat
from amino_dms.api.state import Snapshot


class ReplicaKernel(Protocol):
    """A part of `InstanceKernel`."""

    async def state_hash(self) -> bytes:
        """A checksum of the object's state between two calls: equal for equal states, on whichever node. Raises StateNotCapturable."""
        ...

    async def runtime(self) -> str:
        """What must be equal on all nodes that run the calls of this object with equal results: the engine, its Java, its settings."""
        ...

    def time_ns(self) -> int:
        """The time of day of this host, in nanoseconds since 1970."""
        ...

    @property
    def in_order(self) -> bool:
        """Whether calls that `applying` hands inwards run one after another in that order, though none waits for the one before."""
        ...

    async def run_in_order(self, calls: Sequence[FixedCall]) -> list[EncodedValue | AminoError]:
        """Runs calls on the object itself one after another, where `in_order` says so; what became of each. Asked within `applying`."""
        ...

    def seat(self, me: MemberId, settings: Settings, start: Start, listener: Callable[[Effect], None]) -> Seat:
        """The replica's place in the group of the object's replicas, between which a log is kept by their kernels.

        Arguments:
            me: its name, which no member of the group has had before.
            settings: those of the group.
            start: the log that it has.
            listener: takes note of the effects of the member, in their order.
        """
        ...

    async def install(self, snapshot: Snapshot) -> None:
        """Makes the object's state, and what the managers nearer the object know, that of a snapshot. Asked within `applying`."""
        ...

    async def lend_reads(self, until: int | None) -> tuple[int, int]:
        """Has the object's own gate answer reads of callers that have passed the proxies, until a moment; None: not any more.

        Arguments:
            until: nanoseconds of the gate's clock.

        Returns:
            what that clock shows, and how many reads the gate has answered so.

        Raises:
            Moved: the object is elsewhere.
        """
        ...

    def log(self) -> ReplicatedLog:
        """The log that the replicas of the object share; it is this manager's own, and ends with it."""
        ...

    def applying(self, *, frozen: bool = False) -> AbstractAsyncContextManager[Next]:
        """For calls that come out of a log: within the block the object stays, and its value hands a call to the next part inwards.

        While the object prepares to move, the block begins only as long as calls wait inside, since they may wait for it.

        Arguments:
            frozen: asked in `on_detach`, while nothing else is on its way: the block begins at once.

        Raises:
            Moved: the object is elsewhere.
        """
        ...

    @property
    def asks_first(self) -> bool:
        """Whether a part nearer the object wants to be asked before a call gets into the log; the same for the life of the part."""
        ...

    def ordering(self, call: Invocation) -> AbstractAsyncContextManager[Invocation]:
        """As `InstanceManager.ordering`, of all such parts, the outermost first. Raises what they raise."""
        ...

    async def leaving(self, seconds: float) -> None:
        """Returns when no call is on its way through the managers of this replica, which is to end. Calls that come later wait until it has
        ended, and then go elsewhere as if they had never come; where it has not ended within so many seconds, they go on here."""
        ...
