"""Groups whose chain ends: the replica that stays has all that was answered, and a group that comes later is new."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from amino_dms.api import CoordinatorKernel
from amino_dms.chain import Chain
from amino_dms.replication import consensus_coordinator
from amino_replication.configuration import Configuration
from amino_testkit.suites.replication import states
from amino_testkit.world.scheduler import elapsed, error_of, simulate

from tests.unit.test_dm_durable import DOUBLES, DURABLE, NO_FAULTS, REGISTRY, end, end_all, found, made

IN_MEMORY = "ConsensusRSM(log=kernels)"
SOON = 6.0
"""Seconds in which a chain ends: less than the OMS waits for kernels."""


@pytest.mark.parametrize("chain", [IN_MEMORY, DURABLE])
@pytest.mark.parametrize("lost", ["nobody", "the leader", "a follower"])
@pytest.mark.parametrize("seed", range(4))
def test_the_replica_that_stays_has_all_that_was_answered(seed: int, lost: str, chain: str) -> None:
    async def scenario(random: Random) -> None:
        cluster, stub = await made(random, chain)
        for _ in range(5):
            await stub.call("add", "x", 1)
        members = await stub.command("members")
        kernels = members["replicas"]
        if lost != "nobody":
            leader = members["leader"]
            number = leader if lost == "the leader" else random.choice([each for each in kernels if each != leader])
            end(cluster, kernels[number])
            # The others have noticed, and there is no kernel for another replica.
            assert await error_of(stub.call("add", "x", 1)) is None
        before = await stub.call("get", "x")
        begun = elapsed()
        await cluster.attach("map", Chain.parse("Retry", REGISTRY))
        assert await stub.call("get", "x") == before
        assert elapsed() - begun < SOON
        await stub.call("add", "x", 1)
        assert await stub.call("get", "x") == before + 1

    simulate(scenario, seed)


@pytest.mark.parametrize("seed", range(6))
def test_a_group_that_is_attached_again_is_a_new_one(seed: int) -> None:
    """Kernels' disks have a log of the group before: nothing of it comes back when all kernels end."""

    async def scenario(random: Random) -> None:
        cluster, stub = await made(random)
        for _ in range(3):
            await stub.call("add", "x", 1)
        cluster.use(DOUBLES)
        await cluster.attach("map", Chain.parse("Retry", REGISTRY))
        cluster.use(NO_FAULTS)
        for _ in range(5):
            await stub.call("add", "x", 1)
        cluster.use(DOUBLES)
        await cluster.attach("map", Chain.parse(DURABLE, REGISTRY))
        answered = 0
        for _ in range(20):
            answered += await error_of(stub.call("add", "x", 1)) is None
        cluster.use(NO_FAULTS)
        async with asyncio.timeout(60.0):
            while not (await stub.command("members"))["whole"]:
                await asyncio.sleep(0.5)
        end_all(cluster)
        assert 8 + answered <= await found(cluster) <= 28
        assert answered > 0

    simulate(scenario, seed)


@pytest.mark.parametrize("chain", [IN_MEMORY, DURABLE, "ConsensusRSM"])
def test_replicas_that_an_earlier_group_has_left_are_no_founders(chain: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All stay where none can say that it has all that was answered. Calls go to the first one from then on."""

    async def none_says_so(kernel: CoordinatorKernel, known: Configuration | None) -> set[int]:
        return set()

    async def scenario(random: Random) -> None:
        cluster, stub = await made(random, IN_MEMORY)
        assert await stub.call("add", "x", 1) == 1
        with monkeypatch.context() as patched:
            patched.setattr(consensus_coordinator, "finished_replicas", none_says_so)
            await cluster.attach("map", Chain.parse("Retry", REGISTRY))
        assert await stub.call("add", "x", 1) == 2
        assert [known["x"] for known in states(cluster, "map").values()] == [2, 1, 1]
        await cluster.attach("map", Chain.parse(chain, REGISTRY))
        assert await stub.call("add", "x", 1) == 3
        await asyncio.sleep(15.0)
        assert [known["x"] for known in states(cluster, "map").values()] == [3, 3, 3]

    simulate(scenario, 3)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_of_an_earlier_group_comes_back_where_a_kernel_never_heard_of_its_end(seed: int) -> None:
    """The OMS keeps what a manager has stored until all kernels have the next chain."""

    async def scenario(random: Random) -> None:
        cluster, stub = await made(random)
        for _ in range(3):
            await stub.call("add", "x", 1)
        attaching = asyncio.ensure_future(cluster.attach("map", Chain.parse("Retry", REGISTRY)))
        await asyncio.sleep(random.uniform(0.0, 0.4))
        there = {replica.kernel_id for replica in cluster.record("map").status.replicas}
        stayed = random.choice(sorted(set(cluster.kernels) - {sorted(there)[0]}))
        end(cluster, stayed)
        await attaching
        value = await found(cluster)
        assert value == 3
        assert await error_of(stub.call("add", "x", 1)) is None
        await cluster.attach("map", Chain.parse(DURABLE, REGISTRY))
        assert await found(cluster) == 4
        assert await error_of(stub.call("add", "x", 1)) is None
        assert await found(cluster) == 5

    simulate(scenario, seed)
