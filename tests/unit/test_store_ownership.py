"""One process at a time works on a store, and a process that was replaced changes nothing."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from amino_oms.storage import has_ended, this_process
from amino_store.errors import StoreFailed, StoreInUse
from amino_store.limits import Limits
from amino_store.memory.disk import MemoryDisk
from amino_store.memory.store import MemoryStore
from amino_store.recipes.ownership import LEASE, LIVING, OwnedStore
from amino_store.transaction import Compare, Get, Put, Transaction

from tests.unit.store_contract import put


class Clock:
    """A clock that stands still unless told."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(clock: Clock) -> AsyncIterator[MemoryStore]:
    store = MemoryStore(MemoryDisk(), clock=clock, limits=Limits(operations=10))
    yield store
    await store.close()


async def test_an_owner_that_lives_keeps_others_out_and_lets_them_in_when_it_closes(store: MemoryStore) -> None:
    first = await OwnedStore.take(store, "first")
    await put(first, "/a", b"1")
    with pytest.raises(StoreInUse, match="works on this store: first"):
        await OwnedStore.take(store, "second", wait=0.05)
    waiting = asyncio.ensure_future(OwnedStore.take(store, "second"))
    await asyncio.sleep(0)
    assert await first.revision()
    await first.give_up()
    second = await asyncio.wait_for(waiting, 10)
    await put(second, "/a", b"2")


async def test_an_owner_whose_lease_has_ended_is_followed_and_then_changes_nothing(store: MemoryStore, clock: Clock) -> None:
    first = await OwnedStore.take(store, "first")
    clock.now += LEASE + 1
    await store.expire()
    await put(first, "/a", b"still the owner")
    second = await OwnedStore.take(store, "second")
    revision = await put(second, "/a", b"2")
    for step in (Transaction(then=(Put("/a", b"3"),)), Transaction((Compare.absent("/a"),), (Put("/a", b"3"),), (Get("/a"),))):
        with pytest.raises(StoreFailed, match=r"works on this store now \(second\): this request was not done"):
            await first.commit(step)
    assert isinstance(await asyncio.wait_for(first.failed(), 10), StoreFailed)
    entry = await store.get("/a")
    assert entry is not None
    assert entry.modified == revision
    assert not (await second.commit(Transaction((Compare.absent("/a"),), (Put("/a", b"4"),), (Get("/a"),)))).succeeded


async def test_a_process_may_wait_for_the_owner_longer_than_a_lease_lasts(store: MemoryStore, clock: Clock) -> None:
    longer = await store.grant(2 * LEASE)
    await store.commit(Transaction(then=(Put(LIVING, b"first", longer),)))
    waiting = asyncio.ensure_future(OwnedStore.take(store, "second"))
    for _ in range(20):
        await asyncio.sleep(0)
    for _ in range(2):
        clock.now += LEASE + 1
        await store.expire()
    await put(await asyncio.wait_for(waiting, 10), "/a")


async def test_an_owner_whose_process_has_ended_is_followed_at_once(store: MemoryStore) -> None:
    await OwnedStore.take(store, "first")
    second = await OwnedStore.take(store, "second", ended=lambda who: who == "first")
    await put(second, "/a")
    assert [entry.value for entry in [await store.get(LIVING)] if entry is not None] == [b"second"]


async def test_a_fenced_store_tells_its_own_limits_and_takes_no_second_branch_that_writes(store: MemoryStore) -> None:
    owned = await OwnedStore.take(store, "first")
    assert owned.limits.operations == 9
    with pytest.raises(ValueError, match="second branch"):
        await owned.commit(Transaction(otherwise=(Put("/a", b""),)))
    outcome = await owned.commit(Transaction((Compare.present("/a"),), (), (Get("/a"), Get("/b"))))
    assert outcome.entries == (None, None)


def test_a_process_is_known_to_have_ended_only_on_its_own_machine() -> None:
    me = this_process()
    assert not has_ended(me)
    script = "from amino_oms.storage import this_process; print(this_process())"
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    assert has_ended(other)
    assert not has_ended(other.replace("in ", "in another-boot-"))
    assert not has_ended("somebody")
    # A later process has got its number.
    number = other.split()[1]
    assert has_ended(me.replace(f"(begun {me.split('(begun ')[1].split(',')[0]},", "(begun 1,"))
    assert number != str(os.getpid())
