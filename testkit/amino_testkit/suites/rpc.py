"""What a manager must keep that decides how often a call is sent and run (Sapphire Table 1, RPC)."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import pytest
from amino_wire.errors import GuestException

from amino_testkit.cluster.client import SimulatedClient, Stub
from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.network.faults import Faults
from amino_testkit.suites.scenario import FamilySuite
from amino_testkit.world.scheduler import error_of

LOSSES = Faults(drop_request=0.1, drop_reply=0.2, duplicate=0.3, delay=(0.001, 0.05))


class RpcSuite(FamilySuite):
    """For managers that send calls again, or make sure that they run once.

    Attributes:
        retries: whether a call that did not get through is tried again, so that in the end it is answered.
    """

    retries: ClassVar[bool] = False
    _most: ClassVar[float] = float("inf")

    @pytest.mark.parametrize("seed", range(4))
    def test_calls_run_as_often_as_promised(self, seed: int) -> None:
        """Requests and answers are lost, doubled and overtake one another."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain())
            cluster.use(LOSSES)
            clients = [stub, *(cluster.client(f"client {number}", "b").stub("map") for number in range(3))]
            answered = sum(await asyncio.gather(*(_add(client, 15) for client in clients)))
            cluster.calm()
            await asyncio.sleep(120.0)
            ran = await stub.call("get", "x")
            assert answered == 60 or not self.retries
            assert answered <= ran <= self._most

        self._run(scenario, seed)

    def test_an_exception_of_the_application_ends_a_call(self) -> None:
        """It is an answer, and not tried again."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain())
            assert isinstance(await error_of(stub.call("put_and_fail", "x", 1)), GuestException)
            assert [method for method, _ in cluster.executions("map")] == ["put_and_fail"]

        self._run(scenario)


class OnceSuite(RpcSuite):
    """For those that promise that a call runs at most once, however often it is sent."""

    _most = 60

    def test_a_request_that_is_sent_again_has_its_first_answer(self) -> None:
        """Whether the first answer arrived or not, at the same place, at another, or after a move."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain())
            assert await stub.call("add", "x", 1, request_id="mine") == 1
            for number in range(20):
                await stub.call("add", "x", 1, request_id=f"later {number}")
            await cluster.move("map", "b")
            assert await stub.call("add", "x", 1, request_id="mine") == 1
            assert await cluster.client("elsewhere", "c").stub("map").call("add", "x", 1, request_id="mine") == 1
            assert await stub.call("get", "x") == 21

        self._run(scenario)


async def _add(stub: Stub[SimulatedClient], times: int) -> int:
    """Adds one so many times; how many were answered."""
    return sum([await error_of(stub.call("add", "x", 1)) is None for _ in range(times)])
