"""The SQLite store: the contract of all backends, and what only this one promises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_store.errors import StoreInUse
from amino_store.sqlite.store import SqliteStore
from amino_store.transaction import Put, Transaction
from amino_wire.errors import ConfigInvalid, OmsUnavailable

from tests.unit.store_contract import Advance, StoreContract, put

HISTORY = 10_000


class Clock:
    """A clock that stands still unless told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class AdvanceClock(Advance):
    """Moves the clock and lets the store see it."""

    def __init__(self, clock: Clock, store: SqliteStore) -> None:
        self._clock, self._store = clock, store

    async def __call__(self, seconds: float) -> None:
        self._clock.now += seconds
        await self._store.expire()


class TestSqliteStore(StoreContract):
    """The contract, held by SQLite."""

    @pytest.fixture
    def history(self) -> int:
        return HISTORY

    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture
    async def store(self, tmp_path: Path, history: int, clock: Clock) -> AsyncIterator[SqliteStore]:
        store = await SqliteStore.open(tmp_path, history=history, clock=clock)
        yield store
        await store.close()

    @pytest.fixture
    def advance(self, clock: Clock, store: SqliteStore) -> AdvanceClock:
        return AdvanceClock(clock, store)


async def test_everything_is_there_after_reopening(tmp_path: Path) -> None:
    clock = Clock()
    store = await SqliteStore.open(tmp_path, clock=clock)
    first = await put(store, "/a", b"1")
    lease = await store.grant(10.0)
    await put(store, "/b", b"2", lease)
    last = await put(store, "/c", b"3")
    await store.close()
    clock.now += 9.0
    again = await SqliteStore.open(tmp_path, clock=clock)
    assert [entry.key for entry in (await again.range("/")).entries] == ["/a", "/b", "/c"]
    assert await again.revision() == last
    assert [event.entry.key for event in await anext(again.watch("/", first))] == ["/a", "/b", "/c"]
    clock.now += 9.0  # the lease began anew with the store
    await again.keep_alive(lease)
    clock.now += 11.0
    await again.expire()
    assert await again.get("/b") is None
    assert await again.grant(1.0) > lease
    await again.close()


async def test_a_second_process_is_refused(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path)
    with pytest.raises(StoreInUse, match=r"in use by process \d+"):
        await SqliteStore.open(tmp_path)
    await store.close()
    await (await SqliteStore.open(tmp_path)).close()


async def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigInvalid, match=r"file/oms cannot be used: Not a directory.*--data-dir"):
        await SqliteStore.open(tmp_path / "file" / "oms")


async def test_writers_that_wait_share_a_commit(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path)
    watch = store.watch("/")
    writes = [asyncio.create_task(put(store, f"/{number}")) for number in range(500)]
    await asyncio.gather(*writes)
    batches = 0
    seen = 0
    while seen < 500:
        seen += len(await anext(watch))
        batches += 1
    assert batches < 10
    await store.close()


async def test_a_store_that_is_closed_says_so(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path)
    watch = store.watch("/")
    waiting = asyncio.ensure_future(anext(watch))
    await asyncio.sleep(0)
    await store.close()
    await store.close()
    with pytest.raises(OmsUnavailable):
        await waiting
    with pytest.raises(OmsUnavailable):
        await store.commit(Transaction(then=(Put("/a", b""),)))
