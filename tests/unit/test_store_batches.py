"""Transactions that wait for the disk together, and what the writer need not read again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from amino_store.errors import NotWritten, StoreFailed
from amino_store.evaluation import evaluate
from amino_store.sqlite.batches import BATCH_LIMIT, Batches
from amino_store.sqlite.recent import LARGEST, MOST, RecentEntries
from amino_store.sqlite.store import SqliteStore
from amino_store.sqlite.writer import Written
from amino_store.transaction import Delete, Entry, Get, Put, Transaction
from amino_wire.errors import InternalError

from tests.unit.store_lease_contract import DEADLINE


class Disk:
    """Notes the batches that it is given; `goes_on` lets it end one."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.begun = threading.Semaphore(0)
        self.goes_on = threading.Semaphore(0)
        self.error: BaseException | None = None
        self.failed: list[StoreFailed] = []
        self.written: list[int] = []

    def commit(self, transactions: Sequence[Transaction]) -> Written:
        self.batches.append(len(transactions))
        self.begun.release()
        assert self.goes_on.acquire(timeout=DEADLINE)
        if self.error is not None:
            raise self.error
        return Written(evaluate(transactions, {}, 0), 1, True)

    def batches_on(self, executor: ThreadPoolExecutor) -> Batches:
        return Batches(
            executor,
            self.commit,
            refuse=lambda: None,
            written=lambda written: self.written.append(len(written.evaluation.outcomes)),
            failed=self.failed.append,
        )

    async def has_begun(self) -> None:
        assert await asyncio.to_thread(self.begun.acquire, timeout=DEADLINE)


def puts(count: int) -> list[Transaction]:
    return [Transaction(then=(Put(f"/{number}", b""),)) for number in range(count)]


async def test_what_arrives_while_a_batch_is_on_its_way_leaves_together() -> None:
    disk = Disk()
    with ThreadPoolExecutor(1) as executor:
        batches = disk.batches_on(executor)
        first = batches.add(puts(2), list, at_once=True)
        await disk.has_begun()
        others = [batches.add(puts(3), list, at_once=True), batches.add(puts(1), list, at_once=False)]
        disk.goes_on.release(2)
        found = [[outcome.revision for outcome in await each] for each in (first, *others)]
        assert found == [[1, 2], [1, 2, 3], [4]]
        await batches.rest()
    assert (disk.batches, disk.written) == ([2, 4], [2, 4])


async def test_transactions_of_one_turn_leave_together() -> None:
    disk = Disk()
    disk.goes_on.release(9)
    with ThreadPoolExecutor(1) as executor:
        batches = disk.batches_on(executor)
        await asyncio.gather(*(batches.add(puts(1), list, at_once=False) for _ in range(5)))
        await batches.rest()
    assert disk.batches == [5]


async def test_a_batch_takes_no_more_than_it_may() -> None:
    disk = Disk()
    disk.goes_on.release(9)
    with ThreadPoolExecutor(1) as executor:
        batches = disk.batches_on(executor)
        await asyncio.gather(*(batches.add(puts(BATCH_LIMIT), list, at_once=False) for _ in range(2)))
    assert disk.batches == [BATCH_LIMIT, BATCH_LIMIT]


async def test_an_error_is_that_of_each_of_its_batch_and_the_next_goes_on() -> None:
    disk = Disk()
    disk.error = NotWritten("the disk is away")
    with ThreadPoolExecutor(1) as executor:
        batches = disk.batches_on(executor)
        failing = [batches.add(puts(1), list, at_once=False) for _ in range(2)]
        disk.goes_on.release()
        for each in failing:
            with pytest.raises(NotWritten, match="away"):
                await each
        disk.error = KeyError("a fault of ours")
        disk.goes_on.release()
        with pytest.raises(InternalError):
            await batches.add(puts(1), list, at_once=True)
        disk.error = StoreFailed("the disk is broken")
        disk.goes_on.release()
        with pytest.raises(StoreFailed):
            await batches.add(puts(1), list, at_once=True)
        assert len(disk.failed) == 1
        disk.error = None
        disk.goes_on.release()
        assert len(await batches.add(puts(1), list, at_once=True)) == 1
        await batches.rest()


async def test_a_caller_that_waits_no_longer_harms_nobody() -> None:
    disk = Disk()
    with ThreadPoolExecutor(1) as executor:
        batches = disk.batches_on(executor)
        first, second = batches.add(puts(1), list, at_once=False), batches.add(puts(1), list, at_once=False)
        await disk.has_begun()
        first.cancel()
        disk.goes_on.release()
        assert len(await second) == 1
        await batches.rest()
    assert disk.batches == [2]


def entry(key: str, version: int = 1, size: int = 1) -> Entry:
    return Entry(key, bytes(size), 1, version, version)


def test_what_was_written_last_is_known_until_it_goes() -> None:
    recent = RecentEntries()
    recent.written({"/a": entry("/a"), "/b": entry("/b"), "/large": entry("/large", size=LARGEST + 1)})
    recent.written({"/a": entry("/a", 2), "/b": None})
    assert recent.find(["/a", "/b", "/large", "/c"]) == ({"/a": entry("/a", 2)}, ["/b", "/large", "/c"])
    recent.written({"/a": entry("/a", 3, LARGEST + 1)})
    assert recent.find(["/a"]) == ({}, ["/a"])


def test_not_more_than_so_many_are_kept_and_the_oldest_go() -> None:
    recent = RecentEntries()
    for number in range(MOST):
        recent.written({f"/{number}": entry(f"/{number}")})
    recent.written({"/0": entry("/0", 2)})
    recent.written({"/more": entry("/more")})
    assert recent.find(["/0", "/1", "/more"])[1] == ["/1"]


async def test_a_put_that_nobody_watches_is_stored_like_others(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path)
    try:
        for version in (1, 2):
            put = Transaction(then=(Get("/quiet"), Put("/quiet", b"%d" % version, watched=False)))
            outcome = await store.commit(put)
            assert [each and each.version for each in outcome.entries] == [version - 1 or None]
            assert await store.revision() == outcome.revision == store.durable_revision()
        watch = store.watch("/", 1)
        await store.commit(Transaction(then=(Put("/loud", b""), Delete("/quiet"))))
        async with asyncio.timeout(DEADLINE):
            heard = [event.entry.key for event in await anext(watch)]
        assert heard == ["/loud", "/quiet"]
    finally:
        await store.close()
    again = await SqliteStore.open(tmp_path)
    try:
        assert await again.get("/quiet") is None
        assert await again.revision() == 3
    finally:
        await again.close()
