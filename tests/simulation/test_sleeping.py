"""Objects that nobody calls go to sleep and come back with the next call: once, with all that was answered, whatever ends meanwhile."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_testkit.network.faults import Faults
from amino_testkit.schedules.agreement import agreed
from amino_wire.errors import AminoError, ArgumentInvalid, ChainInvalid
from amino_wire.pb import common_pb2

from tests.support.simulated import error_of, run, until

DURABLE = "DurableSerializableRPC"
ASLEEP = common_pb2.OBJECT_STATE_ASLEEP


def instances(cluster: SimulatedCluster, object_id: str) -> int:
    """How many instances of an object the living kernels have."""
    return sum(object_id in kernel.half.objects for kernel in cluster.kernels.values() if kernel.alive)


async def asleep(cluster: SimulatedCluster, name: str) -> None:
    """Returns when an object is asleep, and no kernel has it any more."""
    await until(lambda: cluster.record(name).status.state == ASLEEP, every=0.05)
    await until(lambda: instances(cluster, cluster.id_of(name)) == 0, every=0.05)


@pytest.mark.parametrize("chain", [DURABLE, "DurableTransactions", f"LeaseCaching(lease=3s),{DURABLE}"])
def test_an_idle_object_sleeps_and_many_callers_at_once_wake_it_once(chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", chain, {"x": 1}, idle=2.0)
        await stub.call("put", "x", 2)
        await asleep(cluster, "map")
        epoch = cluster.record("map").status.epoch
        callers = [cluster.client(f"caller{n}", "abc"[n % 3]).stub("map") for n in range(6)]
        programs = [cluster.sdk_client(f"program{n}", "abc"[n % 3], ("here", "kernel")[n % 2]).stub("map") for n in range(6)]  # type: ignore[arg-type]
        assert await asyncio.gather(*(each.call("get", "x") for each in (*callers, *programs))) == [2] * 12
        assert cluster.record("map").status.epoch == epoch + 1
        assert instances(cluster, cluster.id_of("map")) == 1

    run(scenario, 11)


def test_calls_keep_an_object_awake_and_others_never_sleep() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", DURABLE, {"x": 0}, idle=2.0)
        other = await cluster.create("other", DURABLE, {"x": 0})
        for number in range(20):
            await asyncio.sleep(1.0)
            await stub.call("add", "x", 1)
            assert cluster.record("map").status.epoch == 1, f"it slept before call {number}"
        await asleep(cluster, "map")
        assert cluster.record("other").status.state == common_pb2.OBJECT_STATE_ACTIVE
        assert await other.call("get", "x") == 0

    run(scenario, 12)


def test_an_object_that_could_not_come_back_is_refused() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        for chain in ("", "Retry", "PeriodicCheckpoint(every=5)", "ExplicitCheckpoint"):
            refused = await error_of(cluster.create("map", chain, idle=2.0))
            assert isinstance(refused, ChainInvalid) and "DurableSerializableRPC" in refused.message
        assert isinstance(await error_of(cluster.create("map", DURABLE, idle=-1.0)), ArgumentInvalid)
        await cluster.create("map", DURABLE, {"x": 1}, idle=2.0)
        assert isinstance(await error_of(cluster.attach("map", "Retry")), ChainInvalid)

    run(scenario, 13)


def test_an_object_that_is_asleep_is_moved_given_another_chain_and_deleted() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", DURABLE, {"x": 1}, idle=2.0)
        await asleep(cluster, "map")
        await cluster.move("map", "c")
        assert cluster.node_of("map") == "c"
        await asleep(cluster, "map")
        await cluster.attach("map", f"Retry,{DURABLE}")
        assert await stub.call("get", "x") == 1
        await asleep(cluster, "map")
        await cluster.delete("map")
        assert await error_of(stub.call("get", "x")) is not None
        assert instances(cluster, cluster.id_of("map")) == 0

    run(scenario, 14)


def test_an_object_whose_last_kernel_has_ended_wakes_on_another() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", DURABLE, {"x": 1}, idle=2.0, kernel="c")
        await asleep(cluster, "map")
        cluster.crash("c")
        await asyncio.sleep(3 * DETECTION)
        assert cluster.record("map").status.state == ASLEEP
        cluster.oms.kill()
        cluster.oms.start()
        assert await stub.call("get", "x") == 1
        assert cluster.node_of("map") != "c"

    run(scenario, 15)


@pytest.mark.parametrize("seed", range(16))
def test_nothing_that_was_answered_is_lost_between_sleep_and_call(seed: int) -> None:
    """Calls come about as often as the object goes to sleep, while messages are lost and a kernel or the OMS ends."""

    async def scenario(cluster: SimulatedCluster) -> None:
        chance = Random(seed)
        await cluster.create("map", DURABLE, {}, idle=1.0, kernel=chance.choice("abc"))
        cluster.use(Faults(drop_request=0.02, drop_reply=0.03, duplicate=0.03))
        acknowledged: set[str] = set()
        slept: set[int] = set()

        async def program(number: int) -> None:
            home = chance.choice(sorted(cluster.kernels))
            client = cluster.sdk_client(f"program{number}", home) if number % 2 else cluster.client(f"program{number}", home)
            stub = client.stub(cluster.id_of("map"))
            for entry in range(8):
                await asyncio.sleep(chance.uniform(0.0, 4.0))
                if cluster.record("map").status.state == ASLEEP:
                    slept.add(cluster.record("map").status.epoch)
                try:
                    await stub.call("put", f"{number}/{entry}", 1, budget=30.0)
                except AminoError:
                    continue
                acknowledged.add(f"{number}/{entry}")

        programs = [asyncio.ensure_future(program(number)) for number in range(4)]
        if seed % 2:
            dying = chance.choice("abc")
            cluster.scheduler.after(chance.uniform(3.0, 9.0), lambda: cluster.crash(dying, back_after=2 * DETECTION))
        else:
            cluster.scheduler.after(chance.uniform(3.0, 9.0), cluster.oms.kill)
            cluster.scheduler.after(10.0, cluster.oms.start)
        await asyncio.wait(programs)
        for each in programs:
            each.result()
        cluster.calm()
        await asyncio.sleep(3 * DETECTION)
        kept = set(await cluster.client("judge", "b").stub(cluster.id_of("map")).call("keys"))
        assert acknowledged <= kept, f"lost: {acknowledged - kept}"
        assert slept, "it never slept"
        await agreed(cluster, (cluster.id_of("map"),), 30.0)

    run(scenario, seed)
