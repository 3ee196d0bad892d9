"""The traps that the ancestor fell into: leases between clocks, writes outside a transaction."""

from __future__ import annotations

import asyncio

import pytest
from amino_testkit import SimulatedCluster
from amino_wire.errors import DeadlineExceeded, TransactionConflict

from tests.support.simulated import elapsed, error_of, run

# Leases that outlive a kernel, or a place (clocks: the TestKit's caching suite)


def test_a_write_waits_for_callers_that_a_dead_kernel_gave_leases() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", "Retry,DurableSerializableRPC,LeaseCaching(lease=8s)", {"x": 1}, client="reader")
        await asyncio.sleep(1.0)
        assert await reader.call("get", "x") == 1
        cluster.crash("a")
        await asyncio.sleep(2.0)
        writer = cluster.client("writer", "b").stub("map")
        writing = asyncio.ensure_future(writer.call("put", "x", 2))
        await asyncio.sleep(1.0)
        assert await reader.call("get", "x") == 1, "the reader's lease still lasts"
        assert not writing.done()
        await writing
        assert await cluster.client("third", "c").stub("map").call("get", "x") == 2
        assert await reader.call("get", "x") == 2

    run(scenario, 3)


@pytest.mark.parametrize("caching", ["LeaseCaching(lease=8s)", "ConsistentCaching(lease=8s)"])
def test_a_write_waits_for_callers_that_cannot_be_reached(caching: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", caching, {"x": 0}, client="reader")
        writer = cluster.client("writer", "b").stub("map")
        await writer.call("put", "x", 1)  # now it is known that this member writes, and the call waits before it runs
        assert await reader.call("get", "x") == 1
        await asyncio.sleep(0.1)
        assert await reader.call("get", "x") == 1
        cluster.cut_off("a", ("reader",), seconds=30.0)
        writing = asyncio.ensure_future(writer.call("put", "x", 2))
        ran = len(cluster.executions("map"))
        await asyncio.sleep(1.0)
        assert await reader.call("get", "x", budget=1.0) == 1, "the reader's lease still lasts"
        assert len(cluster.executions("map")) == ran, "the write waits, and the read was answered from the cache"
        assert not writing.done()
        await writing
        assert await error_of(reader.call("get", "x", budget=1.0)) is not None

    run(scenario, 9)


def test_a_lease_survives_a_move() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", "LeaseCaching(lease=5s)", {"x": 1}, client="reader")
        assert await reader.call("get", "x") == 1
        await cluster.move("map", "c")
        began = elapsed()
        await cluster.client("writer", "b").stub("map").call("put", "x", 2)
        assert elapsed() - began > 3.0, "the new place must honour the lease of the old one"
        assert await reader.call("get", "x") == 2

    run(scenario, 4)


@pytest.mark.parametrize("caching", ["LeaseCaching(lease=20s)", "ConsistentCaching(lease=20s)"])
def test_a_write_that_was_found_by_comparing_waits_for_leases_although_its_caller_has_given_up(caching: str) -> None:
    """It has run by then: a caller that sees it must not be ahead of a caller that answers from its cache."""

    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", caching, {"x": 1}, client="reader")
        for _ in range(3):
            assert await reader.call("get", "x") == 1
            await asyncio.sleep(0.1)
        cluster.network.cut("reader", "a")
        assert isinstance(await error_of(cluster.client("writer", "b").stub("map").call("put", "x", 2, budget=2.0)), DeadlineExceeded)
        assert await reader.call("get", "x") == 1, "the reader's lease still lasts"
        third = cluster.client("third", "c").stub("map")
        assert isinstance(await error_of(third.call("get", "x", budget=2.0)), DeadlineExceeded)
        await asyncio.sleep(20.0)
        assert await third.call("get", "x") == 2

    run(scenario, 6)


# Writes outside a transaction that bypass the lock


def test_a_write_outside_waits_for_the_transaction() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        inside = await cluster.create("map", "LockingTransactions(lease=60s)", {"x": 0})
        name = await inside.command("start_transaction")
        await inside.within(name).call("put", "x", 1)
        outside = cluster.client("outside", "b").stub("map")
        writing = asyncio.ensure_future(outside.call("add", "x", 10))
        reading = asyncio.ensure_future(cluster.client("third", "c").stub("map").call("get", "x"))
        await asyncio.sleep(5.0)
        assert not writing.done() and not reading.done()
        assert await inside.within(name).call("add", "x", 1) == 2
        await inside.command("commit", name)
        assert await writing == 12
        assert await reading in (2, 12)

    run(scenario, 5)


def test_optimistic_transactions_abort_on_conflict_only() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        one = await cluster.create("map", "OptimisticTransactions", {"x": 0, "y": 0})
        two = cluster.client("two", "b").stub("map")
        first, second, reader = [await one.command("start_transaction") for _ in range(3)]
        await one.within(first).call("put", "x", 1)
        await two.within(second).call("put", "y", 1)
        assert await two.within(reader).call("get", "x") == 0
        assert await two.call("get", "x") == 0, "nobody sees what is not committed"
        await one.command("commit", first)
        assert isinstance(await error_of(two.command("commit", second)), TransactionConflict)
        await two.command("commit", reader)
        assert await two.call("get", "x") == 1
        assert await two.call("get", "y") == 0

    run(scenario, 8)
