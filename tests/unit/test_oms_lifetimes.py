"""Objects that were made for a time end when it is over, whatever the time of day on the machines whose services lead."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from amino_oms.lifecycle.lifetime_clock import KEPT_SECONDS, LifetimeClock
from amino_oms.registry.keys import LIFETIMES, expiry_key
from amino_store.memory.disk import MemoryDisk
from amino_store.memory.store import MemoryStore
from amino_store.transaction import Delete, Put, Transaction

DAY = 24 * 3600.0


class Machine:
    """A machine whose time of day may be far from that of others, and whose seconds since its start mean nothing to them."""

    def __init__(self, day: float, since_start: float) -> None:
        self._ahead, self.now = day - since_start, since_start

    def monotonic(self) -> float:
        return self.now

    def time_ms(self) -> int:
        return int((self.now + self._ahead) * 1000)

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
async def store() -> AsyncIterator[MemoryStore]:
    made = MemoryStore(MemoryDisk())
    yield made
    await made.close()


async def promised(store: MemoryStore, clock: LifetimeClock, seconds: float) -> int:
    """An object is made for so many seconds. Returns the moment of its end."""
    ends = await clock.now_ms() + int(1000 * seconds)
    await store.commit(Transaction(then=(Put(expiry_key(ends, "o1"), b""),)))
    return ends


async def leads(store: MemoryStore, machine: Machine) -> LifetimeClock:
    clock = LifetimeClock(store, machine)
    await clock.start()
    return clock


@pytest.mark.parametrize("apart", [DAY, -DAY, 400 * DAY, 0.0])
async def test_a_new_leader_goes_on_however_far_its_time_of_day_is_away(store: MemoryStore, apart: float) -> None:
    first, second = Machine(1_000_000.0, 50.0), Machine(1_000_000.0 + apart, 7_000.0)
    ends = await promised(store, before := await leads(store, first), 600.0)
    first.now += 300.0
    assert ends - await before.now_ms() == 300_000
    after = await leads(store, second)
    assert ends - await after.now_ms() == 300_000
    second.now += 299.0
    assert ends > await after.now_ms()
    second.now += 2.0
    assert ends <= await after.now_ms()


async def test_a_change_of_leader_adds_no_more_than_a_reading_that_was_not_stored(store: MemoryStore) -> None:
    first = Machine(1_000_000.0, 50.0)
    ends = await promised(store, before := await leads(store, first), 600.0)
    for _ in range(100):
        first.now += 1.0
        await before.now_ms()
    left = ends - await (await leads(store, Machine(5_000_000.0, 1.0))).now_ms()
    assert 500_000 <= left <= 500_000 + 1000 * KEPT_SECONDS


async def test_readings_are_stored_seldom(store: MemoryStore) -> None:
    machine = Machine(1_000_000.0, 50.0)
    clock = await leads(store, machine)
    for _ in range(1000):
        machine.now += 0.01
        await clock.now_ms()
    stored = await store.get(LIFETIMES)
    assert stored is not None
    assert stored.version <= 1 + 10 / KEPT_SECONDS


async def test_a_clock_is_put_right_while_nothing_waits_and_never_goes_back(store: MemoryStore) -> None:
    ends = await promised(store, await leads(store, Machine(1_000_000.0, 50.0)), 600.0)
    await store.commit(Transaction(then=(Delete(expiry_key(ends, "o1")),)))
    assert await (await leads(store, Machine(3_000_000.0, 1.0))).now_ms() == 3_000_000_000
    assert await (await leads(store, Machine(2_000_000.0, 1.0))).now_ms() == 3_000_000_000
