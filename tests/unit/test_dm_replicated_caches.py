"""Caches before ConsensusRSM keep their promise while leaders end in the middle of a lease."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from random import Random

import pytest
from amino_dms.chain import Chain, Registry, problems
from amino_testkit import Faults, Porcupine, SimulatedCluster
from amino_testkit.suites.histories import Load, register_history
from amino_testkit.world.scheduler import elapsed, simulate

from tests.support.histories import judge

REGISTRY = Registry.installed()
SEEDS = range(int(os.environ.get("AMINO_SEEDS", "2")))
CONSISTENT = (
    "ConsistentCaching(lease=2s),ConsensusRSM(compare=3,snapshot=5)",
    "ConsistentCaching(lease=2s),ConsensusRSM(log=kernels,compare=3,snapshot=5)",
)
LEASES = (
    "LeaseCaching(lease=2s),ConsensusRSM(compare=3,snapshot=5)",
    "LeaseCaching(lease=2s),ConsensusRSM(log=kernels,compare=3,snapshot=5)",
)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", [*LEASES, *CONSISTENT])
def test_nobody_reads_a_stale_value_whatever_happens(text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    """Reads of callers with a lease are a part of the history."""
    faults = Faults(drop_reply=0.03, duplicate=0.05, delay=(0.0005, 0.02))
    if "kernels" in text:
        load = Load(operations=14, faults=faults, pause=0.6, crashes=1, pauses=1, cuts=1, rest=15.0)
    else:
        load = Load(operations=14, faults=faults, pause=0.6, crashes=2, pauses=2, cuts=2, oms_ends=1)
    judge(register_history(Chain.parse(text, REGISTRY), seed, load), "kv", porcupine, tmp_path)


@pytest.mark.parametrize("text", [*LEASES, *CONSISTENT])
def test_the_next_leader_waits_for_leases_that_the_one_before_has_granted(text: str) -> None:
    """A reader that can be reached no more goes on answering from its cache until its lease ends; no write is answered before that."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 1}, client="maker")
        reader = cluster.client("reader", "phone").stub("map")
        while not reader.client.answered_here:
            assert await reader.call("get", "x") == 1
        began = elapsed()
        cluster.crash("a", back_after=20.0)
        writing = asyncio.ensure_future(cluster.client("writer", "b").stub("map").call("put", "x", 2))
        stale = began
        while not writing.done():
            answered = reader.client.answered_here
            seen = await asyncio.wait_for(reader.call("get", "x"), 30.0)
            if reader.client.answered_here > answered:
                assert seen == 1 and not writing.done()
                stale = elapsed()
            await asyncio.sleep(0.01)
        assert stale - began > 0.5, "the reader has answered from its cache after the leader's end"
        assert await reader.call("get", "x") == 2

    simulate(scenario, 1)


@pytest.mark.parametrize("text", [*LEASES, *CONSISTENT])
def test_a_write_waits_for_a_caller_that_cannot_be_reached(text: str) -> None:
    """It goes on answering from its cache until its lease ends."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 1}, client="maker")
        reader = cluster.client("reader", "phone").stub("map")
        while not reader.client.answered_here:
            assert await reader.call("get", "x") == 1
        cluster.cut_off("reader", ("oms", *cluster.kernels), seconds=20.0)
        began = stale = elapsed()
        writing = asyncio.ensure_future(cluster.client("writer", "b").stub("map").call("put", "x", 2))
        answered = reader.client.answered_here
        while not writing.done():
            reading = asyncio.ensure_future(reader.call("get", "x"))
            await asyncio.sleep(0.01)
            if reader.client.answered_here > answered:
                assert await reading == 1 and not writing.done()
                answered, stale = reader.client.answered_here, elapsed()
            else:
                reading.cancel()
        assert 0.5 < stale - began < 2.0 and elapsed() - began < 4.0

    simulate(scenario, 2)


@pytest.mark.parametrize("text", CONSISTENT)
def test_a_write_tells_callers_and_waits_for_no_lease(text: str) -> None:
    """All that keep results hear of it at once, and keep others afterwards; the leader's own end changes nothing for long."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0}, client="maker")
        readers = [cluster.client(f"reader {number}", "phone").stub("map") for number in range(3)]
        writer = cluster.client("writer", "b").stub("map")
        for round_ in range(1, 9):
            for reader in readers:
                before = reader.client.answered_here
                while reader.client.answered_here == before:
                    assert await reader.call("get", "x") == round_ - 1
                    await asyncio.sleep(0.01)
            began = elapsed()
            await writer.call("put", "x", round_)
            if round_ != 6:
                assert elapsed() - began < 0.5, "it waits for no lease"
            if round_ == 5:
                cluster.crash("a", back_after=10.0)
            assert [await reader.call("get", "x") for reader in readers] == [round_] * 3

    simulate(scenario, 3)


@pytest.mark.parametrize("text", ["WriteThroughCaching(stale=1s),ConsensusRSM", "ExplicitCaching,ConsensusRSM(log=kernels)"])
def test_a_caller_reads_its_own_writes_while_the_leader_ends(text: str) -> None:
    """What it kept before a write is forgotten, whichever replica ran that."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0}, client="maker")
        stub = cluster.client("caller", "phone").stub("map")
        for number in range(1, 7):
            if number == 3:
                cluster.crash("a", back_after=10.0)
            await stub.call("put", "x", number)
            assert await stub.call("get", "x") == number
            assert await stub.call("get", "x") == number
        assert stub.client.answered_here >= 6
        await asyncio.sleep(2.0)
        await cluster.client("other", "b").stub("map").call("put", "x", 100)
        if text.startswith("WriteThrough"):
            await asyncio.sleep(1.1)
            assert await stub.call("get", "x") == 100

    simulate(scenario, 2)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("LeaseCaching,ConsensusRSM(read=local)", "an older state"),
        ("ConsensusRSM,LeaseCaching", "in the order of the log"),
        ("ConsensusRSM,ConsistentCaching", "in the order of the log"),
        ("Immutable,ConsensusRSM", "needs no log"),
    ],
)
def test_what_cannot_keep_its_promise_is_refused(text: str, reason: str) -> None:
    """With the reason."""
    assert reason in problems(Chain.parse(text, REGISTRY))[0]
