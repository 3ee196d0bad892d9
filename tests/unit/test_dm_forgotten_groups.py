"""Groups whose members have forgotten what was answered: they say so, and go on by an operator's word only."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest
from amino_dms.chain import Chain, Registry
from amino_testkit import SimulatedCluster
from amino_testkit.suites.replication import states
from amino_testkit.world.scheduler import elapsed, error_of, simulate
from amino_wire.errors import ArgumentInvalid, DeadlineExceeded, KernelUnavailable, ObjectLost

REGISTRY = Registry.installed()
KERNELS = "ConsensusRSM(log=kernels,compare=5,snapshot=10)"
ADDED = 20


async def made(random: Random) -> tuple[SimulatedCluster, Any]:
    """A cluster with a map that has x = ADDED."""
    cluster = SimulatedCluster(random)
    stub = await cluster.create("map", Chain.parse(KERNELS, REGISTRY), {"x": 0}, client="client")
    for _ in range(ADDED):
        await stub.call("add", "x", 1)
    return cluster, stub


async def whole(stub: Any, seconds: float = 60.0) -> dict[str, Any]:
    """Its members when the group is whole again."""
    until = elapsed() + seconds
    while not (told := await stub.command("members"))["whole"]:
        assert elapsed() < until, told
        await asyncio.sleep(0.5)
    return dict(told)


@pytest.mark.parametrize("seed", range(4))
def test_a_lost_group_that_is_made_anew_begins_with_its_first_state(seed: int) -> None:
    """On whatever kernel; it is a group like others, and survives the end of one of them."""

    async def scenario(random: Random) -> None:
        cluster, stub = await made(random)
        for round in range(2):
            for kernel in sorted(states(cluster, "map")):
                cluster.crash(kernel, back_after=random.uniform(0.5, 3.0))
            await asyncio.sleep(60.0)
            if seed % 2:
                cluster.oms.kill()
                cluster.scheduler.after(1.0, cluster.oms.start)
                await asyncio.sleep(20.0)
            assert isinstance(await error_of(stub.call("get", "x")), ObjectLost)
            await cluster.restart("map")
            other = cluster.client(f"other {round}", "phone").stub("map")
            assert await other.call("add", "x", 1) == 1
            assert await stub.call("add", "x", 1) == 2
            members = await whole(stub)
            cluster.crash(members["replicas"][members["leader"]], back_after=1.0)
            assert await other.call("add", "x", 1) == 3
            await asyncio.sleep(30.0)
            await whole(stub)
            await asyncio.sleep(2.0)
            assert [each["x"] for each in states(cluster, "map").values()] == [3] * 3

    simulate(scenario, seed)


@pytest.mark.parametrize("seed", range(4))
def test_a_group_of_which_most_have_forgotten_waits_for_an_operator_who_gives_them_up(seed: int) -> None:
    """It names who has forgotten, answers nothing meanwhile, and goes on with what the others have; nobody else makes it anew."""

    async def scenario(random: Random) -> None:
        cluster, stub = await made(random)
        await asyncio.sleep(2.0)
        members = await whole(stub)
        left = random.choice(sorted(members["replicas"].values()))
        gone = sorted(set(members["replicas"].values()) - {left})
        for kernel in gone:
            cluster.crash(kernel, back_after=1.0)
        await asyncio.sleep(60.0)
        assert isinstance(await error_of(stub.call("get", "x")), (KernelUnavailable, DeadlineExceeded))
        told = await stub.command("members")
        assert not told["whole"] and all(kernel in told["lacks"] for kernel in gone) and "give_up" in told["lacks"], told
        assert isinstance(await error_of(stub.command("give_up", [left])), ArgumentInvalid)
        await stub.command("give_up", gone)
        assert await stub.call("add", "x", 1) == ADDED + 1
        assert (await whole(stub))["lacks"] == ""
        await asyncio.sleep(2.0)
        assert [each["x"] for each in states(cluster, "map").values()] == [ADDED + 1] * 3

    simulate(scenario, seed)
