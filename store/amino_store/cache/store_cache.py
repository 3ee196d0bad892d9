"""A copy of a part of a store: read once, and kept up by a feed. The shell around `Table` and `Currency`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from amino_wire.errors import AminoError

from amino_store.cache.currency import Currency
from amino_store.cache.filling import Filling
from amino_store.cache.reading import PAUSE, Reading
from amino_store.cache.table import Table
from amino_store.errors import CopyNotRead, RevisionCompacted
from amino_store.feed import Source
from amino_store.reader import PAGE_LIMIT
from amino_store.transaction import Entry, Page

INTERVAL = 0.25
"""Seconds between two questions how far the store has come."""
LONGEST_PAUSE = 60.0
"""Seconds before the store is read anew that did not let itself be read again and again. The first pause is `PAUSE`, each further one
twice as long."""
STEADY = 60.0
"""Seconds for which a copy must have followed the store until its next pause is the first one again."""

_log = logging.getLogger(__name__)


class StoreCache:
    """See `Reader`. Answers as the store was at `as_of` or later.

    Every read raises CopyNotRead until the store has been read once, and while it is read anew.

    Arguments:
        source: what is copied.
        prefixes: the beginnings of the keys that are copied, in order. The feed brings what lies between them as well: choose them near
            to each other.
        clock: gives seconds, those in which the machine was suspended among them.
        interval: seconds between two questions how far the store has come.
    """

    def __init__(self, source: Source, prefixes: Sequence[str], clock: Callable[[], float], interval: float = INTERVAL) -> None:
        self._source, self._prefixes, self._clock, self._interval = source, tuple(prefixes), clock, interval
        self._table: Table | None = None
        self._currency = Currency()
        self._stale = asyncio.Event()
        """Set when the copy is to be read anew."""
        self._complained = ""
        self._pause = PAUSE

    @property
    def as_of(self) -> float | None:
        """When, by the clock, the copy was certainly no older than the store; None while it cannot be read."""
        return None if self._table is None else self._currency.as_of

    @property
    def revision(self) -> int:
        """Everything up to this revision is in the copy."""
        return self._currency.revision

    async def get(self, key: str) -> Entry | None:
        """See Reader."""
        return self._open().get(key)

    async def range(self, prefix: str, *, after: str = "", limit: int = PAGE_LIMIT) -> Page:
        """See Reader."""
        entries, more = self._open().range(prefix, after, max(1, min(limit, PAGE_LIMIT)))
        return Page(entries, more, self.revision)

    async def count(self, prefix: str) -> int:
        """See Reader."""
        return self._open().count(prefix)

    async def run(self) -> None:
        """Reads the store and follows it until it is cancelled; then the copy is gone."""
        asking = asyncio.create_task(self._ask_forever(), name="how far the store has come")
        try:
            while True:
                await self._read()
                begun = self._clock()
                following = asyncio.create_task(self._follow(), name="copy of the store")
                stale = asyncio.ensure_future(self._stale.wait())
                try:
                    await asyncio.wait((following, stale), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for task in (following, stale):
                        task.cancel()
                    failure, _ = await asyncio.gather(following, stale, return_exceptions=True)
                if isinstance(failure, Exception):
                    _log.error("the copy of the store is made anew, since it has failed", exc_info=failure)
                    await asyncio.sleep(PAUSE)
                elif self._clock() - begun >= STEADY:
                    self._pause = PAUSE
                elif not self._stale.is_set():
                    await self._rest("has fallen behind")
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            self._drop()

    def _open(self) -> Table:
        if self._table is None:
            raise CopyNotRead("this object management service is still reading the store; ask the one that leads")
        return self._table

    def _drop(self) -> None:
        if self._table is not None:
            self._table.close()
        self._table, self._currency = None, Currency()

    async def _read(self) -> None:
        """Reads all, again until it succeeds, with pauses that grow. The copy before goes first: both would take twice the room."""
        while True:
            self._drop()
            self._stale.clear()
            table = Table()
            try:
                revision = await self._fill(table)
            except AminoError as error:
                table.close()
                await self._rest(f"could not be read: {error.message}")
                continue
            except BaseException:
                table.close()
                raise
            self._table = table
            self._currency.reached(revision)
            return

    async def _rest(self, why: str) -> None:
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_PAUSE)
        _log.warning("the copy of the store %s; it is read anew in %g s", why, pause)
        await asyncio.sleep(pause)

    async def _fill(self, table: Table) -> int:
        """Reads all, and hears of changes meanwhile; the revision that the table has come to.

        Where the store no longer keeps the revision that is read, the rest is read at a later one.
        """
        reading = Reading(self._source, self._prefixes, Filling(table), self._complain)
        hearing: asyncio.Task[None] | None = None
        try:
            while True:
                before = reading.place
                try:
                    async with self._source.snapshot() as snapshot:
                        hearing = hearing or asyncio.create_task(reading.hear(snapshot.revision), name="changes of the store")
                        await reading.read(snapshot, hearing)
                    return await reading.caught_up(snapshot.revision, hearing)
                except RevisionCompacted as error:
                    if reading.place == before or (hearing is not None and hearing.done()):
                        raise
                    _log.info("the copy of the store is read on at a later revision: %s", error)
        finally:
            if hearing is not None:
                hearing.cancel()
                await asyncio.gather(hearing, return_exceptions=True)

    async def _follow(self) -> None:
        """Takes in changes; returns when they are no longer kept."""
        table, currency = self._open(), self._currency
        while True:
            try:
                feed = self._source.feed(self._prefixes[0], self._prefixes[-1], currency.revision + 1)
                async for changes in feed:
                    table.apply([event for event in changes.events if event.entry.key.startswith(self._prefixes)])
                    currency.reached(changes.revision)
                    self._complained = ""
            except RevisionCompacted as error:
                _log.info("the copy of the store is read anew: %s", error)
                return
            except AminoError as error:
                # The copy stays, and grows old.
                self._complain(error)
            await asyncio.sleep(PAUSE)

    async def _ask_forever(self) -> None:
        while True:
            currency, known, asked_at = self._currency, self.revision, self._clock()
            try:
                revision = await self._source.revision()
            except AminoError as error:
                self._complain(error)
            else:
                if revision < known:
                    _log.warning("the store has gone back from revision %d to %d: it is another one, and is read anew", known, revision)
                    self._stale.set()
                else:
                    currency.read(revision, asked_at)
            await asyncio.sleep(self._interval)

    def _complain(self, error: AminoError) -> None:
        """Says once why the copy grows old, and once more when there is another reason."""
        if error.code != self._complained:
            self._complained = error.code
            _log.warning("the copy of the store grows old: %s", error)
