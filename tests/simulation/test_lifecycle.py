"""Objects that end, move or stop: nothing of the old copy touches the new one (C6, C7, C8, C12, C15, C16 of the review)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest
from amino_dms.api import Arrival, Coordinator, DeploymentManager, InstanceManager, Invocation, Next, NoConfig, Node
from amino_dms.chain import Chain
from amino_kernel.instances.kept_states import KeptState
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_testkit.half.played_object import Phase
from amino_wire.errors import AminoError, ObjectAwaitsKernel, ObjectLost
from amino_wire.pb import common_pb2

from tests.support.simulated import elapsed, error_of, run, until

QUESTION = 14.0
"""Seconds until which a cache asks: the kernel waits 15 s for those that it cannot reach."""
ALONE = (Node("a", {"region": "east"}),)


def test_managers_end_with_the_context_of_their_object() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "PeriodicCheckpoint(every=1),LockingTransactions(lease=10s)", {"x": 0})
        transaction = await stub.command("start_transaction")
        await stub.within(transaction).call("put", "x", 1)
        cluster.lose_context("map")
        await asyncio.sleep(3.0)
        await stub.call("put", "x", 5)
        await asyncio.sleep(20.0)
        assert await stub.call("get", "x") == 5

    run(scenario, 401, ALONE)


@pytest.mark.parametrize("movable", [True, False])
def test_a_kernel_that_stops_answers_for_nothing_that_has_come_back_elsewhere(movable: bool) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        if not movable:
            cluster.cut_off("a", ("b", "c"), seconds=300.0)
        # A question of a cache stays open for a while, and a server that stops gives it its time.
        watched = await cluster.create("watched", "ConsistentCaching(lease=8s)", {"x": 1})
        old = await cluster.create("map", "DurableSerializableRPC", {"x": 1}, client="old")
        assert await watched.call("get", "x") == await old.call("get", "x") == 1
        stopping = asyncio.ensure_future(cluster.kernels["a"].stop())
        while not movable and elapsed() < QUESTION:
            assert await watched.call("get", "x") == 1
            await asyncio.sleep(1.0)
        await until(lambda: cluster.node_of("map") not in ("", "a") or stopping.done())
        assert not stopping.done(), "or this shows nothing"
        await cluster.client("writer", "b").stub("map").call("put", "x", 2)
        assert await old.call("get", "x") == 2
        await stopping

    run(scenario, 402)


def test_a_kernel_that_stops_loses_no_object() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "", {"x": 1})
        await stub.call("put", "x", 2)
        await cluster.kernels["a"].stop()
        await asyncio.sleep(2 * DETECTION)
        assert await stub.call("get", "x") == 2

    run(scenario, 403)


def test_an_object_that_arrives_runs_nothing_before_its_move_is_committed() -> None:
    """A client that still has the way to the target calls while the object arrives there; then the move fails."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "", {"x": 1}, kernel="b")
        old = cluster.client("old", "b").stub("map")
        await old.call("get", "x")
        await cluster.move("map", "a")
        assert await stub.call("get", "x") == 1
        target = cluster.kernels["b"].half
        target.making_seconds = 0.2
        moving = asyncio.ensure_future(error_of(cluster.move("map", "b")))
        await until(lambda: cluster.id_of("map") in target.objects)
        assert target.objects[cluster.id_of("map")].phase is Phase.CREATING
        cluster.cut_off("b", ("a",), seconds=1.0, one_way=True, silent=False)
        writing = asyncio.ensure_future(error_of(old.call("put", "x", 5)))
        assert await moving is not None, "or this shows nothing"
        if await writing is None:
            assert await stub.call("get", "x") == 5

    run(scenario, 404)


class StubbornManager(InstanceManager[NoConfig]):
    """Raises when it ends."""

    async def on_call(self, call: Invocation, next: Next) -> Any:
        return await next(call)

    async def on_destroy(self) -> None:
        raise ValueError("this manager does not end")


class Stubborn(DeploymentManager):
    """Has a part that raises when it ends."""

    promise = "None."
    instance_manager = StubbornManager


class OnceBrokenCoordinator(Coordinator[NoConfig]):
    """Raises when it is first made."""

    async def on_create(self, arrival: Arrival) -> None:
        stored = await self.kernel.durable_get("tried")
        if not stored.version:
            await self.kernel.durable_put("tried", True)
            raise ValueError("not yet")


class OnceBroken(DeploymentManager):
    """Has a coordinator that cannot begin at first."""

    promise = "None."
    coordinator = OnceBrokenCoordinator


