"""Groups of replicas of several sizes run the suite of their family, and histories under all that can happen to kernels and the OMS."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from random import Random

import pytest
from amino_dms.chain import Chain, Registry, problems
from amino_testkit import Faults, Porcupine, SimulatedCluster
from amino_testkit.suites.histories import Load, counter_history, register_history
from amino_testkit.suites.replication import ReplicationSuite, states
from amino_testkit.world.scheduler import error_of, simulate
from amino_wire.errors import ChainInvalid, ObjectLost

from tests.support.histories import judge

REGISTRY = Registry.installed()
SEEDS = range(int(os.environ.get("AMINO_SEEDS", "3")))
"""More with AMINO_SEEDS; each failure names its own."""
LOSSES = Faults(drop_request=0.05, drop_reply=0.05, delay=(0.0005, 0.02))
DOUBLES = Faults(drop_request=0.05, drop_reply=0.05, duplicate=0.2, delay=(0.0005, 0.02))
KERNELS = ("ConsensusRSM(log=kernels,compare=3,snapshot=5)",)
CHAINS = ("ConsensusRSM", "ConsensusRSM(compare=3,snapshot=5)", "AtMostOnceRPC,ConsensusRSM", "Retry,ConsensusRSM(replicas=5)")


class TestFive(ReplicationSuite):
    """Of four kernels; the fifth replica is made when there is a place for it."""

    manager = "ConsensusRSM(replicas=5,compare=5,snapshot=10)"
    replicas = 4


class TestKernels(ReplicationSuite):
    """Whose kernels keep the log among themselves."""

    manager = "ConsensusRSM(log=kernels,compare=5,snapshot=10)"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", KERNELS)
def test_no_call_is_in_doubt_while_one_after_another_fails(text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    """A log in the memory of kernels: one of three may fail, and comes back before the next one does."""
    load = Load(operations=40, faults=DOUBLES, pause=2.0, crashes=1, pauses=1, cuts=1, oms_ends=1, rest=15.0)
    history = counter_history(Chain.parse(text, REGISTRY), seed, load)
    judge(history, "counter", porcupine, tmp_path)
    assert history.count("info") == 0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", KERNELS)
def test_nothing_wrong_is_told_while_too_many_fail(text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    """Calls fail where too few members are left, and nobody is told what did not happen."""
    load = Load(operations=8, faults=LOSSES, crashes=2, pauses=1, cuts=1, calm=0.5, pause=0.4)
    judge(register_history(Chain.parse(text, REGISTRY), seed, load), "kv", porcupine, tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", KERNELS)
def test_programs_whose_reads_are_lent(text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    """Reads at the gate of a leader see what was answered before, though leaders change, and calls that left at once run once."""
    load = Load(operations=60, faults=LOSSES, crashes=1, pauses=2, cuts=2, oms_ends=1, pause=0.3, rest=4.0, programs=True)
    judge(register_history(Chain.parse(text, REGISTRY), seed, load), "kv", porcupine, tmp_path)
    judge(counter_history(Chain.parse(text, REGISTRY), seed, load), "counter", porcupine, tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", CHAINS)
def test_registers_whatever_happens(text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    load = Load(operations=16, faults=LOSSES, moves=1, crashes=2, pauses=2, cuts=2, oms_ends=1, pause=0.4)
    judge(register_history(Chain.parse(text, REGISTRY), seed, load), "kv", porcupine, tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", CHAINS)
def test_counters_whatever_happens(text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    load = Load(operations=16, faults=DOUBLES, moves=1, crashes=2, pauses=2, cuts=2, oms_ends=1, pause=0.4)
    judge(counter_history(Chain.parse(text, REGISTRY), seed, load), "counter", porcupine, tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_call_is_in_doubt_where_one_kernel_ends(seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    """Calls run exactly once as callers see it."""
    history = counter_history(Chain.parse("ConsensusRSM", REGISTRY), seed, Load(faults=DOUBLES, crashes=1, pause=0.3))
    judge(history, "counter", porcupine, tmp_path)
    assert history.count("info") == 0


def test_a_leader_that_hears_nothing_more_answers_no_read() -> None:
    """Its caller still reaches it, and others write elsewhere."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse("ConsensusRSM", REGISTRY), {"x": 0}, client="client")
        assert await stub.call("get", "x") == 0
        cluster.cut_off("a", [name for name in ("oms", *cluster.kernels) if name != "a"], seconds=20.0)
        assert await cluster.client("other", "b").stub("map").call("add", "x", 1) == 1
        assert await stub.call("get", "x") == 1

    simulate(scenario, 5)


