"""One state of a store in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from amino_store.transaction import Entry


class MemorySnapshot:
    """See `Snapshot`: a copy.

    Arguments:
        entries: all of them, in the order of their keys.
        revision: at which they were so.
    """

    def __init__(self, entries: Mapping[str, Entry], revision: int) -> None:
        self._entries, self.revision = entries, revision

    async def get(self, key: str) -> Entry | None:
        """See Snapshot."""
        return self._entries.get(key)

    async def entries(self, prefix: str, *, after: str = "") -> AsyncIterator[Entry]:
        """See Snapshot."""
        for key, entry in self._entries.items():
            if key.startswith(prefix) and key > after:
                yield entry
