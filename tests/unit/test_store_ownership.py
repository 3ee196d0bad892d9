"""One process at a time works on a store, and a process that was replaced changes nothing."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator

import pytest
from amino_oms.storage import has_ended, this_process
from amino_store.errors import StoreFailed, StoreInUse
from amino_store.limits import Limits
from amino_store.memory.disk import MemoryDisk
from amino_store.memory.store import MemoryStore
from amino_store.recipes import ownership
from amino_store.recipes.owner import LIVING, Owner, standing
from amino_store.recipes.ownership import CALM, LEASE, OwnedStore, claim
from amino_store.transaction import Compare, Get, Outcome, Put, Transaction
from amino_wire.errors import OmsUnavailable

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
    first = await OwnedStore.take(store, Owner("first"))
    await put(first, "/a", b"1")
    with pytest.raises(StoreInUse, match="works on this store: first"):
        await OwnedStore.take(store, Owner("second"), wait=0.05)
    waiting = asyncio.ensure_future(OwnedStore.take(store, Owner("second")))
    await asyncio.sleep(0)
    assert await first.revision()
    await first.give_up()
    second = await asyncio.wait_for(waiting, 10)
    await put(second, "/a", b"2")


async def test_an_owner_whose_lease_has_ended_is_followed_and_then_changes_nothing(store: MemoryStore, clock: Clock) -> None:
    first = await OwnedStore.take(store, Owner("first"))
    clock.now += LEASE + 1
    await store.expire()
    await put(first, "/a", b"still the owner")
    second = await OwnedStore.take(store, Owner("second"))
    revision = await put(second, "/a", b"2")
    for step in (Transaction(then=(Put("/a", b"3"),)), Transaction((Compare.absent("/a"),), (Put("/a", b"3"),), (Get("/a"),))):
        with pytest.raises(StoreFailed, match=r"works on this store now \(second\): this request was not done"):
            await first.commit(step)
    assert isinstance(await asyncio.wait_for(first.failed(), 10), StoreFailed)
    entry = await store.get("/a")
    assert entry is not None
    assert entry.modified == revision
    assert not (await second.commit(Transaction((Compare.absent("/a"),), (Put("/a", b"4"),), (Get("/a"),)))).succeeded


async def test_an_owner_that_could_not_say_that_it_lives_says_so_later(
    store: MemoryStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ownership, "LEASE", 0.2)
    owner = await OwnedStore.take(store, Owner("first"))
    commit, failures = store.commit, [OmsUnavailable("the store is away")]

    async def fails_once(transaction: Transaction) -> Outcome:
        if failures and any(isinstance(each, Put) and each.key == LIVING for each in transaction.then):
            raise failures.pop()
        return await commit(transaction)

    monkeypatch.setattr(store, "commit", fails_once)
    clock.now += LEASE + 1
    await store.expire()
    assert (await standing(store)).living is None
    async with asyncio.timeout(10):
        while (await standing(store)).living is None:
            await asyncio.sleep(0.01)
    assert not failures
    await owner.give_up()


async def test_a_process_may_wait_for_the_owner_longer_than_a_lease_lasts(store: MemoryStore, clock: Clock) -> None:
    longer = await store.grant(2 * LEASE)
    await store.commit(Transaction(then=(Put(LIVING, b"first", longer),)))
    waiting = asyncio.ensure_future(OwnedStore.take(store, Owner("second")))
    for _ in range(20):
        await asyncio.sleep(0)
    for _ in range(2):
        clock.now += LEASE + 1
        await store.expire()
    await put(await asyncio.wait_for(waiting, 10), "/a")


async def test_an_owner_whose_process_has_ended_is_followed_at_once(store: MemoryStore) -> None:
    await OwnedStore.take(store, Owner("first"))
    second = await OwnedStore.take(store, Owner("second"), ended=lambda who: who == "first")
    await put(second, "/a")
    assert [entry.value for entry in [await store.get(LIVING)] if entry is not None] == [b"second"]


async def test_a_fenced_store_tells_its_own_limits_and_takes_no_second_branch_that_writes(store: MemoryStore) -> None:
    owned = await OwnedStore.take(store, Owner("first"))
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


async def test_those_who_ask_at_once_whether_the_store_is_still_owned_share_a_look(store: MemoryStore) -> None:
    looks = 0
    owned = await claim(store, Owner("first"), await standing(store), clock=time.monotonic)
    assert owned is not None
    look = owned._look

    async def counted() -> None:
        nonlocal looks
        looks += 1
        await look()
        await asyncio.sleep(0.01)

    owned._look = counted  # type: ignore[method-assign]
    await asyncio.gather(*(owned.confirm(0.0) for _ in range(100)))
    assert 1 <= looks <= 2
    await owned.confirm(0.0)
    assert looks <= 3
    await owned.close()


async def test_an_owner_that_lives_can_be_deposed_and_finds_out_by_its_next_look(store: MemoryStore, clock: Clock) -> None:
    first = await claim(store, Owner("first", "127.0.0.1:1"), await standing(store), clock=clock)
    assert first is not None
    seen = await standing(store)
    assert (seen.lives, seen.token, seen.unrest) == (Owner("first", "127.0.0.1:1"), first.token, 0)
    await first.confirm(0.0)
    second = await claim(store, Owner("second"), seen, depose=True, clock=clock)
    assert second is not None
    await put(second, "/a", b"2")
    assert (await standing(store)).unrest == 1
    await first.confirm(within=0.5)  # the last look is not that old
    clock.now += 1
    with pytest.raises(StoreFailed, match=r"works on this store now \(second\)"):
        await first.confirm(within=0.5)
    assert isinstance(await asyncio.wait_for(first.failed(), 10), StoreFailed)
    with pytest.raises(StoreFailed):
        await put(first, "/a", b"1")


async def test_of_two_that_depose_the_same_owner_one_becomes_the_next(store: MemoryStore) -> None:
    await OwnedStore.take(store, Owner("first"))
    seen = await standing(store)
    claims = [await claim(store, Owner(name), seen, depose=True) for name in ("second", "third")]
    assert [each is not None for each in claims] == [True, False]
    assert (await standing(store)).lives == Owner("second")


async def test_who_was_deposed_last_is_forgotten_after_a_calm_time(store: MemoryStore, clock: Clock) -> None:
    for name in ("first", "second", "third"):
        assert await claim(store, Owner(name), await standing(store), depose=True, clock=clock) is not None
    assert (await standing(store)).unrest == 3
    clock.now += CALM + 1
    await store.expire()
    assert (await standing(store)).unrest == 0


async def test_a_store_that_was_taken_meanwhile_is_not_claimed(store: MemoryStore) -> None:
    seen = await standing(store)
    assert await claim(store, Owner("first"), seen) is not None
    assert await claim(store, Owner("second"), seen) is None


async def test_an_owner_that_was_deposed_within_its_lease_ends_without_a_request(store: MemoryStore) -> None:
    first = await OwnedStore.take(store, Owner("first"))
    assert await claim(store, Owner("second"), await standing(store), depose=True) is not None
    assert isinstance(await asyncio.wait_for(first.failed(), 10), StoreFailed)


@pytest.mark.parametrize(
    "text", ["process 1 on host (begun 2, in 3)", "process 1 on host (begun 2, in 3) at 127.0.0.1:7421", "at home", "looks at the sea"]
)
def test_what_an_owner_says_of_itself_is_read_as_it_was_written(text: str) -> None:
    owner = Owner.of(text.encode())
    assert str(owner) == text
    assert owner.address == ("127.0.0.1:7421" if text.endswith("7421") else "")
