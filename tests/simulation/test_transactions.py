"""A transaction and the calls that other objects make for it, in simulated time (`docs/decisions/0027`)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest
from amino_testkit import Caller, SimulatedCluster

from tests.simulation.objects import Counter
from tests.support.simulated import run

SECONDS = 1.0
"""Simulated; the lease of a transaction is 30 s, and a call that waited for itself would wait for its end."""


async def soon(work: Awaitable[object]) -> object:
    async with asyncio.timeout(SECONDS):
        return await work


@pytest.mark.parametrize("manager", ["LockingTransactions", "OptimisticTransactions", "DurableTransactions"])
def test_nobody_waits_for_a_transaction_that_its_own_call_is_part_of(manager: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        ledger = await cluster.create("ledger", manager, kind=Counter, kernel="a")
        await cluster.create("shop", kind=Counter, kernel="b")
        front = await cluster.create("front", kind=Caller, kernel="c")
        for ending, counted in (("rollback", 0), ("commit", 2)):
            name = await ledger.command("start_transaction")
            inside = ledger.within(name)
            assert await soon(inside.call("incr")) == 1
            assert await soon(front.within(name).call("through", "shop", "incr_and_call", "ledger", "incr")) == 2
            await ledger.command(ending, name)
            assert await soon(ledger.call("get")) == counted

    run(scenario, 2701)


@pytest.mark.parametrize("manager", ["LockingTransactions", "OptimisticTransactions", "DurableTransactions"])
def test_the_object_may_be_called_back_from_its_own_call(manager: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        ledger = await cluster.create("ledger", manager, kind=Counter, kernel="a")
        await cluster.create("shop", kind=Counter, kernel="b")
        name = await ledger.command("start_transaction")
        assert await soon(ledger.within(name).call("incr_and_call", "shop", "incr_and_call", "ledger", "incr")) == 2
        await ledger.command("rollback", name)
        assert await soon(ledger.call("get")) == 0

    run(scenario, 2702)
