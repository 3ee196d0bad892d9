"""How the coordinator of a group decides who leads: its part that depends on where the group's log is."""

from __future__ import annotations

from typing import Any, Protocol

from amino_dms.replication.group import Group


class Leadership(Protocol):
    """Its decisions are stored before anybody hears of them."""

    @property
    def group(self) -> Group:
        """The epoch, and the replica that leads in it."""
        ...

    @property
    def trouble(self) -> str:
        """Why the group has no leader for ever, for people; empty: it need not be so."""
        ...

    async def founded(self) -> bool:
        """Whether replicas that there are may be members of this group already. Raises OmsUnavailable."""
        ...

    async def formed(self) -> None:
        """The first replicas are there."""
        ...

    async def look(self, epoch: int, leader: int) -> None:
        """A caller gets no answer from the leader of an epoch. Raises KernelUnavailable where nobody gives a sign of life."""
        ...

    async def without(self, number: int, node: str) -> None:
        """A replica has ended that was on a node."""
        ...

    def counts(self, number: int) -> bool:
        """Whether the group relies on a replica: it should stay where it is."""
        ...

    async def leave(self, number: int) -> None:
        """A replica is about to move. Raises ObjectBusy where the group would lose what it knows, were another one to fail."""
        ...

    async def exchange(self, leaves: int, comes: int) -> bool:
        """A new replica takes the place of another one, which counts until then. False: it has not got there in time."""
        ...

    def came(self, number: int) -> None:
        """A replica has come, or has come back."""
        ...

    async def survives(self) -> bool:
        """Whether what was answered is still there: enough of the group lives, or the store has it."""
        ...

    def whole(self) -> bool:
        """Whether as many failures as the group is made for would cost it nothing now."""
        ...

    def save(self) -> Any:
        """As `Part.save`."""
        ...

    def load(self, saved: Any) -> None:
        """As `Part.load`."""
        ...
