"""The entries that were written last: the writer need not read them when they are written again. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from amino_store.transaction import Entry

MOST = 2048
"""Entries that are kept."""
LARGEST = 2048
"""Bytes of a value that is kept."""


class RecentEntries:
    """Entries as the one writer has left them: nobody else changes them while the store is open."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def find(self, keys: Collection[str]) -> tuple[dict[str, Entry], list[str]]:
        """The entries of keys that are known, and the other keys."""
        found: dict[str, Entry] = {}
        unknown: list[str] = []
        for key in keys:
            entry = self._entries.get(key)
            if entry is None:
                unknown.append(key)
            else:
                found[key] = entry
        return found, unknown

    def written(self, changed: Mapping[str, Entry | None]) -> None:
        """These keys have changed so, for good (None: gone)."""
        for key, entry in changed.items():
            self._entries.pop(key, None)
            if entry is not None and len(entry.value) <= LARGEST:
                self._entries[key] = entry
        while len(self._entries) > MOST:
            del self._entries[next(iter(self._entries))]
