"""Objects whose chain was exchanged, while the durable values of managers that left it are kept: until the new chain is in force."""

from __future__ import annotations

from amino_store.store import Store
from amino_store.transaction import Compare, Delete, Entry, Operation, Put, Transaction
from amino_wire.pb import common_pb2

from amino_oms.registry.keys import LEAVING


def note_leaving(before: common_pb2.ObjectRecord) -> tuple[Operation, ...]:
    """Further operations of a transaction that gives an object another chain, so that a later process deletes values of the old one."""
    return (Put(LEAVING + before.id, b""),)


async def left(store: Store, object_id: str) -> Entry | None:
    """The note that values of managers of earlier chains of an object may still be there; None: there are none."""
    return await store.get(LEAVING + object_id)


async def forget_left(store: Store, entry: Entry) -> None:
    """The values are gone. Nothing happens where the object has got yet another chain meanwhile."""
    await store.commit(Transaction((Compare.unchanged(entry),), (Delete(entry.key),)))
