"""Shards that split and join while calls go on: histories under faults, and what becomes of a change that ends in the middle."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from random import Random
from typing import Any

import pytest
from amino_dms.chain import Chain, Registry
from amino_testkit import Faults, History, Porcupine, SimulatedCluster
from amino_testkit.suites.histories import Load, use_counter, use_register
from amino_testkit.suites.resharding import resharded_history
from amino_testkit.suites.sharding import SETTLED
from amino_testkit.world.scheduler import error_of
from amino_wire.errors import ChainInvalid, ObjectBusy

from tests.support.divided_maps import CHAINS, COUNTS, DOUBLES, KEYS, MAP, STAYS, Stubborn, filled, run, whole
from tests.support.histories import judge

REGISTRY = Registry.installed()
SEEDS = range(int(os.environ.get("AMINO_SEEDS", "1")))
"""More with AMINO_SEEDS; each failure names its own."""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", CHAINS)
def test_histories_are_linearizable_while_shards_split_and_join(text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    """While kernels end, stand still and are cut off, and the OMS ends."""
    load = Load(operations=12, faults=DOUBLES, crashes=1, pauses=1, cuts=1, oms_ends=2, rest=3.0, pause=0.9)
    judge(resharded_history(Chain.parse(text, REGISTRY), seed, load, use_register, COUNTS), "kv", porcupine, tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", CHAINS)
def test_each_call_runs_once_while_shards_split_and_join(text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    load = Load(operations=12, faults=DOUBLES, crashes=1, pauses=1, cuts=1, oms_ends=2, rest=3.0, pause=0.9)
    judge(resharded_history(Chain.parse(text, REGISTRY), seed, load, use_counter, COUNTS), "counter", porcupine, tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", [f"Retry,{MAP}", f"Retry,{MAP},PeriodicCheckpoint(every=5)", f"Retry,{MAP},AtMostOnceRPC"])
def test_shards_that_keep_no_call_split_and_join_too(text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    """While shards move and the OMS ends: each call runs once, by what DHT itself remembers."""
    load = Load(operations=12, faults=DOUBLES, moves=3, oms_ends=2, rest=3.0, pause=0.8)
    judge(resharded_history(Chain.parse(text, REGISTRY), seed, load, use_counter, COUNTS), "counter", porcupine, tmp_path)


async def add_only(map_: Any, client: int, random: Random, history: History) -> None:
    """As `use_counter`, without reads before the end: slaves answer them a moment late."""
    key, amount = random.choice(("x", "y")), random.randrange(1, 1_000_000)
    async with history.operation(client, key, "add", amount) as operation:
        operation.out = await map_.call("add", key, amount)


@pytest.mark.parametrize("seed", SEEDS)
def test_shards_with_slaves_split_and_join(seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    load = Load(operations=12, faults=DOUBLES, crashes=1, pauses=1, cuts=1, oms_ends=1, rest=5.0, pause=0.9)
    chain = Chain.parse(f"Retry,{MAP},LoadBalancedMasterSlave(acks=all,compare=5)", REGISTRY)
    judge(resharded_history(chain, seed, load, add_only, COUNTS), "counter", porcupine, tmp_path)


@pytest.mark.parametrize("count", [5, 2])
@pytest.mark.parametrize("place", ["oms", "a"])
@pytest.mark.parametrize("text", [f"{MAP},DurableSerializableRPC", f"{MAP},ConsensusRSM"])
def test_the_oms_or_a_kernel_ends_at_each_message_of_a_change(text: str, place: str, count: int) -> None:
    """The change is finished or undone, and nothing is left of it; the next one works."""
    steps = 0

    async def ended_at(cluster: SimulatedCluster, step: int) -> None:
        nonlocal steps
        stub = await filled(cluster, text)
        cluster.use(Faults(crash_at=step, crash_node=place, crash_back=2.0))
        changing = asyncio.ensure_future(error_of(stub.command("reshard", count)))
        await changing
        steps = cluster.network.steps
        cluster.calm()
        await asyncio.sleep(SETTLED)
        while (error := await error_of(stub.command("reshard", len(await stub.command("shards"))))) is not None:
            assert isinstance(error, ObjectBusy), error
            await asyncio.sleep(1.0)
        await whole(cluster, stub, (3, count))
        await stub.command("reshard", 4)
        await whole(cluster, stub, (4,))

    run(lambda cluster: ended_at(cluster, 0))
    every = max(1, steps // (6 * len(SEEDS)))
    for step in range(1, steps, every):
        run(lambda cluster, step=step: ended_at(cluster, step), step)


@pytest.mark.parametrize("seconds", [0.02, 0.05])
def test_a_change_goes_on_by_itself_after_the_end_of_the_oms(seconds: float) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await filled(cluster)
        changing = asyncio.ensure_future(error_of(stub.command("reshard", 5)))
        await asyncio.sleep(seconds)
        cluster.oms.kill()
        await changing
        cluster.oms.start()
        await asyncio.sleep(SETTLED)
        await whole(cluster, stub, (5,))

    run(scenario)


@pytest.mark.parametrize("count", [7, 1])
@pytest.mark.parametrize("text", [MAP, f"{MAP},ConsensusRSM"])
def test_a_change_that_an_object_refuses_is_undone(text: str, count: int) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await filled(cluster, text, Stubborn)
        other = cluster.sdk_client("sdk", "b").stub("map")
        await other.call("put", STAYS, "stay")
        changing = asyncio.ensure_future(error_of(stub.command("reshard", count)))
        for _ in range(3):
            # Each key has its value all the time, and calls of all of them wait until it is there again.
            there = [key for key in KEYS if key != STAYS]
            assert await asyncio.gather(*(other.call("add", key, 0) for key in there)) == [KEYS.index(key) for key in there]
        error = await changing
        assert isinstance(error, ChainInvalid) and "it stays" in error.message and "3 shards as before" in error.message
        assert await other.call("put", STAYS, KEYS.index(STAYS)) == "stay"
        await whole(cluster, stub, (3,))
        assert await stub.command("reshard", count) == count
        await whole(cluster, stub, (count,))

    run(scenario)
