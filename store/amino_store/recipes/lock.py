"""A lock with fencing token, as a recipe over any store (the one of etcd's v3lock): the oldest key under the name holds it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from amino_store.errors import LeaseEnded
from amino_store.store import Store
from amino_store.transaction import Compare, Delete, Entry, Field, Get, Put, Relation, Transaction


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that is held, or was.

    `token` grows with every holder: the resource behind the lock refuses a token older than the newest that it has seen.
    """

    name: str
    key: str
    token: int


async def acquire(store: Store, name: str, lease: int, value: bytes = b"") -> Lock:
    """Waits for the lock `name` and holds it until `release` or the end of `lease`; asking twice with one lease gives the same lock.

    Raises LeaseEnded where the lease ends while waiting. Cancelling the wait gives the place in the queue up.
    """
    lock, new = await _queue(store, name, lease, value)
    try:
        while True:
            predecessor, mine, revision = await _predecessor(store, lock)
            if not mine:
                raise LeaseEnded(f"the lease {lease} ended while waiting for the lock {name!r}; take a new lease and ask again")
            if predecessor is None:
                return lock
            await _deleted(store, predecessor.key, revision + 1)
    except BaseException:
        if new:
            await release(store, lock)
        raise


async def release(store: Store, lock: Lock) -> bool:
    """Gives the lock up; False where it had been lost already."""
    mine = Compare(lock.key, Field.CREATED, Relation.EQUAL, lock.token)
    return (await store.commit(Transaction(compares=(mine,), then=(Delete(lock.key),)))).succeeded


async def waiting(store: Store, name: str) -> tuple[Entry, ...]:
    """The holder of the lock `name` (first) and those waiting for it, in order."""
    page = await store.range(name + "/")
    return tuple(sorted(page.entries, key=lambda entry: entry.created))


async def _queue(store: Store, name: str, lease: int, value: bytes) -> tuple[Lock, bool]:
    key = f"{name}/{lease:016x}"
    request = Transaction(compares=(Compare.absent(key),), then=(Put(key, value, lease),), otherwise=(Get(key),))
    commit = asyncio.ensure_future(store.commit(request))
    try:
        outcome = await asyncio.shield(commit)
    except asyncio.CancelledError:
        # The put may be on its way to the disk: wait for it, or its key would stand in the queue for the rest of the lease.
        outcome = await commit
        if outcome.succeeded:
            await release(store, Lock(name, key, outcome.revision))
        raise
    if outcome.succeeded:
        return Lock(name, key, outcome.revision), True
    held = outcome.entries[0]
    if held is None:
        raise LeaseEnded(f"the lease {lease} ended while waiting for the lock {name!r}; take a new lease and ask again")
    return Lock(name, key, held.created), False


async def _predecessor(store: Store, lock: Lock) -> tuple[Entry | None, bool, int]:
    page = await store.range(lock.name + "/")
    before = [entry for entry in page.entries if entry.created < lock.token]
    mine = any(entry.key == lock.key and entry.created == lock.token for entry in page.entries)
    return max(before, key=lambda entry: entry.created, default=None), mine, page.revision


async def _deleted(store: Store, key: str, from_revision: int) -> None:
    async for events in store.watch(key, from_revision):
        if any(event.entry.key == key for event in events):
            return
