"""Owners of a store that answer from memory, and depose each other at random moments: what clients are told is linearizable.

Each writes through to the store and reads from what it keeps, as the OMS does. Clients ask any of them, also owners that were deposed
and do not know it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest
from amino_store.memory.disk import MemoryDisk
from amino_store.memory.store import MemoryStore
from amino_store.recipes.owner import Owner, standing
from amino_store.recipes.ownership import OwnedStore, claim
from amino_store.transaction import Put, Transaction
from amino_testkit import History, Porcupine

from tests.support.histories import judge

KEYS, CLIENTS, OPERATIONS, OWNERS = ("x", "y"), 4, 12, 4
VALUES = "/values/"


class Service:
    """An owner, with all values in memory."""

    def __init__(self, store: OwnedStore, random: Random) -> None:
        self._store, self._random = store, random
        self._values: dict[str, int] = {}
        self._writing = asyncio.Lock()

    async def start(self) -> None:
        page = await self._store.range(VALUES)
        self._values = {entry.key.removeprefix(VALUES): int(entry.value) for entry in page.entries}

    async def read(self, key: str) -> int | None:
        found = self._values.get(key)
        await pause(self._random)
        # An answer from memory counts only where nobody else owns the store when it has been read.
        await self._store.confirm(0.0)
        return found

    async def write(self, key: str, value: int) -> None:
        async with self._writing:
            await pause(self._random)
            await self._store.commit(Transaction(then=(Put(VALUES + key, b"%d" % value),)))
            self._values[key] = value

    async def close(self) -> None:
        await self._store.close()


async def pause(random: Random) -> None:
    """Lets others go on, for longer or shorter."""
    for _ in range(random.randrange(6)):
        await asyncio.sleep(0)


async def deposing(disk: MemoryDisk, number: int, random: Random) -> Service:
    """A new owner. The owner before is not asked."""
    store = MemoryStore(disk)
    owned = await claim(store, Owner(f"process {number}"), await standing(store), depose=True)
    assert owned is not None
    service = Service(owned, random)
    await service.start()
    return service


async def use(services: list[Service], number: int, random: Random, history: History) -> None:
    """What one client does."""
    for _ in range(OPERATIONS):
        service, key = random.choice(services), random.choice(KEYS)
        await pause(random)
        if random.random() < 0.6:
            async with history.operation(number, key, "read") as operation:
                operation.out = await service.read(key)
        else:
            value = random.randrange(1000)
            async with history.operation(number, key, "write", value):
                await service.write(key, value)


@pytest.mark.parametrize("seed", range(12))
async def test_what_owners_answer_from_memory_is_linearizable(seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    random, history, disk = Random(seed), History(), MemoryDisk()
    services = [await deposing(disk, 0, random)]
    made = list(services)
    using = [asyncio.ensure_future(use(services, number, Random(random.random()), history)) for number in range(CLIENTS)]
    for number in range(1, OWNERS):
        wanted = len(history.operations) + random.randrange(3, 10)
        while len(history.operations) < wanted and not all(each.done() for each in using):
            await asyncio.sleep(0)
        made.append(await deposing(disk, number, random))
        services.append(made[-1])
    await asyncio.gather(*using)
    for key in KEYS:
        async with history.operation(CLIENTS, key, "read") as operation:
            operation.out = await made[-1].read(key)
    for service in made:
        await service.close()
    assert history.operations[-1].status == "ok"
    judge(history, "kv", porcupine, tmp_path)
