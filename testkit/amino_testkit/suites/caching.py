"""What a manager must keep that caches results on the caller's side (Sapphire Table 1, caching)."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import pytest
from amino_dms.api import NOT_ANSWERED
from amino_wire.errors import KernelUnavailable

from amino_testkit.cluster.client import SimulatedClient, Stub
from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.suites.scenario import FamilySuite
from amino_testkit.world.clock import MachineClock
from amino_testkit.world.scheduler import elapsed, error_of


class CachingSuite(FamilySuite):
    """For managers with the trait CACHES.

    class TestMyCaching(CachingSuite):
        manager = "MyCaching"
    """

    async def _warm(self, stub: Stub[SimulatedClient]) -> None:
        """Reads until the caller answers by itself."""
        for _ in range(3):
            await stub.call("get", "x")
            await asyncio.sleep(0.05)

    def test_reads_are_answered_on_the_callers_side(self) -> None:
        """Once known, a result costs no message, and the object runs nothing."""

        async def scenario(cluster: SimulatedCluster) -> None:
            reader = await cluster.create("map", self._chain(), {"x": 1}, client="reader")
            await self._warm(reader)
            executed, steps = len(cluster.executions("map")), cluster.network.steps
            for _ in range(10):
                assert await reader.call("get", "x") == 1
            assert (len(cluster.executions("map")), cluster.network.steps) == (executed, steps)

        self._run(scenario)

    def test_results_go_when_memory_is_short(self) -> None:
        """The next read is the object's, and what it gives is kept again."""

        async def scenario(cluster: SimulatedCluster) -> None:
            reader = await cluster.create("map", self._chain(), {"x": 1}, client="reader")
            await self._warm(reader)
            executed = len(cluster.executions("map"))
            await cluster.client("reader").low_memory(1000)
            assert await reader.call("get", "x") == 1
            assert len(cluster.executions("map")) == executed + 1
            assert await reader.call("get", "x") == 1
            assert len(cluster.executions("map")) == executed + 1

        self._run(scenario)

    def test_a_caller_reads_its_own_writes(self) -> None:
        """Also those of a call that raised after its change."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0})
            for value in range(1, 6):
                await stub.call("put", "x", value)
                assert await stub.call("get", "x") == value
            await error_of(stub.call("put_and_fail", "x", "changed"))
            assert await stub.call("get", "x") == "changed"

        self._run(scenario)

    def test_a_result_is_the_callers_own(self) -> None:
        """Whatever a caller does to a result, the next one gets it as it was."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": [1, {"two": 2}]})
            await self._warm(stub)
            first = await stub.call("get", "x")
            first[1]["two"] = "changed by the caller"
            assert await stub.call("get", "x") == [1, {"two": 2}]

        self._run(scenario)

    def test_members_are_found_to_read_by_comparing_states(self) -> None:
        """A member that nobody declared is cached too, after it changed nothing several times."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 1})
            for _ in range(12):
                assert await stub.call("peek", "x") == 1
                await asyncio.sleep(0.5)
            executed = len(cluster.executions("map"))
            for _ in range(10):
                assert await stub.call("peek", "x") == 1
            assert len(cluster.executions("map")) == executed

        self._run(scenario)


class CoherentCachingSuite(CachingSuite):
    """For those that promise besides that nobody reads a stale value.

    Attributes:
        lease: seconds that a write waits at most for callers that cannot be reached.
    """

    lease: ClassVar[float] = 2.0

    @pytest.mark.parametrize("offset", [-1e7, -5.0, 5.0, 1e7])
    def test_nobody_reads_a_stale_value_whatever_the_clocks_say(self, offset: float) -> None:
        """The times of two machines are never compared; a write waits for one lease at most."""

        async def scenario(cluster: SimulatedCluster) -> None:
            cluster.client("reader", clock=MachineClock(cluster.scheduler, cluster.kernels["a"].clock.now() + offset))
            reader = await cluster.create("map", self._chain(), {"x": 1}, client="reader")
            writer = cluster.client("writer", "b").stub("map")
            await self._warm(reader)
            assert reader.client.answered_here > 0, "a cache must be of use, wherever the reader's clock stands"
            for value in (2, 3, 4):
                began = elapsed()
                await writer.call("put", "x", value)
                assert elapsed() - began < self.lease + 0.5
                assert await reader.call("get", "x") == value
                await asyncio.sleep(self.lease / 10)
                assert await reader.call("get", "x") == value

        self._run(scenario)

    def test_a_write_waits_for_a_caller_that_is_cut_off(self) -> None:
        """Until that caller has lost its right, and no longer."""

        async def scenario(cluster: SimulatedCluster) -> None:
            reader = await cluster.create("map", self._chain(), {"x": 2}, client="reader")
            await self._warm(reader)
            cluster.network.cut("reader", "a")
            writing = asyncio.ensure_future(cluster.client("writer", "b").stub("map").call("put", "x", 3))
            await asyncio.sleep(self.lease / 4)
            assert await reader.call("get", "x") == 2
            assert not writing.done(), "the reader may still answer from its cache"
            await writing
            assert isinstance(await error_of(reader.call("get", "x")), KernelUnavailable), "it may not any more"

        self._run(scenario)

    def test_rights_to_old_results_survive_a_move(self) -> None:
        """The new place waits for what the old one has granted."""

        async def scenario(cluster: SimulatedCluster) -> None:
            reader = await cluster.create("map", self._chain(), {"x": 1}, client="reader")
            await self._warm(reader)
            await cluster.move("map", "c")
            writing = asyncio.ensure_future(cluster.client("writer", "b").stub("map").call("put", "x", 2))
            while not writing.done():
                seen = await reader.call("get", "x")
                assert seen == 1 or writing.done() or seen == 2
                await asyncio.sleep(0.01)
            assert await reader.call("get", "x") == 2

        self._run(scenario)

    def test_it_leaves_a_chain_when_no_caller_may_answer_by_itself(self) -> None:
        """Callers may not have heard yet; nobody will tell them of writes."""

        async def scenario(cluster: SimulatedCluster) -> None:
            reader = await cluster.create("map", self._chain(), {"x": 1}, client="reader")
            await self._warm(reader)
            proxies = await reader.client.chain("map")
            assert proxies.answer_now is not None
            assert proxies.answer_now("get", ("x",), {}) == 1
            await cluster.attach("map", "")
            assert proxies.answer_now("get", ("x",), {}) is NOT_ANSWERED

        self._run(scenario)
