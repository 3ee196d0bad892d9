"""The ends of shards: objects that are deleted while the OMS ends or its store is full, and what a start of the OMS costs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from amino_testkit import SimulatedCluster
from amino_testkit.suites.sharding import SETTLED, objects_in
from amino_testkit.world.scheduler import error_of, simulate

MAP = "DHT(all=[keys:list,size:sum])"


def run(scenario: Any, seed: int = 1) -> None:
    simulate(lambda random: scenario(SimulatedCluster(random)), seed)


@pytest.mark.parametrize("step", range(6))
def test_shards_whose_object_is_gone_end_with_the_next_start_of_the_oms(step: int) -> None:
    """The OMS ends between the removal of the object's record and the end of the shards."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", MAP)
        mine = {cluster.id_of("map"), *await stub.command("shards")}
        assert objects_in(cluster) == mine
        deleting = asyncio.ensure_future(error_of(cluster.delete("map")))
        await _until(lambda: cluster.oms.disk.get(f"/objects/{cluster.id_of('map')}") is None)
        await asyncio.sleep(0.0005 * step)
        cluster.oms.kill()
        await asyncio.sleep(1.0)
        assert step or objects_in(cluster) == mine
        cluster.oms.start()
        await deleting
        await asyncio.sleep(SETTLED)
        assert not objects_in(cluster)
        assert cluster.oms.disk.count("/objects/") == 0 and cluster.oms.disk.count("/labels/") == 0

    run(scenario)


@pytest.mark.parametrize("step", range(4))
def test_shards_end_although_the_store_did_not_take_it_at_first(step: int) -> None:
    """Without a new start of the OMS."""

    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", MAP)
        deleting = asyncio.ensure_future(error_of(cluster.delete("map")))
        await _until(lambda: cluster.oms.disk.get(f"/objects/{cluster.id_of('map')}") is None)
        await asyncio.sleep(0.0005 * step)
        cluster.oms.disk.full = True
        await deleting
        await asyncio.sleep(5.0)
        cluster.oms.disk.full = False
        await asyncio.sleep(SETTLED)
        assert not objects_in(cluster)
        assert cluster.oms.disk.count("/objects/") == 0 and cluster.oms.disk.count("/labels/") == 0

    run(scenario)


def test_a_start_of_the_oms_reads_each_shard_about_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not each for every other one."""

    async def reads(cluster: SimulatedCluster, shards: int) -> int:
        await cluster.create("map", f"DHT(shards={shards},all=[keys:list,size:sum])")
        cluster.oms.kill()
        disk, count = cluster.oms.disk, 0

        def counting(read: Callable[..., Any]) -> Callable[..., Any]:
            def counted(*args: Any, **named: Any) -> Any:
                nonlocal count
                count += 1
                return read(*args, **named)

            return counted

        monkeypatch.setattr(disk, "get", counting(disk.get))
        monkeypatch.setattr(disk, "range", counting(disk.range))
        cluster.oms.start()
        await asyncio.sleep(SETTLED)
        return count

    few, many = (simulate(lambda random, shards=shards: reads(SimulatedCluster(random), shards), 1) for shards in (10, 80))
    assert many - few <= 70 * 4, (few, many)


async def _until(condition: Callable[[], bool]) -> None:
    for _ in range(100_000):
        if condition():
            return
        await asyncio.sleep(0.0001)
    raise AssertionError("the condition never came to hold")
