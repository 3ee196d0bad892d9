"""Kernels that are stopped in order: what can live elsewhere moves there first, and no caller notices more than a short wait."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

import pytest
from amino_wire.errors import ObjectAwaitsKernel

from tests.cluster.client import Client
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import cluster

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(300)]

OBJECTS = 20


async def test_a_kernel_that_stops_loses_no_object_and_no_call(tmp_path: Path) -> None:
    """Objects without any manager live on elsewhere, with their state, and calls run exactly once meanwhile."""
    async with cluster(tmp_path, "north") as made:
        north = made.kernels["north"]
        async with Client(north.address) as near:
            records = [await near.register(f"counter-{uuid.uuid4().hex[:6]}", COUNTER_JS) for _ in range(OBJECTS)]
        south = await made.add("south")
        async with Client(south.address) as client:
            done = dict.fromkeys((record.id for record in records), 0)
            stopped = asyncio.Event()

            async def hammer(object_id: str) -> None:
                while not stopped.is_set():
                    assert await client.call(object_id, "incr", 1) == done[object_id] + 1
                    done[object_id] += 1

            hammering = [asyncio.ensure_future(hammer(record.id)) for record in records]
            await north.stop()
            stopped.set()
            await asyncio.gather(*hammering)
            for record in records:
                current = await client.get(record.id)
                assert [each.kernel_id for each in current.status.replicas] == [south.kernel_id]
                assert await client.call(record.id, "get") == done[record.id]
        assert "objects were moved away before the stop" in north.log_text()


async def test_what_cannot_move_is_named_and_waits_for_its_kernel(tmp_path: Path) -> None:
    async with cluster(tmp_path, "north", "south") as made:
        north, south = made.kernels["north"], made.kernels["south"]
        async with Client(south.address) as client:
            name = f"pinned-{uuid.uuid4().hex[:6]}"
            record = await client.register(name, COUNTER_JS, on="north")
            assert await client.call(record.id, "incr", 1) == 1
            await north.stop()
            assert name in north.log_text()
            with pytest.raises(ObjectAwaitsKernel, match="keeps its state until it is started again"):
                await client.call(record.id, "get")
