"""A store in memory, without threads: the store of a simulated service, deterministic and as slow or as broken as a test wants it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from amino_wire.errors import OmsUnavailable

from amino_store.errors import LeaseEnded, StoreFailed, StoreFull
from amino_store.evaluation import check
from amino_store.lease_table import LeaseTable
from amino_store.limits import UNLIMITED, Limits
from amino_store.memory.disk import DiskFull, MemoryDisk, SyncFailed
from amino_store.memory.snapshot import MemorySnapshot
from amino_store.store import PAGE_LIMIT, Store
from amino_store.transaction import Compare, Delete, Entry, Event, Field, Outcome, Page, Put, Relation, Transaction
from amino_store.watchers import Watcher, Watchers

Delay = Callable[[], tuple[float, float]]
"""Seconds of the next batch: until it is on the disk, and from then until it is acknowledged. A process can end in either."""


def no_delay() -> tuple[float, float]:
    """A disk that takes no time."""
    return 0.0, 0.0


class MemoryStore(Store):
    """See `Store`. All methods belong to the event loop on which it was made.

    Transactions that arrive while a batch is on its way to the disk gather and leave together in the next one.

    Arguments:
        disk: its content remains when this object is gone. A store that is made over a used disk has everything that was committed.
        clock: gives the seconds that leases are measured by.
        delay: how long the disk takes.
        limits: those of another backend, for tests.
    """

    def __init__(
        self,
        disk: MemoryDisk,
        *,
        clock: Callable[[], float] = time.monotonic,
        delay: Delay = no_delay,
        limits: Limits = UNLIMITED,
    ) -> None:
        self._limits = limits
        self._disk, self._clock, self._delay = disk, clock, delay
        self._loop = asyncio.get_running_loop()
        self._waiting: list[tuple[Transaction, asyncio.Future[Outcome]]] = []
        self._committing: asyncio.Task[None] | None = None
        self._watchers = Watchers()
        self._leases = LeaseTable()
        for lease, length in disk.leases.items():
            self._leases.grant(lease, length, clock())
        self._lease_granted = asyncio.Event()
        self._expiry = asyncio.create_task(self._expire_forever(), name="store lease expiry")
        self._closed = False
        self._failure: asyncio.Future[StoreFailed] = self._loop.create_future()

    @property
    def limits(self) -> Limits:
        return self._limits

    async def revision(self) -> int:
        self._check_open()
        return self._disk.revision

    def durable_revision(self) -> int:
        return self._disk.durable_revision

    async def get(self, key: str) -> Entry | None:
        self._check_open()
        return self._disk.get(key)

    async def range(self, prefix: str, *, after: str = "", limit: int = PAGE_LIMIT) -> Page:
        self._check_open()
        return self._disk.range(prefix, after, limit)

    async def count(self, prefix: str) -> int:
        self._check_open()
        return self._disk.count(prefix)

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[MemorySnapshot]:
        self._check_open()
        yield self._disk.snapshot()

    async def commit(self, transaction: Transaction) -> Outcome:
        self._check_open()
        check(transaction)
        self._limits.check(transaction, "the store in memory")
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
        position = from_revision or self._disk.revision + 1
        return self._events(self._watchers.add(prefix, position, behind=position <= self._disk.revision))

    async def grant(self, length: float) -> int:
        self._check_open()
        try:
            lease = self._disk.grant(length)
        except DiskFull as error:
            raise _full(error) from error
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
        removals = (
            Transaction(compares=(Compare(key, Field.LEASE, Relation.EQUAL, lease),), then=(Delete(key),), durable=False)
            for key in self._disk.keys_of_lease(lease)
        )
        await asyncio.gather(*(self.commit(removal) for removal in removals))
        self._disk.forget(lease)

    async def expire(self) -> None:
        """Ends the leases that are due by the clock; runs by itself, and may be called where the clock is a test's."""
        for lease in self._leases.due(self._clock()):
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
        if self._committing is not None:
            await self._committing

    def _check_open(self) -> None:
        if self._failure.done():
            raise StoreFailed.of(**self._failure.result().details, outcome="this request was not done")
        if self._closed:
            raise OmsUnavailable("the store of the object management service has been closed; start the service again")

    async def _commit_waiting(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._commit_batch(batch)
        finally:
            self._committing = None

    async def _commit_batch(self, batch: list[tuple[Transaction, asyncio.Future[Outcome]]]) -> None:
        before, after = self._delay()
        await asyncio.sleep(before)
        try:
            evaluation = self._disk.commit([transaction for transaction, _ in batch])
        except DiskFull as error:
            _fail(batch, _full(error))
            return
        except SyncFailed as error:
            self._break(batch, error)
            return
        if after:
            await asyncio.sleep(after)
        for (_, future), outcome in zip(batch, evaluation.outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)
        self._watchers.committed(evaluation.events, evaluation.revision)

    def _break(self, batch: list[tuple[Transaction, asyncio.Future[Outcome]]], error: SyncFailed) -> None:
        waiting, self._waiting = self._waiting, []
        _fail(batch, _failed(error, "whether this request was done is unknown"))
        _fail(waiting, _failed(error, "this request was not done"))
        self._failure.set_result(_failed(error, "it answers nothing any more"))
        self._watchers.close()

    async def _events(self, watcher: Watcher) -> AsyncIterator[tuple[Event, ...]]:
        try:
            while True:
                await watcher.wait()
                self._check_open()
                events, position = self._disk.events(watcher.prefix, watcher.position)
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


def _full(error: OSError) -> StoreFull:
    return StoreFull(f"the disk is full ({error}): nothing of this request was done. Make room there and send the request again")


def _failed(error: OSError, outcome: str) -> StoreFailed:
    return StoreFailed.of("memory", str(error), outcome)


def _fail(batch: list[tuple[Transaction, asyncio.Future[Outcome]]], error: OmsUnavailable) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
