"""The reading of a part of a store, in as many snapshots as it takes, with the changes meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from amino_wire.errors import AminoError

from amino_store.cache.filling import Filling
from amino_store.errors import RevisionCompacted
from amino_store.feed import Source
from amino_store.snapshot import Snapshot
from amino_store.transaction import Entry

PAUSE = 1.0
"""Seconds before the store is asked again that did not answer."""
_BATCH = 1000
"""Entries that are taken in one step."""


class Reading:
    """How far the reading has come.

    Arguments:
        source: what is read.
        prefixes: the beginnings of the keys.
        filling: takes what is read and heard.
        complain: is told why the changes do not come.
    """

    def __init__(self, source: Source, prefixes: Sequence[str], filling: Filling, complain: Callable[[AminoError], None]) -> None:
        self._source, self._prefixes, self._filling, self._complain = source, prefixes, filling, complain
        self.place: tuple[int, str] = (0, "")
        """The prefix that is read, by its number, and the last key that was."""
        self._revision = 0
        self._progress = asyncio.Event()

    async def hear(self, revision: int) -> None:
        """Takes in the changes behind a revision until it is cancelled. Raises RevisionCompacted where they are no longer kept."""
        self._revision = revision
        while True:
            try:
                async for changes in self._source.feed(self._prefixes[0], self._prefixes[-1], self._revision + 1):
                    self._filling.heard([event for event in changes.events if event.entry.key.startswith(tuple(self._prefixes))])
                    self._revision = max(self._revision, changes.revision)
                    self._progress.set()
            except RevisionCompacted:
                self._progress.set()
                raise
            except AminoError as error:
                self._complain(error)
            await asyncio.sleep(PAUSE)

    async def read(self, snapshot: Snapshot, hearing: asyncio.Task[None]) -> None:
        """Reads on in a snapshot, from where the reading has come to.

        Raises RevisionCompacted where the snapshot is no longer kept, and what `hearing` has failed with.
        """
        for number in range(self.place[0], len(self._prefixes)):
            after = self.place[1] if number == self.place[0] else ""
            batch: list[Entry] = []
            async for entry in snapshot.entries(self._prefixes[number], after=after):
                batch.append(entry)
                if len(batch) == _BATCH:
                    self._take(number, batch)
                    batch = []
                    await asyncio.sleep(0)
                    if hearing.done():
                        hearing.result()
            self._take(number, batch)

    def _take(self, number: int, batch: Sequence[Entry]) -> None:
        self._filling.read(batch)
        if batch:
            self.place = (number, batch[-1].key)

    async def caught_up(self, revision: int, hearing: asyncio.Task[None]) -> int:
        """Returns when the changes have come to a revision: how far they have. Raises what `hearing` has failed with."""
        while self._revision < revision:
            if hearing.done():
                hearing.result()
            self._progress.clear()
            await self._progress.wait()
        return self._revision
