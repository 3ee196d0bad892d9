"""The OMS finds lost objects that nobody brings back, whatever became of the parts that should."""

from __future__ import annotations

import asyncio

import pytest
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_testkit.schedules.agreement import agreed
from amino_wire.errors import Unavailable
from amino_wire.pb import common_pb2

from tests.support.simulated import error_of, run


def test_a_lost_object_with_a_saver_comes_back_although_nobody_was_told_that_it_is_lost() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "DurableSerializableRPC", {"x": 1})
        await stub.call("put", "x", 5)

        async def lose() -> None:
            registry = cluster.oms.service.services.registry
            stored = await registry.find(cluster.id_of("map"))
            after = stored.copy()
            after.status.state = common_pb2.OBJECT_STATE_LOST
            assert await registry.replace(stored, after) is not None

        await cluster.oms.process.ask(lose)
        await asyncio.sleep(20 * DETECTION)
        assert await cluster.client("other", "b").stub("map").call("add", "x", 1) == 6
        await agreed(cluster, ("map",), 60.0)

    run(scenario, 701)


@pytest.mark.parametrize("chain", ["DurableSerializableRPC", ""])
def test_an_object_whose_kernel_lacks_it_without_anybody_knowing_comes_back_or_is_lost(chain: str) -> None:
    """Its record places it on a kernel that lives on in the same life."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", chain, {"x": 1})
        await stub.call("put", "x", 5)
        kernel = cluster.kernels["a"]
        await kernel.process.ask(lambda: kernel.parts.hosting.destroy(cluster.id_of("map"), "0", 1))
        error = await error_of(stub.call("get", "x", budget=30.0))
        if chain:
            assert error is None
            assert await stub.call("add", "x", 1) == 6
        else:
            assert isinstance(error, Unavailable)
            assert cluster.record("map").status.state == common_pb2.OBJECT_STATE_LOST
        await agreed(cluster, ("map",), 60.0)

    run(scenario, 702)
