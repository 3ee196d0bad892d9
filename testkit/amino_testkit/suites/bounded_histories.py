"""Histories of reads that may be a little old, under faults."""

from __future__ import annotations

import asyncio
from random import Random

from amino_dms.chain import Chain
from amino_wire.errors import AminoError

from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.histories.bounded_reads import Counted
from amino_testkit.suites.histories import Load, disturb
from amino_testkit.world.scheduler import elapsed, simulate


def bounded_history(chain: Chain, seed: int, load: Load) -> list[Counted]:
    """Clients on all kernels add to a counter and read it; what they were told."""
    return simulate(lambda random: _run(chain, random, load), seed)


async def _run(chain: Chain, random: Random, load: Load) -> list[Counted]:
    cluster = SimulatedCluster(random)
    await cluster.create("map", chain, {"x": 0})
    cluster.use(load.faults)
    told = list[Counted]()

    async def client(number: int) -> None:
        name = f"client {number}"
        stub = cluster.client(name, ("a", "b", "c", "phone")[number % 4]).stub("map")
        for _ in range(load.operations):
            await asyncio.sleep(random.uniform(0, load.pause))
            adds, began = random.random() < 0.3, elapsed()
            try:
                value: int | None = await (stub.call("add", "x", 1) if adds else stub.call("get", "x"))
            except AminoError:
                value = None
            told.append(Counted(name, adds, began, elapsed(), value))

    disturbing = asyncio.ensure_future(disturb(cluster, random, load))
    await asyncio.gather(*(client(number) for number in range(load.clients)))
    disturbing.cancel()
    cluster.calm()
    return told
