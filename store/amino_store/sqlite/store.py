"""The store of one machine: SQLite in WAL mode, one writer thread, one fsync for all transactions that wait."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import ParamSpec, TypeVar

from amino_wire.errors import AminoError, OmsUnavailable

from amino_store.errors import LeaseEnded, StoreFailed
from amino_store.evaluation import check
from amino_store.lease_table import LeaseTable
from amino_store.sqlite.batches import Batches
from amino_store.sqlite.connection import Connect, open_connection
from amino_store.sqlite.folder_lock import FolderLock
from amino_store.sqlite.opening import open_database, opening
from amino_store.sqlite.reader import SqliteReader
from amino_store.sqlite.snapshot import FILE, SqliteSnapshot, sqlite_snapshot
from amino_store.sqlite.writer import SqliteWriter, Written
from amino_store.store import PAGE_LIMIT, Store
from amino_store.transaction import Compare, Delete, Entry, Event, Field, Outcome, Page, Put, Relation, Transaction
from amino_store.watchers import Watcher, Watchers

HISTORY = 50_000
"""Revisions of events that are kept for watchers: some 60 MB, and at 4,000 changes a second 12 s."""

_EXPIRY_CHUNK = 500
_EXPIRY_PAUSE = 1.0

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

_log = logging.getLogger(__name__)


class SqliteStore(Store):
    """See `Store`. Made by `open`; all methods belong to the event loop it was opened on.

    Transactions that arrive while a batch is on its way to the disk gather and leave together in the next one.
    """

    def __init__(
        self,
        writer: SqliteWriter,
        reader: SqliteReader,
        executor: ThreadPoolExecutor,
        lock: FolderLock,
        clock: Callable[[], float],
    ) -> None:
        self._writer, self._reader, self._executor, self._lock, self._clock = writer, reader, executor, lock, clock
        self._loop = asyncio.get_running_loop()
        self._batches = Batches(executor, writer.commit, refuse=self._check_failed, written=self._has_written, failed=self._fail)
        self._watchers = Watchers()
        self._revision = self._durable_revision = writer.revision
        self._leases = LeaseTable()
        self._ended_leases: set[int] = set()  # whose keys are still to be deleted
        for lease, length in reader.leases().items():
            self._leases.grant(lease, length, clock())
        self._leases_changed = asyncio.Event()
        self._expiry = asyncio.create_task(self._expire_forever(), name="store lease expiry")
        self._closed = False
        self._failure: asyncio.Future[StoreFailed] = self._loop.create_future()

    @staticmethod
    async def open(
        folder: Path,
        *,
        history: int = HISTORY,
        clock: Callable[[], float] = time.monotonic,
        connect: Connect = open_connection,
    ) -> SqliteStore:
        """Opens, or makes, the store in `folder` (made where missing).

        Arguments:
            folder: of one process at a time.
            history: revisions of events that are kept for watchers.
            clock: gives the seconds that leases are measured by.
            connect: opens the connections to the database: the first one is for writing, the second for reading.

        Raises StoreInUse where another process has it open, StoreIncompatible where another version of Amino has written it,
        StoreDamaged where it cannot be read, and StoreFull, ConfigInvalid or StoreFailed where the folder or its disk cannot be used.
        """
        path, loop = folder / FILE, asyncio.get_running_loop()
        lock = FolderLock.take(folder)
        executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store writer")

        def opened() -> tuple[SqliteWriter, SqliteReader]:
            with opening(path):
                writing, reading = open_database(path, connect, ended_well=lock.ended_well)
            return SqliteWriter(writing, path, history=history), SqliteReader(reading, path)

        try:
            writer, reader = await loop.run_in_executor(executor, opened)
            return SqliteStore(writer, reader, executor, lock, clock)
        except BaseException:
            executor.shutdown(wait=False)
            lock.release(in_order=lock.ended_well)
            raise

    async def revision(self) -> int:
        return self._read(self._reader.revision)

    def durable_revision(self) -> int:
        return self._durable_revision

    async def get(self, key: str) -> Entry | None:
        return self._read(self._reader.get, key)

    async def range(self, prefix: str, *, after: str = "", limit: int = PAGE_LIMIT) -> Page:
        return self._read(self._reader.range, prefix, after, limit)

    async def count(self, prefix: str) -> int:
        return self._read(self._reader.count, prefix)

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[SqliteSnapshot]:
        self._check_open()
        with sqlite_snapshot(self._reader.folder) as found:
            yield found

    async def commit(self, transaction: Transaction) -> Outcome:
        self._check(transaction)
        return (await self._batches.add((transaction,), list, at_once=False))[0]

    async def commit_many(self, transactions: Sequence[Transaction]) -> list[Outcome]:
        return await self.commit_soon(transactions, list)

    def commit_soon(self, transactions: Sequence[Transaction], answer: Callable[[Sequence[Outcome]], Answer]) -> asyncio.Future[Answer]:
        for transaction in transactions:
            self._check(transaction)
        return self._batches.add(transactions, answer, at_once=True)

    def _check(self, transaction: Transaction) -> None:
        self._check_open()
        check(transaction)
        for operation in (*transaction.then, *transaction.otherwise):
            if isinstance(operation, Put) and operation.lease and not self._leases.holds(operation.lease):
                raise LeaseEnded(f"the lease {operation.lease} of {operation.key!r} has ended; take a new lease")

    def watch(self, prefix: str, from_revision: int = 0) -> AsyncIterator[tuple[Event, ...]]:
        self._check_open()
        position = from_revision or self._revision + 1
        return self._events(self._watchers.add(prefix, position, behind=position <= self._revision))

    async def grant(self, length: float) -> int:
        self._check_open()
        lease = await self._write(self._writer.grant, length)
        self._leases.grant(lease, length, self._clock())
        self._leases_changed.set()
        return lease

    async def keep_alive(self, lease: int) -> None:
        self._check_open()
        if not self._leases.renew(lease, self._clock()):
            raise LeaseEnded(f"the lease {lease} has ended; take a new one")

    async def revoke(self, lease: int) -> None:
        if self._leases.end(lease):
            self._ended_leases.add(lease)
        if lease in self._ended_leases:
            try:
                await self._delete_keys_of(lease)
            except AminoError:
                self._leases_changed.set()  # they are deleted later
                raise

    async def expire(self) -> None:
        """Ends the leases that are due by the clock; runs by itself, and may be called where the clock is a test's."""
        for lease in (*self._ended_leases, *self._leases.due(self._clock())):
            await self.revoke(lease)

    async def failed(self) -> OmsUnavailable:
        return await asyncio.shield(self._failure)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._expiry.cancel()
        self._watchers.close()
        with suppress(asyncio.CancelledError):
            await self._expiry
        await self._batches.rest()
        in_order = not self._failure.done()
        for end in (self._reader.close, self._writer.close):
            try:
                await self._write(end)
            except OmsUnavailable as error:
                in_order = False
                _log.warning("%s", error)
        self._executor.shutdown()
        self._lock.release(in_order=in_order)

    def _check_failed(self) -> None:
        if self._failure.done():
            raise StoreFailed.of(**self._failure.result().details, outcome="this request was not done")

    def _check_open(self) -> None:
        self._check_failed()
        if self._closed:
            raise OmsUnavailable("the store of the object management service has been closed; start the service again")

    def _read(self, read: Callable[Arguments, Answer], *arguments: Arguments.args, **named: Arguments.kwargs) -> Answer:
        self._check_open()
        try:
            return read(*arguments, **named)
        except StoreFailed as error:
            self._fail(error)
            raise

    async def _write(self, write: Callable[Arguments, Answer], *arguments: Arguments.args, **named: Arguments.kwargs) -> Answer:
        """Runs work on the writer's thread. Its failure is noticed even where the caller no longer waits for it."""
        writing = self._loop.run_in_executor(self._executor, lambda: write(*arguments, **named))
        writing.add_done_callback(self._written)
        return await asyncio.shield(writing)

    def _written(self, writing: asyncio.Future[Answer]) -> None:
        if not writing.cancelled() and isinstance(error := writing.exception(), StoreFailed):
            self._fail(error)

    def _fail(self, error: StoreFailed) -> None:
        if not self._failure.done():
            failure = StoreFailed.of(**error.details, outcome="it answers nothing any more")
            _log.critical("%s", failure)
            self._failure.set_result(failure)
            self._watchers.close()

    def _has_written(self, written: Written) -> None:
        self._revision = written.evaluation.revision
        if written.durable:
            self._durable_revision = self._revision
        self._watchers.committed(written.evaluation.events, written.evaluation.revision)

    async def _events(self, watcher: Watcher) -> AsyncIterator[tuple[Event, ...]]:
        try:
            while True:
                await watcher.wait()
                events, position = self._read(self._reader.events, watcher.prefix, watcher.position)
                if events:
                    # The history may go on: stay awake, read again from there.
                    watcher.position = position
                    yield events
                else:
                    watcher.caught_up(position)
        finally:
            self._watchers.remove(watcher)

    async def _delete_keys_of(self, lease: int) -> None:
        fallen = Compare("", Field.VERSION, Relation.EQUAL, 0)
        await self.commit(Transaction(compares=(fallen,), durable=False))  # puts under the lease that were asked for earlier come first
        while keys := self._read(self._reader.keys_of_lease, lease, _EXPIRY_CHUNK):
            removals = (
                Transaction(compares=(Compare(key, Field.LEASE, Relation.EQUAL, lease),), then=(Delete(key),), durable=False)
                for key in keys
            )
            await asyncio.gather(*(self.commit(removal) for removal in removals))
        await self._write(self._writer.forget, lease)
        self._ended_leases.discard(lease)

    async def _expire_forever(self) -> None:
        # Woken for each new lease, since that may be due before the others. The clock may be a test's, whose owner calls `expire`.
        pause: float | None = None
        while True:
            end = self._leases.next_end()
            self._leases_changed.clear()
            with suppress(TimeoutError):
                # Not wait_for: it drops a cancellation that comes together with a change, and nothing ends this task then.
                async with asyncio.timeout(pause or (None if end is None else max(0.01, end - self._clock()))):
                    await self._leases_changed.wait()
            try:
                await self.expire()
                pause = None
            except StoreFailed:
                return
            except OmsUnavailable as error:
                _log.warning("the keys of leases that have ended are deleted later: %s", error)
                pause = _EXPIRY_PAUSE
