"""Groups whose log is on their kernels' disks: all kernels may end at once, and all that was answered comes back with them."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from amino_dms.chain import Chain, Registry
from amino_testkit import Faults, Porcupine, SimulatedCluster
from amino_testkit.network.faults import NO_FAULTS
from amino_testkit.suites.histories import Load, counter_history, register_history
from amino_testkit.suites.replication import ReplicationSuite, states
from amino_testkit.world.scheduler import elapsed, error_of, simulate
from amino_wire.errors import ArgumentInvalid, ChainInvalid, ObjectLost, Outcome

from tests.support.histories import judge

REGISTRY = Registry.installed()
SEEDS = range(int(os.environ.get("AMINO_SEEDS", "2")))
"""More with AMINO_SEEDS; each failure names its own."""
DURABLE = "ConsensusRSM(log=kernels,durable=true,compare=5,snapshot=10)"
DOUBLES = Faults(drop_request=0.05, drop_reply=0.05, duplicate=0.2, delay=(0.0005, 0.02))


class TestDurable(ReplicationSuite):
    """It is a group like others."""

    manager = DURABLE


async def made(random: Random, text: str = DURABLE) -> tuple[SimulatedCluster, Any]:
    """A cluster with a map that has x = 0."""
    cluster = SimulatedCluster(random)
    return cluster, await cluster.create("map", Chain.parse(text, REGISTRY), {"x": 0}, client="client")


def end(cluster: SimulatedCluster, *names: str) -> None:
    """Kernels end at this moment, with their machines, unless they have."""
    for name in names or cluster.kernels:
        if cluster.kernels[name].alive:
            cluster.crash(name)


def begin(cluster: SimulatedCluster, *names: str) -> None:
    """Kernels begin anew, unless they live."""
    for name in names or cluster.kernels:
        if not cluster.kernels[name].alive:
            cluster.kernels[name].start()


def end_all(cluster: SimulatedCluster, back_after: float = 1.0) -> None:
    """All kernels end at this moment, and begin anew one after another."""
    end(cluster)
    for number, name in enumerate(sorted(cluster.kernels)):
        cluster.scheduler.after(back_after + number * 0.7, partial(begin, cluster, name))


async def found(cluster: SimulatedCluster, seconds: float = 120.0) -> int:
    """The value of x when the object answers again."""
    stub = cluster.client(f"reader at {elapsed()}", "phone").stub("map")
    until = elapsed() + seconds
    while True:
        error = await error_of(stub.call("get", "x"))
        if error is None:
            return await stub.call("get", "x")
        assert not isinstance(error, ObjectLost), error
        assert elapsed() < until, error
        await asyncio.sleep(1.0)


@pytest.mark.parametrize("seed", [0, 2, 5])
def test_all_kernels_may_end_at_any_moment(seed: int) -> None:
    """Also again while they come back, and while the OMS ends with them; each write that was answered is there once."""

    async def scenario(random: Random) -> None:
        cluster, stub = await made(random)
        answered = sent = 0
        for _ in range(3):
            writes = [asyncio.ensure_future(error_of(stub.call("add", "x", 1))) for _ in range(12)]
            sent += len(writes)
            await asyncio.sleep(random.uniform(0.0, 0.05))
            end_all(cluster, random.uniform(0.2, 6.0))
            if random.random() < 0.5:
                cluster.oms.kill()
                cluster.scheduler.after(random.uniform(0.1, 3.0), cluster.oms.start)
            if random.random() < 0.5:
                await asyncio.sleep(random.uniform(1.0, 8.0))
                end_all(cluster)
            answered += (await asyncio.gather(*writes)).count(None)
            assert answered <= await found(cluster) <= sent
        await asyncio.sleep(60.0)
        now = await found(cluster)
        assert answered <= now <= sent
        assert [each["x"] for each in states(cluster, "map").values()] == [now] * 3
        assert (await stub.command("members"))["whole"]

    simulate(scenario, seed)


@pytest.mark.parametrize("seed", range(4))
def test_one_two_or_three_may_end_at_any_message(seed: int) -> None:
    async def scenario(random: Random) -> None:
        cluster, stub = await made(random)
        members = sorted(states(cluster, "map"))
        at = 1 + random.randrange(60)
        cluster.use(Faults(crash_at=at, crash_node=random.choice(members)))
        answered = 0
        for number in range(10):
            answered += await error_of(stub.call("add", "x", 1)) is None
            if number == 4:
                end(cluster, *(random.sample(members, random.randrange(1, 4))))
            if number == 5:
                cluster.use(NO_FAULTS)
                begin(cluster)
        cluster.use(NO_FAULTS)
        begin(cluster)
        assert answered <= await found(cluster) <= 10

    simulate(scenario, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_histories_of_counters(seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    """Exactly once, while as many kernels end as there are."""
    load = Load(clients=3, operations=6, faults=DOUBLES, crashes=4, pauses=1, oms_ends=1, pause=0.6)
    judge(counter_history(Chain.parse(DURABLE, REGISTRY), seed, load), "counter", porcupine, tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
def test_histories_of_registers(seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    load = Load(clients=3, operations=6, faults=DOUBLES, moves=1, crashes=4, cuts=1, pause=0.6)
    judge(register_history(Chain.parse(DURABLE, REGISTRY), seed, load), "kv", porcupine, tmp_path)


def test_a_minority_of_disks_does_not_speak_for_the_group() -> None:
    """It waits for a majority, however long, and says for what."""

    async def scenario(random: Random) -> None:
        cluster, stub = await made(random)
        members = sorted(states(cluster, "map"))
        cluster.cut_off(members[0], ("oms", *(set(cluster.kernels) - {members[0]})), seconds=1000.0)
        await asyncio.sleep(0.5)
        for number in range(5):
            assert await cluster.client("other", "phone").stub("map").call("add", "x", 1) == number + 1
        end(cluster)
        cluster.calm()
        begin(cluster, members[0], "phone")
        await asyncio.sleep(100.0)
        error = await error_of(cluster.client("reader", "phone").stub("map").call("get", "x"))
        assert error is not None
        assert not isinstance(error, ObjectLost)
        cluster.kernels[members[1]].start()
        assert await found(cluster) == 5
        assert stub is not None

    simulate(scenario, 11)


def test_the_longest_log_of_a_majority_leads() -> None:
    """Also where the coordinator has named the member with the shorter one, since no other was there."""

    async def scenario(random: Random) -> None:
        cluster, _ = await made(random)
        late, longest = sorted(states(cluster, "map"))[1], "a"
        cluster.cut_off(late, ("oms", *(set(cluster.kernels) - {late})), seconds=1000.0)
        await asyncio.sleep(0.5)
        for number in range(5):
            assert await cluster.client("other", "phone").stub("map").call("add", "x", 1) == number + 1
        end(cluster)
        cluster.calm()
        begin(cluster, late, "phone")
        await asyncio.sleep(30.0)
        begin(cluster, longest)
        assert await found(cluster) == 5

    simulate(scenario, 20)


def test_a_kernel_without_its_disk_counts_for_nothing() -> None:
    """It is a blank member; two of them and one log are no majority."""

    async def scenario(random: Random) -> None:
        cluster, stub = await made(random)
        for number in range(5):
            assert await stub.call("add", "x", 1) == number + 1
        members = sorted(states(cluster, "map"))
        end(cluster)
        for gone in members[:2]:
            cluster.kernels[gone].lose_disk()
        begin(cluster)
        await asyncio.sleep(100.0)
        error = await error_of(cluster.client("reader", "phone").stub("map").call("get", "x"))
        assert error is not None
        assert not isinstance(error, ObjectLost)

    simulate(scenario, 12)


def test_an_operator_gives_up_disks_that_never_come_back() -> None:
    """The rest of the group goes on with what it has, once the operator has named those that are gone."""

    async def scenario(random: Random) -> None:
        cluster, stub = await made(random)
        for number in range(5):
            assert await stub.call("add", "x", 1) == number + 1
        await asyncio.sleep(1.0)
        members = sorted(states(cluster, "map"))
        with pytest.raises(ArgumentInvalid, match="goes on by itself"):
            await stub.command("give_up", members[:2])
        end(cluster)
        begin(cluster, members[2], "phone")
        await asyncio.sleep(30.0)
        assert "the disks of" in (await stub.command("members"))["lacks"]
        with pytest.raises(ArgumentInvalid, match="name exactly these"):
            await stub.command("give_up", members[:1])
        told = await stub.command("give_up", members[:2])
        assert told["epoch"] > 1 and "the disks of" not in told["lacks"]
        assert await found(cluster) == 5
        # One of them comes back all the same: what it has counts no more.
        cluster.kernels[members[0]].start()
        await asyncio.sleep(60.0)
        assert await stub.call("add", "x", 1) == 6
        await asyncio.sleep(1.0)
        assert set(states(cluster, "map")) == {members[0], members[2], "phone"}
        assert all(each["x"] == 6 for each in states(cluster, "map").values())

    simulate(scenario, 19)


def test_one_disk_may_be_lost() -> None:
    async def scenario(random: Random) -> None:
        cluster, stub = await made(random)
        for number in range(25):
            assert await stub.call("add", "x", 1) == number + 1
        members = sorted(states(cluster, "map"))
        end(cluster)
        cluster.kernels[members[1]].lose_disk()
        begin(cluster)
        assert await found(cluster) == 25
        await asyncio.sleep(60.0)
        assert [each["x"] for each in states(cluster, "map").values()] == [25] * 3

    simulate(scenario, 13)


def test_a_replica_that_loses_its_context_goes_on_with_its_log() -> None:
    """Of one after another: their kernels live on."""

    async def scenario(random: Random) -> None:
        cluster, stub = await made(random)
        for number in range(5):
            assert await stub.call("add", "x", 1) == number + 1
        for name, kernel in cluster.kernels.items():
            for instance in [each for each in kernel.half.objects if each.startswith(cluster.id_of("map"))]:
                assert name in states(cluster, "map")
                kernel.lose(instance)
                await asyncio.sleep(5.0)
        assert await found(cluster) == 5
        assert await stub.call("add", "x", 1) == 6

    simulate(scenario, 14)


def test_a_disk_without_room_refuses_calls_and_nothing_else() -> None:
    """Reads go on; the calls that are refused have not run; all is well again when there is room."""

    async def scenario(random: Random) -> None:
        cluster, stub = await made(random, "ConsensusRSM(log=kernels,durable=true,timeout=3s)")
        assert await stub.call("add", "x", 1) == 1
        for kernel in cluster.kernels.values():
            kernel.log_disk.folder.room = 0
        await error_of(stub.call("add", "x", 1))  # it may be written yet
        await asyncio.sleep(1.0)
        for _ in range(3):
            error = await error_of(stub.call("add", "x", 1))
            assert error is not None
            assert "make room" in error.message
            assert error.outcome is Outcome.NOT_RUN
        assert await cluster.client("other", "b").stub("map").call("get", "x") == 1
        for kernel in cluster.kernels.values():
            kernel.log_disk.folder.room = 1 << 30
        await asyncio.sleep(2.0)
        assert await stub.call("add", "x", 1) == 3
        end_all(cluster)
        assert await found(cluster) == 3

    simulate(scenario, 15)


def test_the_disk_keeps_nothing_of_objects_that_are_deleted() -> None:
    async def scenario(random: Random) -> None:
        cluster, stub = await made(random)
        assert await stub.call("add", "x", 1) == 1
        assert any("snapshot" in name for kernel in cluster.kernels.values() for name in kernel.log_disk.folder.names())
        await cluster.delete("map")
        await asyncio.sleep(130.0)
        assert not any("snapshot" in name for kernel in cluster.kernels.values() for name in kernel.log_disk.folder.names())

    simulate(scenario, 16)


@pytest.mark.parametrize(("text", "said"), [("ConsensusRSM(durable=true)", "as durable as the store")])
def test_settings_that_promise_nothing_are_refused(text: str, said: str) -> None:
    with pytest.raises(ChainInvalid, match=said):
        Chain.parse(text, REGISTRY)


def test_a_group_becomes_durable_only_anew() -> None:
    async def scenario(random: Random) -> None:
        cluster, stub = await made(random, "ConsensusRSM(log=kernels)")
        error = await error_of(cluster.attach("map", Chain.parse(DURABLE, REGISTRY)))
        assert isinstance(error, ChainInvalid)
        assert await stub.call("add", "x", 1) == 1

    simulate(scenario, 18)
