"""Savers keep what they promise while the OMS cannot store anything (C10 of the review; C9 is not so)."""

from __future__ import annotations

import asyncio

from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION

from tests.support.simulated import error_of, run


def test_a_committed_transaction_has_read_nothing_that_never_was() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "DurableTransactions", {"x": 1})
        cluster.oms.disk.full = True
        assert await error_of(stub.call("put", "x", 2)) is not None
        seen = None
        if await error_of(begun := asyncio.ensure_future(stub.command("start_transaction"))) is None:
            transaction = begun.result()
            read = await stub.within(transaction).call("get", "x")
            if await error_of(stub.command("commit", transaction)) is None:
                seen = read
        cluster.crash("a")
        cluster.oms.disk.full = False
        await asyncio.sleep(2 * DETECTION)
        found = await cluster.client("other", "b").stub("map").call("get", "x")
        assert seen in (None, found)

    run(scenario, 501)


def test_no_more_calls_are_undone_than_promised_while_nothing_can_be_saved() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "PeriodicCheckpoint(every=5)", {"x": 0})
        cluster.oms.disk.full = True
        answered = 0
        for _ in range(40):
            answered += await error_of(stub.call("add", "x", 1)) is None
        cluster.crash("a")
        cluster.oms.disk.full = False
        await asyncio.sleep(2 * DETECTION)
        assert await cluster.client("other", "b").stub("map").call("get", "x") >= answered - 5

    run(scenario, 502)
