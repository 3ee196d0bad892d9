"""The traps that the ancestor fell into: retries that apply twice, checkpoints that are not atomic, writes lost in a move."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from amino_testkit import Faults, SimulatedCluster
from amino_testkit.cluster.client import SimulatedClient, Stub
from amino_testkit.cluster.oms import DETECTION
from amino_testkit.suites.checkpoints import SLOW
from amino_wire.errors import (
    GuestException,
    KernelUnavailable,
    ObjectRecovering,
    Unavailable,
)

from tests.support.simulated import SEEDS, elapsed, error_of, run

# Retries that get a new sequence number and apply twice


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "chain",
    [
        "AtMostOnceRPC,Retry(timeout=1m)",
        "Retry(timeout=1m),AtMostOnceRPC",
        "AtMostOnceRPC,Retry(timeout=1m),DurableSerializableRPC",
        "AtMostOnceRPC,Retry(timeout=1m),LockingTransactions",
        "AtMostOnceRPC,Retry(timeout=1m),LeaseCaching(lease=100ms)",
    ],
)
def test_retries_apply_once(chain: str, seed: int) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", chain)
        cluster.use(Faults(drop_request=0.1, drop_reply=0.2, duplicate=0.3, delay=(0.001, 0.05)))
        clients = [stub, *(cluster.client(f"client {number}", "b").stub("map") for number in range(3))]
        await asyncio.gather(*(add(client, 15) for client in clients))
        cluster.calm()
        await asyncio.sleep(5.0)
        assert await stub.call("get", "x") == 60

    async def add(stub: Stub[SimulatedClient], times: int) -> None:
        for _ in range(times):
            await stub.call("add", "x", 1)

    run(scenario, seed)


def test_without_deduplication_the_same_load_does_apply_twice() -> None:
    async def scenario(cluster: SimulatedCluster) -> int:
        stub = await cluster.create("map", "Retry(timeout=1m)")
        cluster.use(Faults(drop_reply=0.3))
        for _ in range(30):
            await stub.call("add", "x", 1)
        cluster.calm()
        return int(await stub.call("get", "x"))

    assert run(scenario, 1) > 30, "or the tests above show nothing"


def test_a_retry_of_an_application_error_does_not_happen() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "Retry")
        assert isinstance(await error_of(stub.call("put_and_fail", "x", 1)), GuestException)
        assert [method for method, _ in cluster.executions("map")] == ["put_and_fail"]

    run(scenario, 9)


def test_a_retry_ends_with_the_deadline_and_backs_off() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "Retry(timeout=1h,first=10ms,longest=1s)")
        cluster.network.cut("client", "a")
        began, before = elapsed(), cluster.network.sent["client", "a"]
        assert isinstance(await error_of(stub.call("put", "x", 1, budget=20.0)), KernelUnavailable)
        assert elapsed() - began < 21.0
        assert 15 < cluster.network.sent["client", "a"] - before < 100

    run(scenario, 10)


def test_an_attempt_that_comes_after_the_answer_does_not_run() -> None:
    """A duplicate that was under way for long finds that its caller has the answer."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "AtMostOnceRPC")
        cluster.use(Faults(duplicate=1.0, late=20.0))
        for _ in range(20):
            await stub.call("add", "x", 1)
            await asyncio.sleep(0.5)
        cluster.calm()
        await asyncio.sleep(60.0)
        assert await stub.call("get", "x") == 20

    run(scenario, 11)


def test_deduplication_survives_a_move_and_a_recovery() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "AtMostOnceRPC,DurableSerializableRPC")

        async def send() -> Any:
            return await stub.call("add", "x", 1, request_id="one")

        await stub.call("get", "x")
        cluster.network.cut("a", "client", one_way=True)
        assert isinstance(await error_of(send()), Unavailable)
        for place, before in (("b", "a"), ("c", "b")):
            cluster.network.mend()
            await cluster.move("map", place)
            await stub.call("get", "x")
            cluster.network.cut(place, "client", one_way=True)
            assert isinstance(await error_of(send()), Unavailable), before
        cluster.network.mend()
        assert [method for method, _ in cluster.executions("map")].count("add") == 0, "it ran once, on the first kernel"
        cluster.crash("c")
        await asyncio.sleep(DETECTION + 1.0)
        assert await send() == 1
        assert await stub.call("get", "x") == 1

    run(scenario, 12)


# Checkpoints of all objects in one place, not atomic