def test_a_move_comes_to_its_end_although_a_part_raises_when_it_ends() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", Chain([Stubborn()]), {"x": 1})
        assert await stub.call("get", "x") == 1
        await error_of(cluster.move("map", "b"))
        began = elapsed()
        assert await stub.call("add", "x", 1, budget=30.0) == 2
        assert elapsed() - began < 10.0
        assert cluster.id_of("map") not in cluster.kernels["a"].half.objects

    run(scenario, 405)


def test_a_coordinator_that_could_not_begin_is_made_again() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "", {"x": 1})
        await stub.call("get", "x")
        for _ in range(2):
            error = await error_of(cluster.attach("map", Chain([OnceBroken()])))
        assert error is None

    run(scenario, 406)


def test_the_copy_that_has_arrived_is_used_when_its_source_ends_before_the_commit() -> None:
    """The operator restarts the object, as the error's message says."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "", {"x": 1})
        await stub.call("put", "x", 5)
        moving = asyncio.ensure_future(error_of(cluster.move("map", "b")))
        await until(lambda: any(found.phase is Phase.HELD for found in cluster.kernels["b"].half.objects.values()), every=0.0001)
        cluster.crash("a")
        await asyncio.sleep(10 * DETECTION)
        assert isinstance(await moving, AminoError)
        await cluster.restart("map")
        assert await cluster.client("other", "b").stub("map").call("get", "x") == 5

    run(scenario, 407)


def test_a_kernel_that_stops_keeps_its_objects_until_it_starts_again() -> None:
    """The last kernel: nobody else can take its objects, and nothing saves some of them."""

    async def scenario(cluster: SimulatedCluster) -> None:
        chains = ("", "Retry", "DurableSerializableRPC", "ConsistentCaching(lease=8s)", "AtMostOnceRPC")
        stubs = {chain: await cluster.create(f"map {number}", chain, {"x": 1}) for number, chain in enumerate(chains)}
        for stub in stubs.values():
            await stub.call("put", "x", 2)
        await cluster.kernels["a"].stop()
        await until(lambda: cluster.record("map 0").status.state == common_pb2.OBJECT_STATE_LOST)
        await asyncio.sleep(2 * DETECTION)
        cluster.kernels["a"].start()
        await cluster.kernels["a"].returned()
        await asyncio.sleep(20.0)
        for stub in stubs.values():
            assert await stub.call("get", "x") == 2

    run(scenario, 405, ALONE)


@pytest.mark.parametrize("chain", ["", "Retry"])
def test_what_was_kept_is_old_once_the_object_has_gone_on(chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        kernel = cluster.kernels["a"]
        stub = await cluster.create("map", chain, {"x": 1})
        await stub.call("put", "x", 2)
        await kernel.stop()
        kept = list(kernel.disk.read())
        kernel.start()
        await kernel.returned()
        await stub.call("put", "x", 3)
        assert not list(kernel.disk.read())
        # A kernel that was killed before it had removed the file.
        await kernel.disk.keep(_all(kept))
        kernel.kill()
        await until(lambda: cluster.record("map").status.state == common_pb2.OBJECT_STATE_LOST)
        kernel.start()
        await kernel.returned()
        await asyncio.sleep(2.0)  # for so long another kernel may believe that it comes back
        assert isinstance(await error_of(stub.call("get", "x")), ObjectLost)
        await cluster.restart("map")
        assert await stub.call("get", "x") == 1

    run(scenario, 406, ALONE)


def test_an_object_that_is_about_to_come_back_is_not_made_anew() -> None:
    """Its kernel has started again and is slow to bring it back; a restart, and a caller who asks for it by its key, come in between."""

    async def scenario(cluster: SimulatedCluster) -> None:
        kernel = cluster.kernels["a"]
        await cluster.create("map", "", {"x": 1})
        await cluster.client("client").stub("map").call("put", "x", 2)
        await kernel.stop()
        kernel.start()
        await kernel.joined()
        kernel.half.making_seconds = 20.0
        await until(lambda: cluster.record("map").status.state == common_pb2.OBJECT_STATE_LOST)
        assert isinstance(await error_of(cluster.restart("map")), ObjectAwaitsKernel)
        await kernel.returned()
        assert await cluster.client("other").stub("map").call("get", "x") == 2

    run(scenario, 407, ALONE)


async def _all(states: Iterable[KeptState]) -> AsyncIterator[KeptState]:
    for state in states:
        yield state
