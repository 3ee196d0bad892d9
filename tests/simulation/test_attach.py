"""A chain that is exchanged while an object lives loses nothing, and is in force when Attach has returned (C2, C3, C13 of the review)."""

from __future__ import annotations

import asyncio

from amino_dms.runtime import InstanceChain
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_wire.errors import AminoError

from tests.simulation.objects import Counter
from tests.support.simulated import error_of, run, until

DURABLE = "DurableSerializableRPC"


async def kept(cluster: SimulatedCluster) -> object:
    """What the object has after the end of its kernel."""
    cluster.crash(cluster.node_of("map"))
    await asyncio.sleep(2 * DETECTION)
    return await cluster.client("survivor", "b").stub("map").call("get", "x")


def test_the_chain_that_is_there_may_be_attached_again() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", DURABLE, {"x": 0})
        await stub.call("put", "x", 5)
        await cluster.attach("map", DURABLE)
        assert await stub.call("add", "x", 5) == 10
        assert await kept(cluster) == 10

    run(scenario, 201)


def test_a_kernel_may_end_while_the_chain_is_exchanged() -> None:
    """The old checkpoint is there until there is a new one."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", DURABLE, {"x": 0})
        await stub.call("put", "x", 5)
        attaching = asyncio.ensure_future(error_of(cluster.attach("map", f"{DURABLE},LeaseCaching")))
        await until(lambda: len(cluster.record("map").spec.deployment_managers) == 2)
        assert await kept(cluster) == 5
        await attaching

    run(scenario, 202)


def test_the_oms_may_end_while_the_chain_is_exchanged() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", DURABLE, {"x": 0})
        await stub.call("put", "x", 5)
        attaching = asyncio.ensure_future(error_of(cluster.attach("map", f"{DURABLE},LeaseCaching")))
        values = f"/durable/{cluster.id_of('map')}/"
        await until(lambda: cluster.oms.disk.count(values) < 2 or attaching.done(), every=0.00005)
        cluster.oms.kill()
        cluster.scheduler.after(0.5, cluster.oms.start)
        await attaching
        await asyncio.sleep(2 * DETECTION)
        await stub.call("put", "x", 6)
        assert await kept(cluster) == 6

    run(scenario, 203)


def test_a_chain_is_in_force_although_the_kernel_could_not_be_told_at_once() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "", {"x": 0})
        await stub.call("put", "x", 1)
        attaching = asyncio.ensure_future(cluster.attach("map", DURABLE))
        await until(lambda: len(cluster.record("map").spec.deployment_managers) == 1)
        cluster.cut_off("oms", ["a"], seconds=0.3, one_way=True, silent=False)
        await attaching
        await asyncio.sleep(2 * DETECTION)
        await stub.call("put", "x", 5)
        assert await kept(cluster) == 5

    run(scenario, 204)


def test_a_chain_is_in_force_although_its_coordinators_could_not_begin_at_once() -> None:
    """The answer is an error, but the chain is in the record."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "", {"x": 0})
        await stub.call("put", "x", 1)
        attaching = asyncio.ensure_future(error_of(cluster.attach("map", DURABLE)))
        await until(lambda: len(cluster.record("map").spec.deployment_managers) == 1)
        cluster.oms.disk.full = True
        assert isinstance(await attaching, AminoError)
        cluster.oms.disk.full = False
        await asyncio.sleep(2 * DETECTION)
        await stub.call("put", "x", 5)
        assert await kept(cluster) == 5

    run(scenario, 205)


def test_an_exchange_that_fails_lets_calls_go_on() -> None:
    """The manager that leaves cannot save; calls must not wait for ever."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "LeaseCaching(lease=1s),LockingTransactions", {"x": 0})

        async def spoil(chain: InstanceChain) -> None:
            async def failing(*_: object) -> None:
                raise AminoError("this manager cannot save")

            chain.save = failing  # type: ignore[method-assign, assignment]

        await cluster.kernels["a"].managers(cluster.id_of("map")).run(spoil)
        await error_of(cluster.attach("map", "LockingTransactions"))
        await asyncio.sleep(DETECTION)
        assert await error_of(stub.call("put", "x", 5, budget=10.0)) is None

    run(scenario, 206)


def test_an_object_that_has_come_back_may_get_another_chain_before_it_has_saved_anything() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", DURABLE, {"x": 0})
        await stub.call("put", "x", 5)
        cluster.crash("a")
        await until(lambda: cluster.node_of("map") not in ("", "a"))
        await cluster.attach("map", f"{DURABLE},LeaseCaching")
        assert await stub.call("add", "x", 1) == 6

    run(scenario, 208)


def test_who_freezes_a_chain_waits_until_it_is_drained_although_another_one_froze_it_first() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("counter", "AtMostOnceRPC", kind=Counter)
        managers = cluster.kernels["a"].managers(cluster.id_of("counter"))
        calling = asyncio.ensure_future(stub.call("incr_and_wait", 1.0))
        await until(lambda: bool(cluster.executions("counter")))
        freezing = [asyncio.ensure_future(managers.run(lambda chain: chain.freeze())) for _ in range(2)]
        await asyncio.wait(freezing, return_when=asyncio.FIRST_COMPLETED)
        assert not cluster.kernels["a"].half.objects[cluster.id_of("counter")].inside, "the call was still inside"
        await asyncio.gather(*freezing)
        assert await calling == 1

    run(scenario, 207)
