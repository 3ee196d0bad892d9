"""The store in memory: the contract of all backends, what remains of it, and what can go wrong with its disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from amino_store.errors import StoreFailed, StoreFull
from amino_store.limits import Limits
from amino_store.memory.disk import MemoryDisk
from amino_store.memory.store import MemoryStore
from amino_store.transaction import Put, Transaction

from tests.unit.store_contract import Advance, StoreContract, delete, put


class Clock:
    """A clock that stands still unless told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class AdvanceClock(Advance):
    """Moves the clock and lets the store see it."""

    def __init__(self, clock: Clock, store: MemoryStore) -> None:
        self._clock, self._store = clock, store

    async def __call__(self, seconds: float) -> None:
        self._clock.now += seconds
        await self._store.expire()


class TestMemoryStore(StoreContract):
    """The contract, held in memory."""

    @pytest.fixture
    def history(self) -> int:
        return 10_000

    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture
    async def store(self, history: int, clock: Clock) -> AsyncIterator[MemoryStore]:
        store = MemoryStore(MemoryDisk(history=history), clock=clock)
        yield store
        await store.close()

    @pytest.fixture
    def advance(self, clock: Clock, store: MemoryStore) -> AdvanceClock:
        return AdvanceClock(clock, store)


class TestLimitedMemoryStore(TestMemoryStore):
    """The contract, held in memory within the limits that an etcd has by default."""

    @pytest.fixture
    async def store(self, history: int, clock: Clock) -> AsyncIterator[MemoryStore]:
        limits = Limits(operations=1_500, value_bytes=1024 * 1024, request_bytes=1536 * 1024)
        store = MemoryStore(MemoryDisk(history=history), clock=clock, limits=limits)
        yield store
        await store.close()


async def value(store: MemoryStore, key: str) -> bytes | None:
    """What stands under a key."""
    entry = await store.get(key)
    return None if entry is None else entry.value


async def test_everything_committed_is_there_for_the_next_store() -> None:
    disk, clock = MemoryDisk(), Clock()
    store = MemoryStore(disk, clock=clock)
    first = await put(store, "/a", b"1")
    lease = await store.grant(10.0)
    last = await put(store, "/b", b"2", lease)
    await store.close()
    clock.now += 9.0
    again = MemoryStore(disk, clock=clock)
    assert await again.revision() == last
    assert [event.entry.key for event in await anext(again.watch("/", first))] == ["/a", "/b"]
    clock.now += 9.0  # the lease began anew with the store
    await again.keep_alive(lease)
    clock.now += 11.0
    await again.expire()
    assert (await value(again, "/a"), await value(again, "/b")) == (b"1", None)
    assert await again.grant(1.0) > lease
    await again.close()


async def test_writers_that_wait_share_a_batch() -> None:
    batches = 0

    def delay() -> tuple[float, float]:
        nonlocal batches
        batches += 1
        return 0.0, 0.0

    store = MemoryStore(MemoryDisk(), delay=delay)
    await asyncio.gather(*(put(store, f"/{number}") for number in range(100)))
    assert batches == 1
    await store.close()


async def test_a_full_disk_changes_nothing_until_there_is_room() -> None:
    disk = MemoryDisk()
    store = MemoryStore(disk)
    await put(store, "/a", b"1")
    disk.full = True
    with pytest.raises(StoreFull, match="nothing of this request was done"):
        await put(store, "/a", b"2")
    with pytest.raises(StoreFull, match="nothing of this request was done"):
        await store.grant(1.0)
    assert await value(store, "/a") == b"1"
    await delete(store, "/absent")  # changes nothing, so it needs no room
    disk.full = False
    await put(store, "/a", b"3")
    assert await value(store, "/a") == b"3"
    await store.close()


@pytest.mark.parametrize("there", [False, True])
async def test_a_failed_sync_ends_the_process_and_leaves_the_batch_whole_or_not_at_all(there: bool) -> None:
    disk = MemoryDisk()
    store = MemoryStore(disk)
    await put(store, "/a", b"1")
    disk.failing_syncs = 1
    with pytest.raises(StoreFailed, match="whether this request was done is unknown"):
        await put(store, "/a", b"2")
    assert isinstance(await store.failed(), StoreFailed)
    with pytest.raises(StoreFailed, match="this request was not done"):
        await put(store, "/a", b"3")
    with pytest.raises(StoreFailed):
        await store.get("/a")
    disk.process_ended(doubtful_is_there=there)
    again = MemoryStore(disk)
    assert await value(again, "/a") == (b"2" if there else b"1")
    await again.close()


async def test_a_machine_that_ends_loses_what_was_not_durable() -> None:
    disk = MemoryDisk()
    store = MemoryStore(disk)
    await store.commit(Transaction(then=(Put("/early", b"1"),), durable=False))
    durable = await put(store, "/a", b"1")
    await store.commit(Transaction(then=(Put("/a", b"2"), Put("/late", b"2")), durable=False))
    disk.power_lost()
    again = MemoryStore(disk)
    assert [await value(again, key) for key in ("/early", "/a", "/late")] == [b"1", b"1", None]
    assert await again.revision() == durable
    assert await put(again, "/b") == durable + 1
    await again.close()


@pytest.mark.parametrize("on_disk", [False, True])
async def test_a_process_may_end_before_and_after_the_batch_is_on_the_disk(on_disk: bool) -> None:
    """In both cases nobody was told."""
    disk = MemoryDisk()
    store = MemoryStore(disk, delay=lambda: (0.0, 60.0) if on_disk else (60.0, 0.0))
    waiting = asyncio.ensure_future(put(store, "/a", b"1"))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()
    again = MemoryStore(disk)
    assert await value(again, "/a") == (b"1" if on_disk else None)
    await again.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
