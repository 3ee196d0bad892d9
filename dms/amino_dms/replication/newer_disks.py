"""Disks that know a later epoch of a group than the store, as after an older copy of the store has been brought back. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from amino_replication.configuration import Configuration, majority
from amino_replication.identity import MemberId
from amino_wire.errors import AminoError, ArgumentInvalid

NEWER: Final = "newer"
"""In the details of an error of a replica: the kernel and the incarnation of the member that its disk has, and its epoch."""


class NewerDisks:
    """Those that replicas have found, of one group."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[MemberId, int]] = {}

    def found(self, number: int, error: AminoError) -> None:
        """A replica could not begin."""
        match (error.details or {}).get(NEWER):
            case [str(kernel), int(incarnation), int(epoch)]:
                self._found[number] = (MemberId(kernel, incarnation), epoch)
            case _:
                pass

    def gone(self, number: int) -> None:
        """It has begun, or is not there any more."""
        self._found.pop(number, None)

    def trouble(self, known: Configuration | None) -> str:
        """What the group lacks by them, for people; empty: nothing."""
        later = {str(member.kernel): epoch for member, epoch in self._found.values() if known is not None and epoch > known.epoch}
        if known is None or not later:
            return ""
        kernels = ", ".join(sorted(later))
        return (
            f"the store knows epoch {known.epoch} of the group, the disks of {kernels} know epoch {max(later.values())}: the store is an"
            " older copy. Bring a newer copy back, or, if no other disk of the group knows more, have it go on with `go_by_disks`"
        )

    def decision(self, known: Configuration, kernels: Sequence[str]) -> Configuration:
        """The next configuration, of the members on those disks. What only other disks have is lost.

        Arguments:
            known: as the store has it.
            kernels: of the disks, as the operator says.

        Raises:
            ArgumentInvalid: the store is no older, or the operator has other disks in mind, or they are less than a majority.
        """
        later = {member: epoch for member, epoch in self._found.values() if epoch > known.epoch}
        there = sorted(member.kernel for member in later)
        if not later:
            raise ArgumentInvalid("no disk that is there knows a later epoch of the group than the store: it goes on by itself")
        if sorted(kernels) != there:
            raise ArgumentInvalid(f"the disks that know a later epoch are those of {', '.join(there)}: name exactly these")
        if len(later) < majority(known.size):
            raise ArgumentInvalid(f"{majority(known.size)} disks must be there, and there are only those of {', '.join(there)}")
        members = tuple(sorted(later, key=str))
        epoch = max(later.values()) + 1
        return replace(known, epoch=epoch, leader=members[0], members=members, former=members, joining=(), leaving=(), ended=())


def details(member: MemberId, epoch: int) -> dict[str, Any]:
    """The details of such an error."""
    return {NEWER: [member.kernel, member.incarnation, epoch]}
