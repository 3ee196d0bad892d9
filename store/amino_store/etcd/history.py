"""How much of its history a store keeps: so many revisions, and so many bytes. Pure."""

from __future__ import annotations

from collections import deque

SIZE = 128 << 20
"""Bytes of values in the history that is kept: large states fill a store long before their revisions do."""
_STEPS = 8
"""The kept bytes are counted in steps of this part of them, and the kept revisions grow by a tenth before they are compacted."""


class History:
    """Says up to which revision a store is to be compacted.

    Arguments:
        revisions: how many are kept.
        size: bytes of values that are kept; only those count that this process has written, as a leader writes nearly all.
    """

    def __init__(self, revisions: int, size: int = SIZE) -> None:
        self.revisions, self._size = revisions, size
        self._written = 0
        self._steps: deque[tuple[int, int]] = deque()
        self._behind = 0
        self._compacted = 0

    def wrote(self, revision: int, size: int) -> None:
        """Values of so many bytes have been stored, by that revision or an earlier one."""
        self._written += size
        if self._written - (self._steps[-1][1] if self._steps else 0) >= self._size // _STEPS:
            self._steps.append((revision, self._written))
        while self._steps and self._written - self._steps[0][1] >= self._size:
            self._behind = self._steps.popleft()[0]

    def due(self, revision: int) -> int | None:
        """The revision up to which the history is to go; None where that is not worth it yet.

        Arguments:
            revision: the present one.
        """
        by_number = revision - self.revisions
        if by_number < self._compacted + max(1, self.revisions // 10):
            by_number = 0
        due = max(by_number, self._behind)
        return due if due > self._compacted else None

    def compacted(self, revision: int) -> None:
        """The history up to that revision goes."""
        self._compacted = max(self._compacted, revision)
