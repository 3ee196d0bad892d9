"""A store that is read and followed from afar, with members that lag, that cannot be reached, and that forget: all as a test wants it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from amino_store.errors import NotWritten, RevisionCompacted
from amino_store.feed import Changes
from amino_store.memory.disk import MemoryDisk
from amino_store.memory.snapshot import MemorySnapshot
from amino_store.transaction import Delete, Entry, Operation, Put, Transaction

LONGEST = 0.05
"""Seconds that a step takes at most."""
_EVERY = 0.1


class _Forgotten(MemorySnapshot):
    """A snapshot that is compacted while it is read."""

    def __init__(self, whole: MemorySnapshot, entries: int) -> None:
        self._whole, self._left = whole, entries
        self.revision = whole.revision

    async def get(self, key: str) -> Entry | None:
        return await self._whole.get(key)

    async def entries(self, prefix: str, *, after: str = "") -> AsyncIterator[Entry]:
        async for entry in self._whole.entries(prefix, after=after):
            if not self._left:
                raise RevisionCompacted(f"revision {self.revision} is no longer kept")
            self._left -= 1
            yield entry
            await asyncio.sleep(0.001)


class PlayedSource:
    """See `Source`.

    Arguments:
        random: where chance comes from.
        history: revisions that are kept for a feed.

    Attributes:
        cut: neither readings nor steps come.
        entries_kept: a snapshot is gone when so many of its entries have been read; None: it stays.
        snapshots: how many there were.
        lags: the member that feeds knows nothing of what is done from now on, and goes on to say how far it has come.
    """

    def __init__(self, random: Random, history: int = 50_000) -> None:
        self.random = random
        self.disk = MemoryDisk(history=history)
        self.cut = False
        self.entries_kept: int | None = None
        self.snapshots = 0
        self._member: int | None = None

    @property
    def lags(self) -> bool:
        return self._member is not None

    @lags.setter
    def lags(self, lags: bool) -> None:
        self._member = self.disk.revision if lags else None

    def commit(self, *operations: Operation) -> int:
        """Changes the store; the revision after it."""
        return self.disk.commit([Transaction(then=operations)]).revision

    def put(self, key: str, value: bytes) -> int:
        """Puts a value."""
        return self.commit(Put(key, value))

    def delete(self, key: str) -> int:
        """Deletes a key."""
        return self.commit(Delete(key))

    async def revision(self) -> int:
        await self._pass()
        found = self.disk.revision
        await self._pass()
        return found

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[MemorySnapshot]:
        await self._pass()
        self.snapshots += 1
        yield self.disk.snapshot() if self.entries_kept is None else _Forgotten(self.disk.snapshot(), self.entries_kept)
        await self._pass()

    async def feed(self, first: str, last: str, from_revision: int) -> AsyncIterator[Changes]:
        position = from_revision
        while True:
            await asyncio.sleep(self.random.uniform(0, _EVERY))
            if self.cut:
                continue
            member = self.disk.revision if self._member is None else self._member
            events, end = self.disk.events("", position)
            known = [event for event in events if event.revision <= member]
            position = max(position, min(end, member + 1))
            wanted = tuple(
                event for event in known if first <= event.entry.key and (event.entry.key < last or event.entry.key.startswith(last))
            )
            yield Changes(wanted, position - 1)

    async def _pass(self) -> None:
        await asyncio.sleep(self.random.uniform(0, LONGEST))
        if self.cut:
            await asyncio.sleep(1.0)
            raise NotWritten("the store cannot be reached; nothing was done")
