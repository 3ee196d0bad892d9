"""The last entries that a replica has: those that are not applied everywhere yet. Pure."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import Any, Final

KEEP_BYTES: Final = 16 << 20
"""Bytes of entries that are kept for slaves that lack them; a slave that lacks more gets the state."""
KEEP: Final = 1000
"""Entries that are kept although all known slaves have them."""


class EntryLog:
    """Entries by their positions, from `base` + 1 to `end`. Each carries the epoch of the master that has ordered it, its term."""

    def __init__(self, base: int = 0, term: int = 0) -> None:
        self.base, self._base_term = base, term
        self._entries: deque[tuple[int, bytes]] = deque()
        self._bytes = 0

    @property
    def end(self) -> int:
        """The last position."""
        return self.base + len(self._entries)

    @property
    def term(self) -> int:
        """Of the last entry."""
        return self._entries[-1][0] if self._entries else self._base_term

    def term_at(self, position: int) -> int | None:
        """The term of the entry at a position; None: it is not known here."""
        if position == self.base:
            return self._base_term
        return self._entries[position - self.base - 1][0] if self.base < position <= self.end else None

    def entry(self, position: int) -> bytes:
        """The entry at a position, behind the base."""
        return self._entries[position - self.base - 1][1]

    def append(self, term: int, entry: bytes) -> int:
        """One more; its position."""
        self._entries.append((term, entry))
        self._bytes += len(entry)
        return self.end

    def behind(self, position: int, limit: int) -> list[tuple[int, bytes]]:
        """The entries behind a position that is not before the base: as many as have `limit` bytes, one at least."""
        found, size = list[tuple[int, bytes]](), 0
        for place in range(position - self.base, len(self._entries)):
            term, entry = self._entries[place]
            size += len(entry)
            if found and size > limit:
                break
            found.append((term, entry))
        return found

    def bytes_behind(self, position: int) -> int:
        """The bytes of the entries behind a position; 0 while all entries together have no more than `KEEP_BYTES`."""
        if self._bytes <= KEEP_BYTES:
            return 0
        return sum(len(entry) for _, entry in islice(reversed(self._entries), self.end - max(position, self.base)))

    def cut(self, position: int) -> None:
        """Drops what is behind a position."""
        while self.end > position:
            self._bytes -= len(self._entries.pop()[1])

    def drop(self, through: int, applied: int) -> None:
        """Nobody needs the entries up to a position any more, of which some stay for those that come; where they are too long, those that
        are applied here go."""
        while self._entries and (self.base < min(through, self.end - KEEP) or (self._bytes > KEEP_BYTES and self.base < applied)):
            term, entry = self._entries.popleft()
            self.base, self._base_term = self.base + 1, term
            self._bytes -= len(entry)

    def to_value(self, behind: int) -> list[Any]:
        """The entries behind a position that is known here, as a value that travels."""
        return [behind, self.term_at(behind), [[term, entry] for term, entry in list(self._entries)[behind - self.base :]]]

    @classmethod
    def from_value(cls, value: Any) -> EntryLog:
        """The log of such a value."""
        base, term, entries = value
        made = cls(base, term)
        for each_term, entry in entries:
            made.append(each_term, entry)
        return made