def test_a_group_that_has_lost_its_majority_says_so() -> None:
    """What its members knew is gone with them: no call finds the state that the object began with."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse(KERNELS[0], REGISTRY), {"x": 0})
        for _ in range(20):
            await stub.call("add", "x", 1)
        for kernel in sorted(states(cluster, "map")):
            cluster.crash(kernel, back_after=1.0)
        await asyncio.sleep(60.0)
        found = await error_of(cluster.client("other", "phone").stub("map").call("get", "x"))
        assert isinstance(found, ObjectLost), found

    simulate(scenario, 5)


@pytest.mark.parametrize("settings", ["", "log=kernels,replicas=5", "log=kernels,compare=7"])
def test_a_group_is_not_led_over_to_another_kind_of_group(settings: str) -> None:
    """Its log and its members are what it knows."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse("ConsensusRSM(log=kernels)", REGISTRY), {"x": 0})
        assert await stub.call("add", "x", 1) == 1
        error = await error_of(cluster.attach("map", Chain.parse(f"ConsensusRSM({settings})", REGISTRY)))
        assert (error is None) == ("compare" in settings), error
        assert error is None or isinstance(error, ChainInvalid)
        assert await stub.call("add", "x", 1) == 2

    simulate(scenario, 5)


def test_a_group_is_filled_up_after_the_oms_has_ended() -> None:
    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse("ConsensusRSM(log=kernels)", REGISTRY), {"x": 0})
        gone = max(set(states(cluster, "map")) - {"a"})
        for kernel in (gone, *(set(cluster.kernels) - set(states(cluster, "map")))):
            cluster.crash(kernel, back_after=40.0)
        await asyncio.sleep(20.0)
        cluster.oms.kill()
        cluster.oms.start()
        assert await stub.call("add", "x", 1) == 1
        await asyncio.sleep(70.0)
        assert list(states(cluster, "map").values()) == [{"x": 1}] * 3

    simulate(scenario, 6)


@pytest.mark.parametrize("seconds", [6.0, 30.0])
def test_members_that_lose_the_oms_alone_keep_what_they_know(seconds: float) -> None:
    """Nobody takes them for gone before they are heard."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse("ConsensusRSM(log=kernels)", REGISTRY), {"x": 0})
        for number in range(5):
            assert await stub.call("add", "x", 1) == number + 1
        for kernel in cluster.kernels if seconds > 10 else sorted(set(states(cluster, "map")) - {"a"}):
            cluster.cut_off(kernel, ("oms",), seconds=seconds)
        await asyncio.sleep(90.0)
        assert await cluster.client("other", "phone").stub("map").call("add", "x", 1) == 6

    simulate(scenario, 7)


def test_kernels_that_stood_still_all_at_once_go_on() -> None:
    """As where a laptop has slept."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse("ConsensusRSM(log=kernels)", REGISTRY), {"x": 0})
        for number in range(5):
            assert await stub.call("add", "x", 1) == number + 1
        for kernel in cluster.kernels:
            cluster.pause(kernel, 25.0)
        await asyncio.sleep(90.0)
        assert await cluster.client("other", "phone").stub("map").call("add", "x", 1) == 6
        await asyncio.sleep(5.0)
        assert list(states(cluster, "map").values()) == [{"x": 6}] * 3

    simulate(scenario, 8)


@pytest.mark.parametrize("log", ["store", "kernels"])
def test_a_kernel_with_another_runtime_joins_no_group(log: str) -> None:
    """Its results may be others. A group that has lost a member goes on without a replica there."""

    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        stub = await cluster.create("map", Chain.parse(f"ConsensusRSM(log={log})", REGISTRY), {"x": 0})
        members = set(states(cluster, "map"))
        for other in set(cluster.kernels) - members:
            cluster.kernels[other].half.version = "2"
        gone = max(members - {"a"})
        cluster.crash(gone, back_after=1000.0)
        for number in range(20):
            assert await stub.call("add", "x", 1) == number + 1
            await asyncio.sleep(5.0)
        assert states(cluster, "map") == {name: {"x": 20} for name in members - {gone}}
        for other in set(cluster.kernels) - members:
            cluster.kernels[other].half.version = "1"
        await asyncio.sleep(100.0)
        assert len(states(cluster, "map")) == 3

    simulate(scenario, 9)


def test_an_object_that_would_have_replicas_on_two_runtimes_is_not_made() -> None:
    async def scenario(random: Random) -> None:
        cluster = SimulatedCluster(random)
        await asyncio.sleep(1.0)  # the halves begin
        for other in set(cluster.kernels) - {"a"}:
            cluster.kernels[other].half.version = "2"
        error = await error_of(cluster.create("map", Chain.parse("ConsensusRSM", REGISTRY), {"x": 0}))
        assert isinstance(error, ChainInvalid)
        assert "runs played python 2, the others run played python 1" in error.message
        assert states_of_all(cluster) == []

    simulate(scenario, 9)


def states_of_all(cluster: SimulatedCluster) -> list[str]:
    """The ids of all instances there are."""
    return [each for kernel in cluster.kernels.values() for each in kernel.half.objects]


def test_an_even_number_is_refused() -> None:
    with pytest.raises(ChainInvalid, match="must be odd"):
        Chain.parse("ConsensusRSM(replicas=2)", REGISTRY)


def test_two_that_bring_the_object_back_are_refused() -> None:
    assert "both would bring the object back" in problems(Chain.parse("DurableSerializableRPC,ConsensusRSM", REGISTRY))[0]
