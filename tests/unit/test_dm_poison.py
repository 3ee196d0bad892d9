"""Calls that no replica brings to an end: all skip them with one error, and the group goes on."""

from __future__ import annotations

import asyncio
import os
import re
from itertools import combinations_with_replacement
from random import Random
from typing import Any

import pytest
from amino_dms.chain import Chain, Registry
from amino_dms.replication.verdicts import Fare, Verdict, answered_nobody, verdict
from amino_testkit import SimulatedCluster
from amino_testkit.objects import KeyValue
from amino_testkit.suites.replication import states
from amino_testkit.world.scheduler import error_of, simulate
from amino_wire.errors import DeadlineExceeded

REGISTRY = Registry.installed()
SEEDS = range(int(os.environ.get("AMINO_SEEDS", "3")))
LOGS = ("ConsensusRSM(run=2s,compare=3,snapshot=5)", "ConsensusRSM(log=kernels,run=2s,compare=3,snapshot=5)")


class Loops(KeyValue):
    """A map one of whose members never ends."""

    async def loop(self, key: str) -> None:
        """Changes the map, and goes on without an end."""
        self.add(key, 100)
        await asyncio.sleep(1e6)

    async def slow_once(self, key: str, seconds: float) -> int:
        """Adds one after so many seconds."""
        self.add("begun", 1)
        await asyncio.sleep(seconds)
        return self.add(key, 1)


@pytest.mark.parametrize("text", LOGS)
def test_a_call_without_an_end_is_skipped_by_all(text: str) -> None:
    """Nothing of it remains; calls before and after it are not lost, and a replica that is made later skips it as well."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0}, kind=Loops)
        for number in range(7):
            assert await stub.call("add", "x", 1) == number + 1
        before = await stub.command("members")
        began = asyncio.get_running_loop().time()
        found = await error_of(stub.call("loop", "x"))
        assert isinstance(found, DeadlineExceeded) and "skipped by all" in found.message, found
        assert asyncio.get_running_loop().time() - began < 6.0
        assert await stub.call("add", "x", 1) == 8
        told = await stub.command("members")
        assert told["replicas"] == before["replicas"]
        assert len(told["skipped"]) == 1
        assert re.match(r"loop of map \(\w+\), at position \d+ of its log", told["skipped"][0]), told["skipped"]
        cluster.crash("b", back_after=5.0)
        assert await stub.call("add", "x", 1) == 9
        await asyncio.sleep(60.0)
        assert list(states(cluster, "map").values()) == [{"x": 9}] * 3

    simulate(scenario, 1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", LOGS)
def test_the_group_goes_on_whoever_ends_meanwhile(text: str, seed: int) -> None:
    """Of many calls, beside one another, some without an end; a kernel ends at any moment."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0}, kind=Loops)
        stubs = [cluster.client(f"client {number}", "phone").stub("map") for number in range(3)]
        added = 0

        async def use(stub: Any) -> None:
            nonlocal added
            for _ in range(6):
                if random.random() < 0.25:
                    found = await error_of(stub.call("loop", "x"))
                    assert isinstance(found, DeadlineExceeded), found
                elif await error_of(stub.call("add", "x", 1)) is None:
                    added += 1

        async def faults() -> None:
            await asyncio.sleep(random.uniform(0.0, 12.0))
            match random.randrange(2):
                case 0:
                    cluster.crash(random.choice("abc"), back_after=random.uniform(0.5, 10.0))
                case _:
                    cluster.pause(random.choice("abc"), random.uniform(0.5, 6.0))

        await asyncio.gather(faults(), *map(use, stubs))
        await asyncio.sleep(60.0)
        value = await cluster.client("other", "phone").stub("map").call("get", "x")
        assert added <= value <= 18, (added, value)
        assert list(states(cluster, "map").values()) == [{"x": value}] * 3

    simulate(scenario, seed)


@pytest.mark.parametrize("text", LOGS)
def test_a_call_that_is_late_on_one_replica_is_not_skipped(text: str) -> None:
    """The others have run it: that one takes their state."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0}, kind=Loops)
        calling = asyncio.ensure_future(stub.call("slow_once", "x", 1.5))
        await asyncio.sleep(0.5)
        cluster.pause("c", 5.0)
        assert await calling == 1
        await asyncio.sleep(60.0)
        assert await stub.call("add", "x", 1) == 2
        await asyncio.sleep(5.0)
        assert list(states(cluster, "map").values()) == [{"x": 2, "begun": 1}] * 3

    simulate(scenario, 1)


def test_no_call_is_skipped_that_a_replica_has_run_or_may_still_run() -> None:
    """All that others can say, for groups of one, three and five."""
    for size in (0, 2, 4):
        for others in combinations_with_replacement(Fare, size):
            found = verdict(others)
            if found is Verdict.SKIP:
                assert not {Fare.RAN, Fare.RUNS} & set(others)
                assert size == 0 or Fare.FAILED in others
            assert (found is Verdict.GIVE_UP) == (Fare.RAN in others)


def test_no_call_is_skipped_that_a_leader_which_ended_may_have_answered() -> None:
    """Each leader since the call came into the log says that it has failed, or is the one that asks."""
    assert answered_nobody(3, 3, (), ())
    assert not answered_nobody(3, 4, (), ())
    assert answered_nobody(3, 4, (3,), ())
    assert answered_nobody(3, 6, (4,), (3, 5))
    assert not answered_nobody(3, 6, (4, 6), (3,))
