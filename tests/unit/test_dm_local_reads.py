"""Reads at the nearest replica: at most so old, with all that the caller has written or seen, and near."""

from __future__ import annotations

import asyncio
import os
from random import Random

import pytest
from amino_dms.api import Node, Replica
from amino_dms.chain import Chain, Registry
from amino_dms.replication.freshness import Freshness
from amino_dms.replication.reading import AT_LEADER, CLIENTS, SeenPositions, nearest
from amino_testkit import Faults, SimulatedCluster
from amino_testkit.histories.bounded_reads import Counted, complaints
from amino_testkit.suites.bounded_histories import bounded_history
from amino_testkit.suites.histories import Load
from amino_testkit.suites.replication import states
from amino_testkit.world.scheduler import elapsed, simulate

REGISTRY = Registry.installed()
SEEDS = range(int(os.environ.get("AMINO_SEEDS", "4")))
"""More with AMINO_SEEDS; each failure names its own."""
AGE = 0.4
LOCAL = ("ConsensusRSM(read=local,age=400ms)", "ConsensusRSM(read=local,age=400ms,log=kernels,compare=5,snapshot=10)")
LOSSES = Faults(drop_request=0.03, drop_reply=0.03, delay=(0.0005, 0.02))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", LOCAL)
def test_reads_are_not_older_than_they_may_be_whatever_happens(text: str, seed: int) -> None:
    load = Load(clients=6, operations=40, faults=LOSSES, moves=1, crashes=1, pauses=2, cuts=2, oms_ends=1, pause=0.4)
    told = bounded_history(Chain.parse(text, REGISTRY), seed, load)
    assert sum(not each.adds and each.value is not None for each in told) > 20
    assert not complaints(told, AGE), f"seed {seed}"


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ([Counted("a", True, 0, 1, 1), Counted("b", False, 1.3, 1.4, 0)], ""),
        ([Counted("a", True, 0, 1, 1), Counted("b", False, 1.5, 1.6, 0)], "answered long before"),
        ([Counted("a", True, 0, 1, 1), Counted("a", False, 1.1, 1.2, 0)], "own addition"),
        ([Counted("a", True, 0, 9, 1), Counted("b", False, 1, 2, 1), Counted("b", False, 2, 3, 0)], "read before"),
        ([Counted("a", True, 5, 6, 1), Counted("b", False, 1, 2, 1)], "there were 0 additions"),
        ([Counted("a", True, 0, 1, 1), Counted("b", True, 0, 1, 1)], "same count"),
    ],
)
def test_the_judge_tells_right_from_wrong(told: list[Counted], wrong: str) -> None:
    found = complaints(told, AGE)
    assert bool(found) == bool(wrong)
    assert all(wrong in each for each in found)


@pytest.mark.parametrize("text", LOCAL)
def test_a_caller_is_answered_by_the_replica_beside_it(text: str) -> None:
    """And asks nobody else for as long as the age allows."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0})
        near = next(kernel for kernel in sorted(states(cluster, "map")) if kernel != "a")
        reader = cluster.client("reader", near).stub("map")
        await reader.call("get", "x")
        before = {name: len(reads(cluster, name)) for name in cluster.kernels}
        for _ in range(10):
            assert await reader.call("get", "x") == 0
        after = {name: len(reads(cluster, name)) for name in cluster.kernels}
        assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {near: 10}

    simulate(scenario, 3)


def reads(cluster: SimulatedCluster, kernel: str) -> list[str]:
    """The reads that ran on a kernel."""
    return [method for hosted in cluster.kernels[kernel].half.objects.values() for method, _ in hosted.executed if method == "get"]


@pytest.mark.parametrize("text", LOCAL)
def test_a_caller_reads_what_it_has_written_however_old_its_replica_is(text: str) -> None:
    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0})
        near = next(kernel for kernel in sorted(states(cluster, "map")) if kernel != "a")
        stub = cluster.client("writer", near).stub("map")
        await stub.call("get", "x")
        for number in range(20):
            await stub.call("add", "x", 1)
            assert await stub.call("get", "x") == number + 1
            assert await stub.call("get", "x") == number + 1

    simulate(scenario, 4)


@pytest.mark.parametrize("text", LOCAL)
def test_a_replica_that_is_cut_off_from_the_others_answers_no_longer_than_it_may(text: str) -> None:
    """Its caller is answered by another one."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        writer = await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0}, client="writer")
        near = next(kernel for kernel in sorted(states(cluster, "map")) if kernel != "a")
        reader = cluster.client("reader", near).stub("map")
        for _ in range(3):  # the first is answered by the leader, as a proxy knows nothing of its client
            assert await reader.call("get", "x") == 0
            await asyncio.sleep(0.5)
        cluster.cut_off(near, [name for name in ("oms", *cluster.kernels) if name != near], seconds=8.0)
        assert await writer.call("add", "x", 1) == 1
        await asyncio.sleep(AGE)
        assert await reader.call("get", "x") == 1

    simulate(scenario, 5)


