"""The part of every store's contract that is about leases, and the recipes built on them: locks and elections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from amino_store.errors import LeaseEnded
from amino_store.recipes import election, lock
from amino_store.store import Store
from amino_store.transaction import Delete, Event, EventKind, Put, Transaction

DEADLINE = 10.0
"""Seconds that a test waits for something that must come."""


async def put(store: Store, key: str, value: bytes = b"", lease: int = 0) -> int:
    """Stores one key and returns the revision."""
    return (await store.commit(Transaction(then=(Put(key, value, lease),)))).revision


async def delete(store: Store, key: str) -> int:
    """Removes one key and returns the revision."""
    return (await store.commit(Transaction(then=(Delete(key),)))).revision


async def take(events: AsyncIterator[tuple[Event, ...]], count: int) -> list[Event]:
    """The next `count` events of a watch."""
    found: list[Event] = []
    async with asyncio.timeout(DEADLINE):
        while len(found) < count:
            found.extend(await anext(events))
    assert len(found) == count, found
    return found


class Advance:
    """Lets time pass for a store's leases. A backend whose clock is real waits for it."""

    async def __call__(self, seconds: float) -> None:
        raise NotImplementedError


class LeaseContract:
    """See `StoreContract`, of which it is a part."""

    async def test_a_lease_takes_its_keys_along(self, store: Store, advance: Advance) -> None:
        lease = await store.grant(5.0)
        other = await store.grant(60.0)
        await put(store, "/l/a", b"1", lease)
        await put(store, "/l/b", b"2", other)
        await put(store, "/l/c", b"3", lease)
        await put(store, "/l/c", b"4")  # no longer under the lease
        watch = store.watch("/l/")
        await advance(6.0)
        assert [(event.kind, event.entry.key) for event in await take(watch, 1)] == [(EventKind.DELETE, "/l/a")]
        assert [entry.key for entry in (await store.range("/l/")).entries] == ["/l/b", "/l/c"]
        with pytest.raises(LeaseEnded):
            await store.keep_alive(lease)
        with pytest.raises(LeaseEnded):
            await put(store, "/l/d", b"", lease)

    async def test_a_lease_that_is_kept_alive_goes_on(self, store: Store, advance: Advance) -> None:
        lease = await store.grant(5.0)
        await put(store, "/l/a", b"", lease)
        for _ in range(3):
            await advance(3.0)
            await store.keep_alive(lease)
        assert await store.get("/l/a") is not None

    async def test_a_revoked_lease_has_ended_at_once(self, store: Store) -> None:
        lease = await store.grant(60.0)
        puts = [asyncio.create_task(put(store, f"/l/{number}", b"", lease)) for number in range(700)]
        await asyncio.sleep(0)
        await store.revoke(lease)
        await asyncio.gather(*puts, return_exceptions=True)
        assert await store.count("/l/") == 0
        await store.revoke(lease)

    async def test_a_lock_is_held_by_one_and_goes_on_in_order(self, store: Store) -> None:
        leases = [await store.grant(60.0) for _ in range(3)]
        first = await lock.acquire(store, "/locks/a", leases[0])
        again = await lock.acquire(store, "/locks/a", leases[0])
        assert again == first
        queue: list[asyncio.Task[lock.Lock]] = []
        for place, lease in enumerate(leases[1:], 2):
            queue.append(asyncio.create_task(lock.acquire(store, "/locks/a", lease)))
            await self._waits(store, "/locks/a", place)
        assert not any(task.done() for task in queue)
        assert await lock.release(store, first)
        second = await asyncio.wait_for(queue[0], DEADLINE)
        assert not queue[1].done()
        await store.revoke(leases[1])  # the holder is gone without a word
        third = await asyncio.wait_for(queue[1], DEADLINE)
        assert first.token < second.token < third.token
        assert not await lock.release(store, second)
        assert await lock.release(store, third)

    async def test_who_stops_waiting_for_a_lock_leaves_the_queue(self, store: Store) -> None:
        leases = [await store.grant(60.0) for _ in range(2)]
        held = await lock.acquire(store, "/locks/a", leases[0])
        waiting = asyncio.create_task(lock.acquire(store, "/locks/a", leases[1]))
        await self._waits(store, "/locks/a", 2)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert [entry.key for entry in await lock.waiting(store, "/locks/a")] == [held.key]

    async def test_an_election_has_one_leader_at_a_time(self, store: Store) -> None:
        leases = [await store.grant(60.0) for _ in range(2)]
        observed = election.observe(store, "/election")
        assert await election.leader(store, "/election") is None
        first = await election.campaign(store, "/election", b"one", leases[0])
        assert (await asyncio.wait_for(anext(observed), DEADLINE)).value == b"one"
        rival = asyncio.create_task(election.campaign(store, "/election", b"two", leases[1]))
        await election.proclaim(store, first, b"one!", leases[0])
        assert (await asyncio.wait_for(anext(observed), DEADLINE)).value == b"one!"
        await self._waits(store, "/election", 2)
        assert await election.resign(store, first)
        second = await asyncio.wait_for(rival, DEADLINE)
        assert second.token > first.token
        assert (await asyncio.wait_for(anext(observed), DEADLINE)).value == b"two"
        with pytest.raises(LeaseEnded):
            await election.proclaim(store, first, b"still me", leases[0])

    @staticmethod
    async def _waits(store: Store, name: str, count: int) -> None:
        async with asyncio.timeout(DEADLINE):
            while len(await lock.waiting(store, name)) < count:
                await asyncio.sleep(0.001)
