"""Whether kernels have what the records say, and nothing else.

A copy that has arrived by a move that is not committed may stay: a kernel cannot know that a move was given up whose source asks no more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from amino_kernel.instances.instance import Life
from amino_wire.instances import instance_id
from amino_wire.pb import common_pb2
from amino_wire.records import epoch_of

from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.world.scheduler import elapsed


async def agreed(cluster: SimulatedCluster, objects: Sequence[str], seconds: float) -> None:
    """Returns when there are no differences any more. Raises AssertionError where there are some after so many seconds."""
    ends = elapsed() + seconds
    while found := [difference for name in objects if (difference := _difference(cluster, name))]:
        assert elapsed() < ends, f"although all is calm, {', '.join(found)}"
        await asyncio.sleep(1.0)


def _difference(cluster: SimulatedCluster, name: str) -> str:
    record = cluster.record(name)
    if record.status.state != common_pb2.OBJECT_STATE_ACTIVE:
        return ""
    placed = {(each.kernel_id, instance_id(record.id, each.path)): epoch_of(record, each.path) for each in record.status.replicas}
    tables = {kernel.name: kernel.parts.table for kernel in cluster.kernels.values() if kernel.alive}
    there = {
        (kernel, local.id): local.epoch
        for kernel, table in tables.items()
        for local in table.of_object(record.id)
        if local.state.life is not Life.PASSIVE or local.epoch <= epoch_of(record, local.path)
    }
    return f"the record of {name} places {placed} and kernels have {there}" if placed != there else ""
