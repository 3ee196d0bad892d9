"""When a chain offers its calls to the object's gate: soon where that pays, and ever more seldom where calls are recalled at once. Pure."""

from __future__ import annotations

from typing import Final

FIRST: Final = 8
"""Calls that go by before the first offer."""
MOST: Final = 4096
WORTH: Final = 8
"""An offer has paid when so many times as many calls ran under it as went by before."""


class Eagerness:
    """Counts calls that the gate might have let in."""

    def __init__(self) -> None:
        self._needed = FIRST
        self._seen = 0

    def passed(self) -> bool:
        """A call has gone by. Returns whether it is time for an offer."""
        self._seen += 1
        return self._seen >= self._needed

    def declined(self) -> None:
        """A part did not want to delegate."""
        self._seen = 0

    def recalled(self, calls: int) -> None:
        """So many calls ran until the recall."""
        self._needed = FIRST if calls >= WORTH * self._needed else min(2 * self._needed, MOST)
        self._seen = 0
