"""Objects move away before a kernel stops: as many as can, within the time, and the others are named."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from amino_dms.api import Clock
from amino_kernel.instances.drain import AT_ONCE, drain
from amino_kernel.instances.instance import ChainFacts, Instance, Life
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.local_instance import LocalInstance
from amino_kernel.service.operator_requests import OperatorRequests
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_wire.errors import ArgumentInvalid, NoKernelMatches
from amino_wire.pb import client_pb2, common_pb2
from structlog.testing import capture_logs

from tests.support.simulated import elapsed, run


class Found:
    """As much of an instance as a drain looks at."""

    def __init__(self, name: str, life: Life = Life.ACTIVE) -> None:
        self.name, self.state = name, Instance(ChainFacts(1), ChainFacts(1), life=life)


def table_of(*found: Found) -> InstanceTable:
    return cast("InstanceTable", found)


class EndlessClock:
    """A clock on which nothing is ever due."""

    def now(self) -> float:
        return 0.0

    async def sleep(self, _seconds: float) -> None:
        await asyncio.Event().wait()


async def test_several_move_at_a_time_and_those_that_stay_are_named() -> None:
    moving, most = 0, 0

    async def move(local: LocalInstance) -> None:
        nonlocal moving, most
        moving, most = moving + 1, max(most, moving + 1)
        await asyncio.sleep(0)
        moving -= 1
        if local.name == "pinned":
            raise NoKernelMatches("no kernel may have it")

    found = [Found(f"o{number}") for number in range(50)]
    arriving = Found("arriving", Life.PASSIVE)
    clock: Any = EndlessClock()
    with capture_logs() as logs:
        moved = await drain(table_of(*found, Found("pinned"), arriving), move, cast("Clock", clock), 20.0)
    assert (moved.moved, dict(moved.stays), most) == (50, {"pinned": "no kernel may have it"}, AT_ONCE)
    assert [line["reasons"] for line in logs] == [{"pinned": "no kernel may have it"}]


def test_a_kernel_that_cannot_empty_itself_in_time_stops_all_the_same() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "DurableSerializableRPC", {"x": 1})
        assert await stub.call("get", "x") == 1
        # The kernels that could take it cannot be reached from here.
        cluster.cut_off("a", ("b", "c"), seconds=300.0)
        began = elapsed()
        await cluster.kernels["a"].stop()
        assert elapsed() - began < 60.0
        await asyncio.sleep(2 * DETECTION)
        assert await cluster.client("other", "b").stub("map").call("get", "x", budget=30.0) == 1

    run(scenario, 501)


def test_a_lone_kernel_stops_at_once() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", "", {"x": 1})
        for name in "bc":
            await cluster.kernels[name].stop()
        began = elapsed()
        await cluster.kernels["a"].stop()
        assert elapsed() - began < 10.0

    run(scenario, 502)


class LoopClock:
    """The clock of the loop that runs."""

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def test_an_operator_empties_a_kernel_and_takes_it_back() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stubs = [await cluster.create(f"map-{number}", "", {"x": number}) for number in range(5)]
        kernel = cluster.kernels["a"]

        class Asking:
            """The OMS, as far as a drain asks it."""

            stub = SimpleNamespace(Move="Move")

            async def kernels(self) -> Any:
                return (await self.ask("Kernels", client_pb2.KernelsRequest())).kernels

            async def ask(self, method: str, request: Any, _timeout: float = 0.0) -> Any:
                return await cluster.operator.ask(method, request)

        there: Any = (Asking(), kernel.parts.membership, LoopClock())
        requests = OperatorRequests("a", kernel.parts.table, *there)
        drained = await requests.answer("drain", [10.0, False])
        assert drained == {"moved": 5, "left": 0, "stays": {}}
        await asyncio.sleep(DETECTION)
        assert [await stub.call("get", "x") for stub in stubs] == list(range(5))
        for number in range(6):
            await cluster.create(f"later-{number}", "", {}, kernel="")
        assert not len(kernel.parts.table)
        assert await requests.answer("drain", [0.0, True]) == {"moved": 0, "left": 0, "stays": {}}
        await asyncio.sleep(DETECTION)
        for number in range(12):
            await cluster.create(f"last-{number}", "", {}, kernel="")
        assert len(kernel.parts.table)
        for wrong in ([], ["x", True], [-1.0, False], [1000.0, False], [1.0]):
            with pytest.raises(ArgumentInvalid):
                await requests.answer("drain", wrong)

    run(scenario, 503)


def test_the_only_kernel_is_not_emptied() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        class Asking:
            async def kernels(self) -> Any:
                return [common_pb2.KernelRecord(id="a")]

        await cluster.kernels["a"].joined()
        parts = cluster.kernels["a"].parts
        there: Any = (Asking(), parts.membership, LoopClock())
        with pytest.raises(NoKernelMatches, match="start one first"):
            await OperatorRequests("a", parts.table, *there).answer("drain", [1.0, False])

    run(scenario, 504)
