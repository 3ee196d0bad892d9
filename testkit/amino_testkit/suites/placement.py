"""What a manager must keep that says where an object may be, or moves it (Sapphire Table 1, mobility)."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import pytest
from amino_wire.errors import ChainInvalid

from amino_testkit.cluster.client import SimulatedClient, Stub
from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.suites.scenario import FamilySuite
from amino_testkit.world.scheduler import error_of


class PlacementSuite(FamilySuite):
    """For managers of the mobility family; the nodes are `a` and `b` in the region east, `c` in west, and `phone`, a device in east.

    Attributes:
        allowed: nodes where an object that was made on `a` may go, in the order they are tried.
        refused: nodes where it may not.
    """

    allowed: ClassVar[tuple[str, ...]] = ("b", "c", "a")
    refused: ClassVar[tuple[str, ...]] = ()

    def test_it_goes_where_it_may_and_takes_its_state_along(self) -> None:
        """Nothing is lost on the way, and other callers find it."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0})
            for count, node in enumerate(self.allowed, 1):
                await stub.call("add", "x", 1)
                await cluster.move("map", node)
                assert cluster.node_of("map") == node
                assert await stub.call("get", "x") == count
                assert await cluster.client("other", "b").stub("map").call("get", "x") == count

        self._run(scenario)

    def test_it_refuses_other_nodes_and_names_them(self) -> None:
        """The object stays where it is and goes on."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 1})
            for node in self.refused:
                error = await error_of(cluster.move("map", node))
                assert isinstance(error, ChainInvalid) and node in error.message
                assert cluster.node_of("map") == "a"
                assert await stub.call("get", "x") == 1

        self._run(scenario)

    @pytest.mark.parametrize("seed", range(3))
    def test_no_call_is_lost_and_none_runs_twice_while_it_moves(self, seed: int) -> None:
        """Three callers count while the object goes from node to node."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain())
            clients = [cluster.client(f"client {number}", "abc"[number]).stub("map") for number in range(3)]
            moving = asyncio.ensure_future(self._wander(cluster))
            await asyncio.gather(*(self._add(client, 60) for client in clients))
            await moving
            assert await stub.call("get", "x") == 180

        self._run(scenario, seed)

    async def _add(self, stub: Stub[SimulatedClient], times: int) -> None:
        for _ in range(times):
            await stub.call("add", "x", 1)

    async def _wander(self, cluster: SimulatedCluster) -> None:
        for turn in range(6 if self.allowed else 0):
            await asyncio.sleep(0.03)
            await cluster.move("map", self.allowed[turn % len(self.allowed)])
