"""The name of a member: it is good for one life of one log."""

from __future__ import annotations

from typing import NamedTuple


class MemberId(NamedTuple):
    """A member of a group. A kernel that lost its log is another member: it has another incarnation.

    Arguments:
        kernel: the id of the kernel on which the member lives.
        incarnation: the life of the kernel in which the member's log began. A log that was read from a disk keeps its number.
    """

    kernel: str
    incarnation: int

    def __str__(self) -> str:
        return f"{self.kernel}#{self.incarnation}"
