"""Kernels that were cut off, paused or suspended, and come back in the same life; objects that were lost and come back (C4, C5, C11)."""

from __future__ import annotations

import asyncio

from amino_dms.api import Node
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_wire.errors import AminoError, ObjectAwaitsKernel
from amino_wire.pb import common_pb2

from tests.support.simulated import error_of, run

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
            assert isinstance(await error_of(caller.call("get", "x")), ObjectAwaitsKernel)
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
