"""How many reads a replica has had. Pure."""

from __future__ import annotations


class ReadLoad:
    """Reads since they were told last: all, those that found a longer queue, and a much longer one."""

    def __init__(self) -> None:
        self._counts = (0, 0, 0)

    @property
    def reads(self) -> int:
        """All of them."""
        return self._counts[0]

    def add(self, reads: int, near: int, over: int) -> None:
        """So many more."""
        counts = self._counts
        self._counts = (counts[0] + reads, counts[1] + near, counts[2] + over)

    def taken(self) -> list[int]:
        """The counts, which begin anew."""
        counts, self._counts = self._counts, (0, 0, 0)
        return list(counts)
