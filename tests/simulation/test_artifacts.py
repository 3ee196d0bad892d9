"""Artifacts go with the objects that were made of them, whatever ends the OMS meanwhile."""

from __future__ import annotations

import asyncio

import pytest
from amino_dms.api import Node
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import SimulatedOms
from amino_testkit.objects import KeyValue
from amino_wire.errors import AminoError

from tests.support.simulated import elapsed, run

GRACE = 4.0
NODES = (Node("a", {"region": "east"}), Node("b", {"region": "east"}))


async def _made(cluster: SimulatedCluster, number: int) -> str:
    """An object of a class of its own, as soon as the OMS is there to make it."""
    kind = type(f"Version{number}", (KeyValue,), {})
    while True:
        try:
            await cluster.create(f"map {number}", "", {"x": number}, kind=kind, kernel="")
            return cluster.record(f"map {number}").spec.artifact.hash
        except AminoError:
            await asyncio.sleep(0.2)


async def _deleted(cluster: SimulatedCluster, number: int) -> None:
    while True:
        try:
            return await cluster.delete(f"map {number}")
        except AminoError:
            await asyncio.sleep(0.2)


async def _half_removed(oms: SimulatedOms, seconds: float) -> bool:
    """Waits for an artifact whose bytes are there without a record, at most for so many seconds."""
    end = elapsed() + seconds
    while elapsed() < end:
        recorded, stored = oms.artifacts
        if stored - recorded:
            return True
        await asyncio.sleep(0.02)
    return False


@pytest.mark.parametrize("seed", range(701, 707))
def test_an_oms_that_is_ended_while_it_removes_artifacts_leaves_the_disk_in_order(seed: int) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        oms, random = cluster.oms, cluster.random
        oms.artifact_grace = GRACE
        oms.kill()
        oms.start()
        # A commit that is on the disk long before it is acknowledged: most ends of the process are between the two.
        oms.commit_seconds = (0.05, 0.5)
        hashes: dict[int, str] = {}
        kills = half_removed = 0
        for number in range(12):
            hashes[number] = await _made(cluster, number)
            if number >= 2 and number % 4:
                await _deleted(cluster, number - 2)
                del hashes[number - 2]
            for _ in range(random.randrange(3)):
                half_removed += await _half_removed(oms, random.uniform(0.1, 2 * GRACE))
                end = oms.lose_power if random.random() < 0.3 else oms.kill
                end()
                kills += 1
                await asyncio.sleep(random.uniform(0.1, 1.0))
                oms.start()
            recorded, stored = oms.artifacts
            assert set(hashes.values()) <= recorded & stored
        assert half_removed, "no end of the OMS fell into a removal: the scenario says nothing"
        print(f"{kills} ends of the OMS, {half_removed} of them in a removal")
        # The period begins anew with the last process; then one look follows in a second at the latest.
        await asyncio.sleep(3 * GRACE)
        recorded, stored = oms.artifacts
        assert recorded == stored == set(hashes.values())
        for number in hashes:
            assert await cluster.client("caller").stub(cluster.id_of(f"map {number}")).call("get", "x") == number

    run(scenario, seed, NODES)
