"""The place of a replica in its group, on its kernel: events go in, and effects come to a listener (`amino_replication`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from amino_replication.effects import Effect
from amino_replication.events import Event
from amino_replication.identity import MemberId
from amino_replication.leader import Lease
from amino_replication.state import Stored


@dataclass(frozen=True, slots=True)
class StoredMember:
    """A member whose log and whose state the disk of its kernel has.

    Arguments:
        me: its name, under which it goes on.
        log: what follows the state.
        position: of the state in the log.
        state: what was given to `keep_snapshot`.
    """

    me: MemberId
    log: Stored
    position: int
    state: bytes


class Seat(Protocol):
    """Of one member. The kernel sends its messages and wakes it; all other effects are the listener's."""

    @property
    def leads(self) -> bool:
        """Whether it orders proposals."""
        ...

    @property
    def leader(self) -> MemberId | None:
        """The member that does; None: nobody is known."""
        ...

    @property
    def epoch(self) -> int:
        """The highest epoch that it knows."""
        ...

    def lease(self) -> Lease | None:
        """Until when reads may be answered without asking anybody; see `amino_replication.leader.Lease`."""
        ...

    def lent(self, until: float) -> None:
        """Somebody else answers reads by the lease until then: the member does not tell the others that it is over before."""
        ...

    def handle(self, event: Event) -> None:
        """Something has happened to the member."""
        ...

    def soon(self, gather: Callable[[], None]) -> None:
        """Has `gather` called at the end of this turn of the kernel: what it gives to `handle` leaves with that turn."""
        ...

    def rest(self, undone: list[Effect]) -> None:
        """The listener ends, and another one of the same object here takes the seat soon: it begins with what is undone."""
        ...

    @property
    def trouble(self) -> str:
        """Why the disk takes nothing now; empty: it does, or nothing is written."""
        ...

    def leave(self, *, forgets: bool = False) -> None:
        """The member does not live here any more. With `forgets` it is no member of its group, and what the disk has of it goes."""
        ...
