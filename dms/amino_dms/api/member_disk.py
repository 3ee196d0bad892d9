"""The requests of a member of a durable group to the disk of its node."""

from __future__ import annotations

from typing import Protocol

from amino_replication.identity import MemberId

from amino_dms.api.seat import StoredMember


class MemberDisk(Protocol):
    """The disk has one log for all members on its node, and a state for each of them. An object sees its own group's member only."""

    async def stored_member(self) -> StoredMember | None:
        """The member of the object's group that this node's disk has, from an earlier life of the node or of the instance; None: there is
        none that can go on. A member that still runs ends first. Raises KernelUnavailable where the disk cannot be read."""
        ...

    def forget_member(self) -> int:
        """Of the object's group this node's disk has nothing any more: what it had is of no use. The incarnation of its member; 0: none."""
        ...

    async def keep_snapshot(self, me: MemberId, index: int, epoch: int, state: bytes, *, founding: bool = False) -> None:
        """Keeps a member's state behind an entry on this node's disk, in place of an earlier one. Raises KernelUnavailable where the disk
        does not take it."""
        ...
