"""Kernels that are stopped in order: what can live elsewhere moves there first, and no caller notices more than a short wait."""

from __future__ import annotations

import asyncio
import threading
import uuid
from pathlib import Path

import pytest
from amino_wire.errors import ObjectAwaitsKernel

from tests.cluster.client import Client
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import cluster
from tests.conformance.drivers import SdkDriver

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(300)]

OBJECTS = 20


class Hammer:
    """A program in one of the languages that calls two objects in turn, without a pause, until it is told to stop."""

    def __init__(self, sdk: str, addresses: str, objects: tuple[str, str]) -> None:
        self._driver, self._objects = SdkDriver(sdk, addresses), objects
        self.calls = 0
        self._over = threading.Event()
        self._running = asyncio.ensure_future(asyncio.to_thread(self._run))

    def _run(self) -> None:
        while not self._over.is_set():
            target = self._objects[self.calls % 2]
            assert self._driver.call(target, "incr", {"int": "1"}) == {"int": str(self.calls // 2 + 1)}
            self.calls += 1

    async def more(self, calls: int) -> None:
        """Returns when it has made so many more; raises what went wrong."""
        wanted = self.calls + calls
        async with asyncio.timeout(60):
            while self.calls < wanted and not self._running.done():
                await asyncio.sleep(0.01)
        if self._running.done():
            await self._running

    async def stop(self) -> None:
        self._over.set()
        try:
            await self._running
        finally:
            await asyncio.to_thread(self._driver.close)


async def test_programs_in_every_language_go_on_when_the_kernel_that_they_know_stops(tmp_path: Path) -> None:
    """One of the objects is on that kernel, the other one is not, and the kernel never gets quiet."""
    async with cluster(tmp_path, "north", "south") as made:
        north, south = made.kernels["north"], made.kernels["south"]
        hammers: list[Hammer] = []
        async with Client(south.address) as client:
            for sdk in ("python", "js", "ruby"):
                names = (f"north-{sdk}", f"south-{sdk}")
                for name, kernel in zip(names, (north, south), strict=True):
                    await client.register(name, COUNTER_JS)
                    await client.move(name, kernel.kernel_id)
                hammers.append(Hammer(sdk, f"{north.address},{south.address}", names))
        try:
            for hammer in hammers:
                await hammer.more(50)
            await north.stop()
            for hammer in hammers:
                await hammer.more(50)
        finally:
            ended = await asyncio.gather(*(hammer.stop() for hammer in hammers), return_exceptions=True)
        assert ended == [None] * len(hammers)


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
        assert "objects were moved away" in north.log_text()


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
