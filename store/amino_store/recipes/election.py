"""Election of a leader, as a recipe over any store: the leader holds the lock of that name, whose value is its message."""

from __future__ import annotations

from collections.abc import AsyncIterator

from amino_store.errors import LeaseEnded
from amino_store.recipes.lock import Lock, acquire, release, waiting
from amino_store.store import Store
from amino_store.transaction import Compare, Entry, Field, Put, Relation, Transaction


async def campaign(store: Store, name: str, value: bytes, lease: int) -> Lock:
    """Waits until this candidate leads `name`; its leadership ends with `resign` or with `lease`. The token is the term to fence with."""
    return await acquire(store, name, lease, value)


async def proclaim(store: Store, leadership: Lock, value: bytes, lease: int) -> None:
    """Changes what the leader says of itself. Raises LeaseEnded where it leads no more."""
    mine = Compare(leadership.key, Field.CREATED, Relation.EQUAL, leadership.token)
    if not (await store.commit(Transaction(compares=(mine,), then=(Put(leadership.key, value, lease),)))).succeeded:
        raise LeaseEnded(f"this candidate no longer leads {leadership.name!r}; campaign again")


async def resign(store: Store, leadership: Lock) -> bool:
    """Steps down; False where the leadership had been lost already."""
    return await release(store, leadership)


async def leader(store: Store, name: str) -> Entry | None:
    """The leader's key, with what it proclaims; None while nobody leads."""
    candidates = await waiting(store, name)
    return candidates[0] if candidates else None


async def observe(store: Store, name: str) -> AsyncIterator[Entry]:
    """The leader now, then each change of leader or of what it proclaims."""
    last: Entry | None = None
    revision = await store.revision()
    current = await leader(store, name)
    changes = store.watch(name + "/", revision + 1)
    while True:
        if current is not None and current != last:
            yield current
            last = current
        await anext(changes)
        current = await leader(store, name)
