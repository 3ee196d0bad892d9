"""Kernels that were cut off, paused or suspended, and come back in the same life; objects that were lost and come back (C4, C5, C11)."""

from __future__ import annotations

import asyncio

import pytest
from amino_dms.api import Node
from amino_kernel.instances.instance import Life
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_testkit.schedules.agreement import agreed
from amino_wire.errors import AminoError, ObjectLost
from amino_wire.pb import common_pb2

from tests.support.simulated import error_of, run, until

DURABLE = "DurableSerializableRPC"
ALONE = (Node("a", {"region": "east"}),)


def test_an_object_that_was_thought_lost_is_found_by_those_who_saw_that_it_was() -> None:
    """Its kernel was only cut off; its epoch has not changed, so nobody is told of a new place."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "", {"x": 1})
        plain = cluster.sdk_client("plain", "b", "kernel").stub("map")
        assert await stub.call("get", "x") == await plain.call("get", "x") == 1
        cluster.cut_off("a", ("oms", "client", "b"), seconds=2 * DETECTION, silent=False)
        await asyncio.sleep(1.5 * DETECTION)
        for caller in (stub, plain):
            await error_of(caller.call("get", "x"))
            assert isinstance(await error_of(caller.call("get", "x")), ObjectLost)
        await asyncio.sleep(DETECTION)
        assert await stub.call("get", "x") == await plain.call("get", "x") == 1

    run(scenario, 301)


def test_a_lone_kernel_that_stood_still_goes_on_saving() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", DURABLE, {"x": 1})
        cluster.pause("a", 2 * DETECTION)
        await asyncio.sleep(4 * DETECTION)
        await stub.call("put", "x", 2)
        assert await stub.call("get", "x") == 2

    run(scenario, 302, ALONE)


def test_a_machine_that_wakes_answers_for_nothing_that_lives_elsewhere() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", DURABLE, {"x": 1}, client="reader")
        assert await reader.call("get", "x") == 1
        cluster.suspend("a", 2 * DETECTION)
        await asyncio.sleep(1.5 * DETECTION)
        assert cluster.node_of("map") != "a"
        await cluster.client("writer", "b").stub("map").call("put", "x", 2)
        assert await reader.call("get", "x") == 2

    run(scenario, 303)


def test_a_restart_keeps_what_was_saved() -> None:
    """The only kernel that the object may be on has ended; another one joins, and the operator does as the error's message says."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", f"KeepInRegion,{DURABLE}", {"x": 1}, kernel="c")
        await stub.call("put", "x", 5)
        cluster.crash("c")
        await asyncio.sleep(10 * DETECTION)
        assert cluster.record("map").status.state == common_pb2.OBJECT_STATE_LOST
        await cluster.add(Node("d", {"region": "west"})).joined()
        await error_of(cluster.restart("map"))
        await asyncio.sleep(30.0)
        assert await cluster.client("other", "b").stub("map").call("get", "x") == 5

    run(scenario, 304)


def test_a_kernel_that_was_killed_and_comes_back_at_once_has_nothing() -> None:
    """Objects without a saved state are lost with its process, also where the OMS has not missed it."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "", {"x": 1})
        durable = await cluster.create("durable", DURABLE, {"x": 1})
        await stub.call("put", "x", 5)
        await durable.call("put", "x", 5)
        cluster.crash("a", back_after=0.5)
        await asyncio.sleep(2.0)
        assert isinstance(await error_of(stub.call("get", "x")), AminoError)
        assert await cluster.client("other", "b").stub("durable").call("get", "x") == 5

    run(scenario, 305)


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
def test_an_instance_whose_record_was_never_committed_is_not_taken_for_the_one_that_was_there(seed: int) -> None:
    """The disk of the OMS fails when the record of the new instance is to be stored; whether it is there shows when the OMS is back."""

    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", "LoadBalancedFrontEnd(replicas=2)", {"x": 1})
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
