"""The OMS ends while objects with savers come to be: each of their names answers or is free in the end."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_testkit.schedules.agreement import agreed
from amino_wire.errors import NotFound
from amino_wire.pb import common_pb2

from tests.support.simulated import error_of, run

CHAINS = ("DurableSerializableRPC", "PeriodicCheckpoint(every=2)", "DurableTransactions", "LoadBalancedFrontEnd(replicas=2)")


@pytest.mark.parametrize("back_after", [0.3, 2 * DETECTION])
@pytest.mark.parametrize("seed", range(16))
def test_every_object_answers_or_is_not_there_after_the_oms_ended_while_it_was_made(seed: int, back_after: float) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.ready()
        chance = Random(seed)
        cluster.oms.commit_seconds = (0.005, 0.1)
        for kernel in cluster.kernels.values():
            kernel.half.making_seconds = 0.05
        names = [f"map{number}" for number in range(8)]
        kernels = sorted(cluster.kernels)
        making = [
            asyncio.ensure_future(error_of(cluster.create(name, chance.choice(CHAINS), {"x": 1}, kernel=chance.choice(kernels))))
            for name in names
        ]
        await asyncio.sleep(chance.uniform(0.02, 0.9))
        cluster.oms.kill()
        cluster.scheduler.after(back_after, cluster.oms.start)
        await asyncio.wait(making)
        await asyncio.sleep(6 * DETECTION)
        there: list[str] = []
        for name in names:
            try:
                record = cluster.record(name)
            except NotFound:
                continue
            assert record.status.state == common_pb2.OBJECT_STATE_ACTIVE, f"{name} is half made"
            there.append(record.id)
            await agreed(cluster, (record.id,), 30.0)
            stub = cluster.client("other", "b").stub(record.id)
            assert await stub.call("get", "x", budget=5.0) == 1
            await stub.call("put", "x", 2, budget=5.0)
            await agreed(cluster, (record.id,), 30.0)
        for name in names:
            if name not in there:
                assert await error_of(cluster.create(f"{name}-again", "DurableSerializableRPC", {"x": 1})) is None

    run(scenario, seed)
