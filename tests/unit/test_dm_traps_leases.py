"""The traps that the ancestor fell into: leases between clocks, writes outside a transaction."""

from __future__ import annotations

import asyncio

import pytest
from amino_dms.api import NOT_ANSWERED
from amino_dms.testkit import SimulatedClock, SimulatedCluster
from amino_wire.errors import (
    GuestException,
    KernelUnavailable,
    TransactionConflict,
    TransactionInvalid,
)

from tests.support.simulated import elapsed, error_of, run

# Lease times compared between two machines' clocks


@pytest.mark.parametrize("offset", [-1e7, -5.0, 0.0, 5.0, 1e7])
@pytest.mark.parametrize("caching", ["LeaseCaching(lease=10s)", "ConsistentCaching(lease=10s)"])
def test_leases_work_whatever_the_clocks_say(caching: str, offset: float) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", caching, {"x": 1}, client="reader")
        reader.client._clock = SimulatedClock(cluster.kernels["a"].clock.now() + offset)  # type: ignore[attr-defined]
        writer = cluster.client("writer", "b").stub("map")
        assert await reader.call("get", "x") == 1
        await asyncio.sleep(0.1)
        await reader.call("get", "x")
        before = reader.client.answered_here
        assert await reader.call("get", "x") == 1
        assert reader.client.answered_here == before + 1, "the lease must be of use, wherever the reader's clock stands"
        for value in (2, 3, 4):
            began = elapsed()
            await writer.call("put", "x", value)
            assert elapsed() - began < 10.5, "a write waits for one lease at most"
            assert await reader.call("get", "x") == value
            await asyncio.sleep(1.0)
            assert await reader.call("get", "x") == value

    run(scenario, 1)


@pytest.mark.parametrize("caching", ["LeaseCaching(lease=2s)", "ConsistentCaching(lease=2s)"])
def test_a_write_waits_for_a_caller_that_is_cut_off(caching: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", caching, {"x": 1}, client="reader")
        writer = cluster.client("writer", "b").stub("map")
        await writer.call("put", "x", 2)
        for _ in range(3):
            assert await reader.call("get", "x") == 2
            await asyncio.sleep(0.05)
        assert reader.client.answered_here > 0
        cluster.network.cut.add(frozenset(("reader", "a")))
        writing = asyncio.ensure_future(writer.call("put", "x", 3))
        await asyncio.sleep(0.5)
        assert await reader.call("get", "x") == 2
        assert not writing.done(), "the reader may still answer from its cache"
        await writing
        error = await error_of(reader.call("get", "x"))
        assert isinstance(error, KernelUnavailable), "a caller that is cut off may not answer from its cache any more"

    run(scenario, 2)


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


def test_a_lease_survives_a_move() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", "LeaseCaching(lease=5s)", {"x": 1}, client="reader")
        assert await reader.call("get", "x") == 1
        await cluster.oms.move("map", 0, "c")
        began = elapsed()
        await cluster.client("writer", "b").stub("map").call("put", "x", 2)
        assert elapsed() - began > 3.0, "the new place must honour the lease of the old one"
        assert await reader.call("get", "x") == 2

    run(scenario, 4)


@pytest.mark.parametrize("caching", ["LeaseCaching(lease=5s)", "ConsistentCaching(lease=5s)"])
def test_a_cache_leaves_a_chain_when_no_caller_may_answer_by_itself_any_more(caching: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", caching, {"x": 1}, client="reader")
        assert await reader.call("get", "x") == 1
        await asyncio.sleep(1.0)
        assert await reader.call("get", "x") == 1
        proxies = await reader.client.chain("map")
        assert proxies.answer_now is not None
        assert proxies.answer_now("get", ("x",), {}) == 1
        managers = cluster.kernels["a"].hosted("map", 0).chain
        await managers.freeze()
        await managers.detach(())
        assert proxies.answer_now("get", ("x",), {}) is NOT_ANSWERED

    run(scenario, 5)


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


def test_a_rollback_undoes_everything_and_nothing_else() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "LockingTransactions", {"x": 0})
        await stub.call("put", "y", "kept")
        name = await stub.command("start_transaction")
        await stub.within(name).call("put", "x", 1)
        assert isinstance(await error_of(stub.within(name).call("put_and_fail", "x", 2)), GuestException)
        await stub.command("rollback", name)
        assert await stub.call("get", "x") == 0
        assert await stub.call("get", "y") == "kept"
        assert isinstance(await error_of(stub.within(name).call("put", "x", 3)), TransactionInvalid)
        assert isinstance(await error_of(stub.command("commit", name)), TransactionInvalid)

    run(scenario, 6)


def test_a_transaction_whose_client_died_ends_by_itself() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "LockingTransactions(lease=3s)", {"x": 0})
        name = await stub.command("start_transaction")
        await stub.within(name).call("put", "x", 1)
        began = elapsed()
        assert await cluster.client("other", "b").stub("map").call("get", "x") == 0
        assert elapsed() - began < 4.0

    run(scenario, 7)


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