@pytest.mark.parametrize("text", LOCAL)
def test_reads_go_on_in_another_log(text: str) -> None:
    """The group has ended and begun anew: positions are counted from the beginning."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0}, client="client")
        for _ in range(20):
            await stub.call("add", "x", 1)
            await stub.call("get", "x")
        await cluster.attach("map", "")
        await cluster.attach("map", Chain.parse(text, REGISTRY))
        await asyncio.sleep(20.0)
        assert await stub.call("get", "x") == 20
        assert await stub.call("add", "x", 1) == 21
        assert await stub.call("get", "x") == 21

    simulate(scenario, 6)


def test_what_a_caller_has_seen_is_less_only_in_another_log() -> None:
    seen = SeenPositions()
    assert seen.least("a") == AT_LEADER, "another proxy may have known more of it"
    seen.has_read_at_leader("a", 0, seen.before("a"))
    assert seen.least("a") == 0
    seen.has_read("a", 7)
    seen.has_read("a", 5)
    assert seen.least("a") == 7
    before = seen.before("a")
    seen.has_read("a", 9)
    seen.has_read_at_leader("a", 8, before)
    assert seen.least("a") == 9
    seen.has_read_at_leader("a", 3, seen.before("a"))
    assert seen.least("a") == 3


def test_a_write_is_seen_once_the_leader_has_been_asked_after_it() -> None:
    seen = SeenPositions()
    seen.wrote("a")
    assert seen.least("a") == AT_LEADER
    before = seen.before("a")
    seen.wrote("a")
    seen.has_read_at_leader("a", 4, before)
    assert seen.least("a") == AT_LEADER
    seen.has_read_at_leader("a", 5, seen.before("a"))
    assert seen.least("a") == 5


def test_a_caller_that_was_forgotten_has_seen_what_others_have() -> None:
    seen = SeenPositions()
    seen.has_read("first", 9)
    for number in range(CLIENTS):
        seen.has_read(f"client {number}", 1)
    assert seen.least("first") == AT_LEADER
    seen.has_read_at_leader("first", 9, seen.before("first"))
    assert seen.least("first") == 9
    seen.wrote("second")
    for number in range(CLIENTS + 1):
        seen.has_read(f"other {number}", 1)
    assert seen.least("second") == AT_LEADER


def test_the_nearest_replica_is_that_of_the_node_then_of_the_region() -> None:
    replicas = (Replica(0, "a"), Replica(1, "b"), Replica(2, "c"))
    regions = {"a": "east", "b": "west", "c": "west", "d": "west"}
    here, there = Node("b", {"region": "west"}), Node("d", {"region": "west"})

    def chosen(home: Node, *avoided: int) -> set[int]:
        found = [nearest(home, replicas, regions, avoided, Random(seed)) for seed in range(20)]
        return {replica.number for replica in found if replica is not None}

    assert chosen(here) == {1}
    assert chosen(here, 1) == {2}
    assert chosen(there) == {1, 2}
    assert chosen(Node("d")) == {1, 2}
    assert chosen(Node("x")) == {0, 1, 2}
    assert chosen(here, 0, 1, 2) == set()


def test_reads_that_come_together_ask_once_and_none_is_answered_by_an_older_question() -> None:
    async def scenario(random: Random) -> None:
        asked = list[float]()
        clock = Clock()

        async def point() -> int:
            asked.append(clock.now())
            await asyncio.sleep(0.1)
            return len(asked)

        freshness = Freshness(clock, 1.0, point)
        assert await asyncio.gather(*(freshness.position() for _ in range(5))) == [1] * 5
        await asyncio.sleep(0.8)
        assert await freshness.position() == 1
        await asyncio.sleep(0.2)
        assert await freshness.position() == 2
        strict = Freshness(clock, 0.0, point)
        first = asyncio.ensure_future(strict.position())
        await asyncio.sleep(0.05)
        assert await strict.position() == 4
        assert await first == 3

    simulate(scenario, 1)


class Clock:
    """That of the loop."""

    def now(self) -> float:
        """Its time."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Returns after so many seconds."""
        await asyncio.sleep(seconds)


@pytest.mark.parametrize("text", ["ConsensusRSM(read=local,age=20s)", "ConsensusRSM(read=local,age=20s,log=kernels)"])
def test_a_caller_does_not_go_back_to_a_state_before_what_it_has_seen(text: str) -> None:
    """Its replica stands still, and the next one lags behind, though not by more than it may."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random, [Node(name, {"region": "east"}) for name in "abc"])
        writer = await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0}, client="writer")
        reader, other = (cluster.client(f"reader {name}", name).stub("map") for name in "bc")
        for _ in range(2):
            assert await reader.call("get", "x") == await other.call("get", "x") == 0
            await asyncio.sleep(1.0)
        cluster.cut_off("c", ("oms", "a", "b"), seconds=4.0)
        assert await writer.call("add", "x", 1) == 1
        await asyncio.sleep(1.0)
        assert (await reader.call("get", "x"), await other.call("get", "x")) == (1, 0)
        cluster.pause("b", 4.0)
        for _ in range(6):
            assert await reader.call("get", "x") == 1

    simulate(scenario, 8)


@pytest.mark.parametrize(("read", "stale"), [("leader", True), ("quorum", False), ("local", True)])
def test_a_read_by_a_quorum_trusts_no_clock(read: str, stale: bool) -> None:
    """The leader's machine has slept, its clock with it, while others went on, and it hears them no more: its lease seems to last."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse(f"ConsensusRSM(log=kernels,read={read})", REGISTRY), {"x": 0}, client="client")
        assert await stub.call("get", "x") == 0
        assert await stub.call("get", "x") == 0
        begun = elapsed()
        cluster.cut_off("a", [name for name in ("oms", *cluster.kernels) if name != "a"], seconds=20.0)
        cluster.suspend("a", 2.5)
        assert await cluster.client("other", "b").stub("map").call("add", "x", 1) == 1
        assert elapsed() < begun + 2.5
        await asyncio.sleep(begun + 2.501 - elapsed())
        assert await stub.call("get", "x") == (0 if stale else 1)

    simulate(scenario, 7)
