"""The OMS brings objects back although its disk is full, fails, or its process ends meanwhile; kernels and records agree in the end."""

from __future__ import annotations

import asyncio

import pytest
from amino_kernel.instances.instance import Life
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_testkit.schedules.agreement import agreed
from amino_wire.pb import common_pb2

from tests.support.simulated import run, until

DURABLE = "DurableSerializableRPC"


def test_an_object_that_the_oms_was_bringing_back_when_it_ended_is_brought_back_by_the_next_one() -> None:
    """Its kernel lives on in the same life, so that nothing else makes anybody look at it."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", DURABLE, {"x": 1})
        await stub.call("put", "x", 5)
        for kernel in cluster.kernels.values():
            kernel.half.making_seconds = 0.5
        cluster.lose_context("map")
        await asyncio.sleep(0.2)
        cluster.cut_off("oms", list(cluster.kernels), seconds=1.5, silent=False)
        await until(lambda: cluster.record("map").status.state == common_pb2.OBJECT_STATE_LOST)
        cluster.oms.kill()
        cluster.scheduler.after(0.5, cluster.oms.start)
        await asyncio.sleep(4 * DETECTION)
        assert await cluster.client("other", "b").stub("map").call("get", "x") == 5

    run(scenario, 306)


def test_a_kernel_that_comes_back_while_its_object_is_brought_back_elsewhere_gives_it_up() -> None:
    """It was only thought dead; when it registers again, the record still places the object there."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "PeriodicCheckpoint(every=5)", {"x": 1})
        old = cluster.client("old", "a").stub("map")
        assert await old.call("get", "x") == 1
        for name in ("b", "c", "phone"):
            cluster.kernels[name].half.making_seconds = DETECTION
        cluster.pause("a", 1.3 * DETECTION)
        await asyncio.sleep(3 * DETECTION)
        assert cluster.node_of("map") != "a"
        await until(lambda: cluster.kernels["a"].parts.table.get(cluster.id_of("map")) is None)
        assert await old.call("put", "x", 2) == 1
        assert await cluster.client("new", "b").stub("map").call("get", "x") == await stub.call("get", "x") == 2

    run(scenario, 308)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("chain", ["LoadBalancedFrontEnd(replicas=2)", "ExplicitCheckpoint"])
def test_an_instance_whose_record_was_never_committed_is_not_taken_for_the_one_that_was_there(chain: str, seed: int) -> None:
    """The disk of the OMS fails when the record of the new instance is to be stored; whether it is there shows when the OMS is back."""

    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", chain, {"x": 1})
        host = cluster.kernels[cluster.node_of("map")]
        for kernel in cluster.kernels.values():
            kernel.half.making_seconds = 0.1
        host.lose(cluster.id_of("map"))
        await until(lambda: any(local.state.life is Life.CREATING for kernel in cluster.kernels.values() for local in kernel.parts.table))
        cluster.oms.disk.failing_syncs = 1
        await until(lambda: not cluster.oms.alive)
        await asyncio.sleep(2 * DETECTION)
        await agreed(cluster, ("map",), 60.0)

    run(scenario, seed)


def test_every_replica_of_a_dead_kernel_is_replaced() -> None:
    """Not only an object's first one."""

    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", "LoadBalancedFrontEnd(replicas=2)", {"x": 1})
        second = cluster.node_of("map", "1")
        assert second not in ("", cluster.node_of("map"))
        cluster.crash(second)
        await asyncio.sleep(2 * DETECTION)
        assert cluster.node_of("map", "1") not in ("", second)

    run(scenario, 307)


def test_an_object_is_back_that_was_lost_with_its_context_while_the_disk_was_full() -> None:
    """Its kernel lives on and has told so once."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", DURABLE, {"x": 1})
        await stub.call("put", "x", 5)
        cluster.oms.disk.full = True
        cluster.lose_context("map")
        await asyncio.sleep(DETECTION)
        cluster.oms.disk.full = False
        await asyncio.sleep(4 * DETECTION)
        assert await cluster.client("other", "b").stub("map").call("get", "x") == 5

    run(scenario, 309)


def test_an_object_is_back_whose_kernel_ended_while_the_disk_was_full() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", DURABLE, {"x": 1})
        await stub.call("put", "x", 5)
        cluster.oms.disk.full = True
        cluster.crash("a")
        await asyncio.sleep(2 * DETECTION)
        cluster.oms.disk.full = False
        await asyncio.sleep(4 * DETECTION)
        assert await cluster.client("other", "b").stub("map").call("get", "x") == 5

    run(scenario, 310)


def test_an_object_whose_kernel_is_back_before_it_was_lost_goes_on() -> None:
    """The coordinators have taken the right to save from it, and could not make it anew: the only kernel that they reached has ended."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", DURABLE, {"x": 1})
        for name in ("b", "c", "phone"):
            cluster.kernels[name].half.making_seconds = 100.0
        cluster.pause("a", 1.3 * DETECTION)
        await asyncio.sleep(1.5 * DETECTION)
        for name in ("b", "c", "phone"):
            cluster.crash(name)
        await asyncio.sleep(4 * DETECTION)
        assert cluster.node_of("map") == "a"
        await stub.call("put", "x", 5)
        assert await stub.call("get", "x") == 5

    run(scenario, 311)


def test_an_object_on_the_move_is_not_lost_when_its_source_is_cut_off_before_the_commit() -> None:
    """The source is thought dead meanwhile, and its commit comes through when it is back."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "", {"x": 1})
        await stub.call("put", "x", 5)
        moving = asyncio.ensure_future(cluster.move("map", "b"))
        moving.add_done_callback(lambda done: done.exception())
        await until(lambda: any(local.state.life is Life.PASSIVE for local in cluster.kernels["b"].parts.table), every=0.0001)
        cluster.cut_off("a", seconds=1.5 * DETECTION, silent=False)
        await asyncio.sleep(10 * DETECTION)
        assert await cluster.client("other", "c").stub("map").call("get", "x") == 5
        await agreed(cluster, ("map",), 60.0)

    run(scenario, 312)
