"""Concurrent clients while the store comes and goes: nothing is seen that is not saved."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from amino_dms.testkit.simulation import simulate
from amino_wire.errors import AminoError, TransactionConflict, TransactionInvalid

from tests.unit.durable_map import TRANSACTIONAL, Map, recovered
from tests.unit.played_host import raised_by


async def _client(map_: Map, number: int, random: Random, told: dict[str, list[str]]) -> None:
    """Writes, reads and transactions; whatever is seen must be saved."""
    for turn in range(12):
        await asyncio.sleep(random.uniform(0, 0.02))
        kind = random.choice(("read", "write", "look", "transact"))
        try:
            if kind in ("read", "write"):
                value = await (map_.call("get", "x") if kind == "read" else map_.call("add", "x", 1))
                assert value <= recovered(map_.store)["x"], f"{kind} saw {value}"
                continue
            name = await map_.start()
            value = await map_.call("get", "x", transaction=name)
            if kind == "look":
                await map_.end("commit", name)
                assert value <= recovered(map_.store)["x"], f"a transaction saw {value}"
                continue
            mark = f"{number}/{turn}"
            await map_.call("put", mark, 1, transaction=name)
            told["unknown"].append(mark)
            for _ in range(3):
                try:
                    await map_.end(random.choice(("commit", "commit", "rollback")), name)
                except (TransactionConflict, TransactionInvalid):
                    break
                except AminoError:
                    await asyncio.sleep(random.uniform(0, 0.02))
                else:
                    break
            if await _committed(map_, name):
                assert mark in recovered(map_.store)
                told["committed"].append(mark)
        except AminoError:
            continue


async def _committed(map_: Map, name: str) -> bool:
    return await raised_by(map_.end("commit", name)) is None


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("managers", TRANSACTIONAL)
def test_nothing_is_seen_that_is_not_saved(managers: str, seed: int) -> None:
    """The store comes and goes, answers get lost, and in the end the kernel does."""

    async def scenario(random: Random) -> None:
        map_ = await Map(managers).open()
        map_.store.jitter = random
        told: dict[str, list[str]] = {"committed": [], "unknown": []}
        done = asyncio.Event()

        async def disturb() -> None:
            while not done.is_set():
                await asyncio.sleep(random.uniform(0, 0.03))
                map_.store.away, map_.store.forgets_answers = random.random() < 0.4, random.random() < 0.2

        disturbing = asyncio.ensure_future(disturb())
        clients = [asyncio.ensure_future(_client(map_, n, Random(f"{seed}/{n}"), told)) for n in range(4)]
        await asyncio.gather(*clients)
        done.set()
        await disturbing
        map_.store.away = map_.store.forgets_answers = False
        later = await map_.back()
        entries = later.objects.entries
        assert [mark for mark in told["committed"] if mark not in entries] == []
        value = await later.call("add", "x", 1)
        assert value == recovered(map_.store)["x"]

    simulate(scenario, seed)