def test_checkpoints_of_two_objects_are_apart() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        one = await cluster.create("one", "ExplicitCheckpoint", {"x": "of one"})
        two = await cluster.create("two", "ExplicitCheckpoint", {"x": "of two"})
        await asyncio.gather(one.command("checkpoint"), two.command("checkpoint"))
        await one.call("put", "x", "later")
        await two.command("checkpoint")
        await one.command("revert")
        assert await one.call("get", "x") == "of one"
        assert await two.call("get", "x") == "of two"

    run(scenario, 13)


@pytest.mark.parametrize("step", range(1, 40))
def test_a_kernel_may_end_at_any_step_of_a_durable_call(step: int) -> None:
    """Answered writes are there, other writes are there whole or not at all."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "DurableSerializableRPC", {"x": 0, "y": 0})
        cluster.use(Faults(crash_at=step, crash_node="a"))
        answered = 0
        for value in range(1, 6):
            if await error_of(stub.call("put", "x", value)) is None:
                answered = value
        cluster.calm()
        if step <= 20:
            assert not cluster.kernels["a"].alive
        await asyncio.sleep(10.0)
        found = await cluster.client("other", "b").stub("map").call("get", "x")
        assert answered <= found <= answered + 1

    run(scenario, step)


def test_a_copy_that_was_replaced_can_save_nothing_more() -> None:
    """The dead kernel's clock was much too slow: it goes on, and must not overwrite the checkpoint of the copy that took over."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "DurableSerializableRPC", {"x": 0})
        await stub.call("put", "x", 1)
        cluster.kernels["a"].clock.run_at(SLOW)
        await asyncio.sleep(DETECTION + 1.0)
        assert cluster.node_of("map") != "a"
        other = cluster.client("other", "b").stub("map")
        assert await other.call("get", "x") == 1
        assert isinstance(await error_of(stub.call("put", "x", "lost")), ObjectRecovering)
        await asyncio.sleep(1.0)
        assert await stub.call("get", "x") == 1, "the copy has ended, and its callers are sent to the one that took over"
        await other.call("put", "x", 2)
        cluster.crash(cluster.node_of("map"))
        await asyncio.sleep(DETECTION + 1.0)
        assert await cluster.client("third", "c").stub("map").call("get", "x") == 2

    run(scenario, 14)


def test_a_periodic_checkpoint_is_at_most_so_many_calls_old() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "PeriodicCheckpoint(every=4)")
        for _ in range(11):
            await stub.call("add", "x", 1)
        cluster.crash("a")
        await asyncio.sleep(DETECTION + 1.0)
        assert await cluster.client("other", "b").stub("map").call("get", "x") == 8

    run(scenario, 15)


# Writes lost between copy and switch of a migration


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("chain", ["ExplicitMigration", "AtMostOnceRPC", "LockingTransactions", "ConsistentCaching(lease=1s)"])
def test_no_write_is_lost_and_none_doubled_while_the_object_moves(chain: str, seed: int) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", chain)
        clients = [cluster.client(f"client {number}", "abc"[number]).stub("map") for number in range(3)]
        moving = asyncio.ensure_future(move(cluster))
        await asyncio.gather(*(add(client) for client in clients))
        await moving
        assert await stub.call("get", "x") == 300

    async def add(stub: Stub[SimulatedClient]) -> None:
        for _ in range(100):
            await stub.call("add", "x", 1)

    async def move(cluster: SimulatedCluster) -> None:
        for turn in range(10):
            await asyncio.sleep(0.03)
            await cluster.move("map", "bca"[turn % 3])

    run(scenario, seed)


def test_a_move_does_not_wait_for_who_waits_for_the_other_side() -> None:
    """A transaction is open, others wait for its lock, and the object moves: the transaction goes on at the new place."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "LockingTransactions(lease=60s)", {"x": 0})
        name = await stub.command("start_transaction")
        await stub.within(name).call("put", "x", 1)
        waiting = [asyncio.ensure_future(cluster.client(f"other {number}", "b").stub("map").call("add", "x", 1)) for number in range(3)]
        starting = asyncio.ensure_future(cluster.client("another", "c").stub("map").command("start_transaction"))
        await asyncio.sleep(0.5)
        began = elapsed()
        await cluster.move("map", "c")
        assert elapsed() - began < 1.0
        assert await stub.within(name).call("get", "x") == 1
        await stub.command("rollback", name)
        await asyncio.sleep(1.0)
        another = await asyncio.wait_for(starting, 70)
        await cluster.client("another").stub("map").command("rollback", another)
        assert max(await asyncio.gather(*waiting)) == 3

    run(scenario, 16)
