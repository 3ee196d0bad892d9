"""A call runs once at most where nobody has asked for more (C1 of the review)."""

from __future__ import annotations

import asyncio

from amino_testkit import Caller, SimulatedCluster
from amino_testkit.cluster.oms import LEASE, MARGIN
from amino_wire.errors import AminoError

from tests.simulation.objects import Counter
from tests.support.simulated import error_of, run


def test_a_call_whose_nested_call_fails_runs_once() -> None:
    """The first object calls the second, which counts and calls the third, whose kernel is dead."""

    async def scenario(cluster: SimulatedCluster) -> None:
        first = await cluster.create("first", kind=Caller, kernel="a")
        second = await cluster.create("second", kind=Counter, kernel="b")
        await cluster.create("third", kind=Counter, kernel="c")
        cluster.crash("c")
        for _ in range(3):
            assert isinstance(await error_of(first.call("through", "second", "incr_and_call", "third", "get")), AminoError)
        assert await second.call("get") == 3

    run(scenario, 101)


def test_a_call_that_ran_while_the_lease_ended_runs_once() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("counter", kind=Counter)
        await stub.call("get")
        cluster.cut_off("a", seconds=LEASE + 0.7 * MARGIN, silent=False)
        await asyncio.sleep(0.6 * LEASE)
        await error_of(stub.call("incr_and_wait", 0.5 * LEASE))
        await asyncio.sleep(10 * LEASE)
        assert await stub.call("get") == 1

    run(scenario, 102)


def test_at_most_once_holds_when_the_call_itself_raised_unavailable() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        counter = await cluster.create("counter", "AtMostOnceRPC,Retry(timeout=5s)", kind=Counter, kernel="a")
        await cluster.create("other", kind=Counter, kernel="c")
        cluster.crash("c")
        assert isinstance(await error_of(counter.call("incr_and_call", "other", "get")), AminoError)
        assert await counter.call("get") == 1

    run(scenario, 103)
