"""The OMS brings objects back although its disk is full, fails, or its process ends meanwhile; kernels and records agree in the end."""

from __future__ import annotations

import asyncio

import pytest
from amino_kernel.instances.instance import Life
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_testkit.schedules.agreement import agreed
from amino_wire.errors import DeadlineExceeded, EpochStale, ObjectNotFound
from amino_wire.pb import common_pb2

from tests.simulation.objects import Counter
from tests.support.simulated import error_of, run, until

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


def test_an_object_that_has_arrived_is_not_lost_when_its_kernel_was_cut_off_before_it_heard_of_the_commit() -> None:
    """The record says that it was lost there; nobody else has it."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "", {"x": 1})
        await stub.call("put", "x", 5)
        moving = asyncio.ensure_future(cluster.move("map", "b"))
        moving.add_done_callback(lambda done: done.exception())
        await until(lambda: any(local.state.life is Life.PASSIVE for local in cluster.kernels["b"].parts.table), every=0.0001)
        cluster.cut_off("b", ("oms", "a"), seconds=1.5 * DETECTION, silent=False)
        await until(lambda: cluster.node_of("map") == "b")
        await until(lambda: cluster.record("map").status.state == common_pb2.OBJECT_STATE_LOST)
        await asyncio.sleep(20 * DETECTION)
        assert await cluster.client("other", "c").stub("map").call("get", "x") == 5
        await agreed(cluster, ("map",), 60.0)

    run(scenario, 315)


def test_a_caller_of_an_instance_that_is_taken_back_is_not_told_that_there_is_no_such_object() -> None:
    """The OMS has the object made elsewhere, as after an attempt whose answer was lost."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("counter", "", kind=Counter)
        running = asyncio.ensure_future(error_of(stub.call("incr_and_wait", 0.5)))
        await until(lambda: bool(cluster.executions("counter")))
        kernel = cluster.kernels["a"]
        destroying = asyncio.ensure_future(kernel.process.ask(lambda: kernel.parts.hosting.destroy(cluster.id_of("counter"), "0", 1)))
        await until(lambda: kernel.parts.table.get(cluster.id_of("counter")) is None)
        assert isinstance(await error_of(stub.call("get", budget=2.0)), DeadlineExceeded), "its record still places it there"
        assert await running is None
        await destroying

    run(scenario, 314)


@pytest.mark.parametrize("full", [False, True])
def test_all_replicas_are_replaced_that_were_lost_together(full: bool) -> None:
    """They were on one kernel, and their context was closed, while the disk of the OMS had room or not."""

    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.ready()
        for name in ("b", "c", "phone"):
            await cluster.kernels[name].stop()
        stub = await cluster.create("map", "LoadBalancedFrontEnd(replicas=3)", {"x": 1})
        assert [cluster.node_of("map", path) for path in "012"] == ["a", "a", "a"]
        cluster.oms.disk.full = full
        cluster.lose_context("map")
        await asyncio.sleep(DETECTION)
        cluster.oms.disk.full = False
        await asyncio.sleep(4 * DETECTION)
        await agreed(cluster, ("map",), 60.0)
        for _ in range(6):
            assert await stub.call("get", "x") == 1

    run(scenario, 313)


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


@pytest.mark.parametrize("seed", range(6))
def test_an_object_that_is_on_the_move_when_its_source_loses_it_may_save_where_it_arrives(seed: int) -> None:
    """Its coordinator hears of a failure and takes the right to save from it; the move is committed all the same."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", DURABLE, {"x": 1})
        await stub.call("put", "x", 5)
        moving = asyncio.ensure_future(cluster.move("map", "b"))
        moving.add_done_callback(lambda done: done.exception())
        await until(lambda: any(local.state.life is Life.PASSIVE for local in cluster.kernels["b"].parts.table), every=0.0001)
        cluster.oms.commit_seconds = (0.01, 0.3)
        cluster.lose_context("map")
        await asyncio.sleep(2 * DETECTION)
        assert await stub.call("add", "x", 1) == 6
        await agreed(cluster, ("map",), 60.0)

    run(scenario, seed)


def test_a_move_whose_object_is_lost_while_it_prepares_leaves_its_successor_alone() -> None:
    """The successor has the same id, on the same kernel. The move waits for a call that waits for the store."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("counter", DURABLE, kind=Counter)
        saving = asyncio.ensure_future(error_of(stub.call("incr_and_wait", 0.1)))
        await until(lambda: bool(cluster.executions("counter")))
        cluster.cut_off("a", seconds=0.2)
        await asyncio.sleep(0.3)
        assert not saving.done(), "what it saves was lost on the way"
        moving = asyncio.ensure_future(error_of(cluster.move("counter", "b")))
        await until(lambda: any(local.state.life is Life.LEAVING for local in cluster.kernels["a"].parts.table))
        cluster.lose_context("counter")
        await until(lambda: cluster.record("counter").status.epoch == 2)
        assert cluster.node_of("counter") == "a" and not moving.done()
        await asyncio.gather(saving, moving)
        await asyncio.sleep(2 * DETECTION)
        assert await error_of(stub.call("incr", budget=10.0)) is None

    run(scenario, 316)


def test_an_object_that_has_come_back_and_moves_on_before_it_has_saved_anything_may_save() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", DURABLE, {"x": 1})
        await stub.call("put", "x", 5)
        cluster.crash("a")
        await until(lambda: cluster.node_of("map") not in ("", "a"))
        await asyncio.sleep(1.0)
        for kernel in ("phone", "c", "b"):
            await cluster.move("map", kernel)
        assert await stub.call("add", "x", 1) == 6

    run(scenario, 317)


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


def test_messages_of_a_move_that_was_given_up_do_nothing_to_the_next_attempt() -> None:
    """A target that stood still gets the state and the word to drop it when the next attempt has long arrived."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "", {"x": 1}, kernel="a")
        source, target, instance = cluster.kernels["a"], cluster.kernels["b"], cluster.id_of("map")

        async def state() -> bytes:
            snapshot = await source.parts.table.get(instance).runtime.bridge.snapshot(instance, False)  # type: ignore[union-attr]
            return snapshot.state.data

        old = await source.process.ask(state)
        await stub.call("put", "x", 2)
        new = await source.process.ask(state)
        record = cluster.record("map")
        record.status.epoch += 1
        hosting = target.parts.hosting

        async def attempts() -> None:
            await hosting.receive(record, "0", old, b"", 1)
            await hosting.receive(record, "0", new, b"", 2)
            await hosting.drop_passive(instance, "0", 2, 1)
            assert isinstance(await error_of(hosting.receive(record, "0", old, b"", 1)), EpochStale)
            assert isinstance(await error_of(hosting.activate(instance, "0", 2, 1)), ObjectNotFound)
            assert target.parts.table.get(instance).state.life is Life.PASSIVE  # type: ignore[union-attr]
            await hosting.activate(instance, "0", 2, 2)
            await hosting.drop_passive(instance, "0", 2, 2)

        await target.process.ask(attempts)
        moved = await target.process.ask(
            lambda: target.parts.table.get(instance).runtime.bridge.snapshot(instance, False)  # type: ignore[union-attr]
        )
        assert moved.state.data == new

    run(scenario, 309)
