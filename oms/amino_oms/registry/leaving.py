"""Managers that have left a chain, while their durable values are kept: until the new chain is in force where the object lives."""

from __future__ import annotations

import json

from amino_wire.pb import common_pb2

from amino_oms.registry.keys import LEAVING
from amino_oms.store.coordinator import Coordinator
from amino_oms.store.transaction import Compare, Delete, Entry, Operation, Put, Transaction


async def note_leaving(store: Coordinator, before: common_pb2.ObjectRecord) -> tuple[Operation, ...]:
    """What a transaction that gives an object another chain does besides, so that a later process knows whose values to delete."""
    names = {spec.name for spec in before.spec.deployment_managers}
    known = await left(store, before.id)
    if known is not None:
        names.update(known[1])
    return (Put(LEAVING + before.id, json.dumps(sorted(names)).encode()),) if names else ()


async def left(store: Coordinator, object_id: str) -> tuple[Entry, list[str]] | None:
    """The names of the managers of earlier chains of an object whose values may still be there; None: there are none."""
    entry = await store.get(LEAVING + object_id)
    return None if entry is None else (entry, json.loads(entry.value))


async def forget_left(store: Coordinator, entry: Entry) -> None:
    """Their values are gone. Nothing happens where the object has got yet another chain meanwhile."""
    await store.commit(Transaction((Compare.unchanged(entry),), (Delete(entry.key),)))
