"""Transactions that wait at the door of the store, so that a test can let something else happen first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from amino_oms.oms import Oms
from amino_oms.registry import records
from amino_oms.registry.keys import OBJECTS
from amino_store.transaction import Delete, Outcome, Put, Transaction
from amino_wire.pb import common_pb2

Wanted = Callable[[Transaction], bool]


@dataclass(slots=True)
class Door:
    """`arrived` is set when the first one waits, `waiting` counts them; `opened` lets all in."""

    waiting: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def held_commits(oms: Oms, wanted: Wanted) -> AsyncIterator[Door]:
    """Within the block, transactions that are `wanted` wait until the door is opened; it opens at the end at the latest."""
    store, door = oms.services.registry.store, Door()
    commit = store.commit

    async def held(transaction: Transaction) -> Outcome:
        if wanted(transaction):
            door.waiting += 1
            door.arrived.set()
            await door.opened.wait()
        return await commit(transaction)

    store.commit = held  # type: ignore[method-assign]
    try:
        yield door
    finally:
        door.opened.set()
        store.commit = commit  # type: ignore[method-assign]


def stores(status: common_pb2.ObjectStatus) -> Wanted:
    """Transactions that store a record with this status."""

    def wanted(transaction: Transaction) -> bool:
        puts = [part for part in transaction.then if isinstance(part, Put) and part.key.startswith(OBJECTS)]
        return any(records.unpack(part.value)[0].status.state == status for part in puts)

    return wanted


def removes(transaction: Transaction) -> bool:
    """Transactions that remove a record."""
    return any(isinstance(part, Delete) and part.key.startswith(OBJECTS) for part in transaction.then)
