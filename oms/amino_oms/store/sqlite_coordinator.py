"""The coordinator of one machine: SQLite in WAL mode, one writer thread, one fsync for all transactions that wait."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from amino_wire.errors import ConfigInvalid, OmsUnavailable

from amino_oms.store.coordinator import PAGE_LIMIT, Coordinator
from amino_oms.store.errors import LeaseEnded, StoreInUse
from amino_oms.store.evaluation import check
from amino_oms.store.lease_table import LeaseTable
from amino_oms.store.sqlite_reader import SqliteReader
from amino_oms.store.sqlite_writer import SqliteWriter
from amino_oms.store.transaction import Compare, Delete, Entry, Event, Field, Outcome, Page, Put, Relation, Transaction
from amino_oms.store.watchers import Watcher, Watchers

HISTORY = 50_000
"""Revisions of events that are kept for watchers: some 60 MB, and at 4,000 changes a second 12 s."""

_BATCH_LIMIT = 1024
_EXPIRY_CHUNK = 500


class SqliteCoordinator(Coordinator):
    """See `Coordinator`. Made by `open`; all methods belong to the event loop it was opened on.

    Transactions that arrive while a batch is on its way to the disk gather and leave together in the next one.
    """

    def __init__(
        self, writer: SqliteWriter, reader: SqliteReader, executor: ThreadPoolExecutor, lock_file: int, clock: Callable[[], float]
    ) -> None:
        self._writer, self._reader, self._executor, self._lock_file, self._clock = writer, reader, executor, lock_file, clock
        self._loop = asyncio.get_running_loop()
        self._waiting: list[tuple[Transaction, asyncio.Future[Outcome]]] = []
        self._committing: asyncio.Task[None] | None = None
        self._watchers = Watchers()
        self._revision = writer.revision
        self._leases = LeaseTable()
        for lease, length in reader.leases().items():
            self._leases.grant(lease, length, clock())
        self._lease_granted = asyncio.Event()
        self._expiry = asyncio.create_task(self._expire_forever(), name="store lease expiry")
        self._closed = False

    @staticmethod
    async def open(folder: Path, *, history: int = HISTORY, clock: Callable[[], float] = time.monotonic) -> SqliteCoordinator:
        """Opens, or makes, the store in `folder` (made where missing). `clock` gives the seconds that leases are measured by.

        Raises StoreInUse where another process has it open, ConfigInvalid where the folder or what is in it cannot be used.
        """
        lock_file = _lock(folder)
        executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store writer")
        loop = asyncio.get_running_loop()
        try:
            writer = await loop.run_in_executor(executor, lambda: SqliteWriter(folder / "store.db", history=history))
        except BaseException as error:
            executor.shutdown(wait=False)
            os.close(lock_file)
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                remedy = "bring the file back from a copy, or name another folder"
                raise ConfigInvalid(f"{folder / 'store.db'} is not a store that can be read: {error}; {remedy}") from error
            raise
        return SqliteCoordinator(writer, SqliteReader(folder / "store.db"), executor, lock_file, clock)

    async def revision(self) -> int:
        return self._reader.revision()

    async def get(self, key: str) -> Entry | None:
        return self._reader.get(key)

    async def range(self, prefix: str, *, after: str = "", limit: int = PAGE_LIMIT) -> Page:
        return self._reader.range(prefix, after, limit)

    async def count(self, prefix: str) -> int:
        return self._reader.count(prefix)

    async def commit(self, transaction: Transaction) -> Outcome:
        self._check_open()
        check(transaction)
        for operation in (*transaction.then, *transaction.otherwise):
            if isinstance(operation, Put) and operation.lease and not self._leases.holds(operation.lease):
                raise LeaseEnded(f"the lease {operation.lease} of {operation.key!r} has ended; take a new lease")
        future: asyncio.Future[Outcome] = self._loop.create_future()
        self._waiting.append((transaction, future))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_waiting(), name="store commit")
        return await future

    def watch(self, prefix: str, from_revision: int = 0) -> AsyncIterator[tuple[Event, ...]]:
        self._check_open()
        position = from_revision or self._revision + 1
        return self._events(self._watchers.add(prefix, position, behind=position <= self._revision))

    async def grant(self, length: float) -> int:
        self._check_open()
        lease = await self._loop.run_in_executor(self._executor, self._writer.grant, length)
        self._leases.grant(lease, length, self._clock())
        self._lease_granted.set()
        return lease

    async def keep_alive(self, lease: int) -> None:
        if not self._leases.renew(lease, self._clock()):
            raise LeaseEnded(f"the lease {lease} has ended; take a new one")

    async def revoke(self, lease: int) -> None:
        if not self._leases.end(lease):
            return
        fallen = Compare("", Field.VERSION, Relation.EQUAL, 0)
        await self.commit(Transaction(compares=(fallen,), durable=False))  # puts under the lease that were asked for earlier come first
        while keys := self._reader.keys_of_lease(lease, _EXPIRY_CHUNK):
            removals = (
                Transaction(compares=(Compare(key, Field.LEASE, Relation.EQUAL, lease),), then=(Delete(key),), durable=False)
                for key in keys
            )
            await asyncio.gather(*(self.commit(removal) for removal in removals))
        await self._loop.run_in_executor(self._executor, self._writer.forget, lease)

    async def expire(self) -> None:
        """Ends the leases that are due by the clock; runs by itself, and may be called where the clock is a test's."""
        for lease in self._leases.due(self._clock()):
            await self.revoke(lease)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._expiry.cancel()
        self._watchers.close()
        with suppress(asyncio.CancelledError):
            await self._expiry
        if self._committing is not None:
            await self._committing
        self._reader.close()
        await self._loop.run_in_executor(self._executor, self._writer.close)
        self._executor.shutdown()
        os.close(self._lock_file)

    def _check_open(self) -> None:
        if self._closed:
            raise OmsUnavailable("the store of the object management service has been closed; start the service again")

    async def _commit_waiting(self) -> None:
        try:
            while self._waiting:
                batch = self._waiting[:_BATCH_LIMIT]
                del self._waiting[:_BATCH_LIMIT]
                await self._commit_batch(batch)
        finally:
            self._committing = None

    async def _commit_batch(self, batch: list[tuple[Transaction, asyncio.Future[Outcome]]]) -> None:
        transactions = [transaction for transaction, _ in batch]
        try:
            written = await self._loop.run_in_executor(self._executor, self._writer.commit, transactions)
        except Exception as error:
            reason = OmsUnavailable(f"the store could not write ({error}); nothing of it has been done. Is the disk full?")
            reason.__cause__ = error
            for _, future in batch:
                if not future.done():
                    future.set_exception(reason)
            if not isinstance(error, sqlite3.Error):
                raise
            return
        self._revision = written.evaluation.revision
        for (_, future), outcome in zip(batch, written.evaluation.outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)
        self._watchers.committed(written.evaluation.events, written.evaluation.revision)

    async def _events(self, watcher: Watcher) -> AsyncIterator[tuple[Event, ...]]:
        try:
            while True:
                await watcher.wait()
                self._check_open()
                events, position = self._reader.events(watcher.prefix, watcher.position)
                if events:
                    # The history may go on: stay awake, read again from there.
                    watcher.position = position
                    yield events
                else:
                    watcher.caught_up(position)
        finally:
            self._watchers.remove(watcher)

    async def _expire_forever(self) -> None:
        # Woken for each new lease, since that may be due before the others. The clock may be a test's, whose owner calls `expire`.
        while True:
            end = self._leases.next_end()
            self._lease_granted.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._lease_granted.wait(), None if end is None else max(0.01, end - self._clock()))
            await self.expire()


def _lock(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigInvalid(f"the data folder {folder} cannot be used: {error.strerror}; name another one with --data-dir") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        owner = os.read(descriptor, 32).decode(errors="replace").strip()
        os.close(descriptor)
        raise StoreInUse(f"the data folder {folder} is in use by process {owner or 'unknown'}; stop it, or give another folder") from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor
