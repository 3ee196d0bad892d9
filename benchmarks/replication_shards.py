"""How do writes grow with shards? Four groups of three beside one, each with a service time that no processor is used for."""

from __future__ import annotations

import asyncio
import statistics
import time

import amino
from amino.testing import LocalCluster

from benchmarks.amino_host import OBJECTS

KERNELS = 3
SERVICE_MS = 20
"""Milliseconds that a replica takes for a write, during which it runs nothing else."""
OUTSTANDING = 64
CHAINS = {"one group": "ConsensusRSM", "four groups": "DHT(shards=4),ConsensusRSM"}
WARM_SECONDS = 2.0


async def rate(stub: amino.Stub, seconds: float) -> float:
    """Writes per second to as many keys as there are writers, every answer compared."""
    begin = time.perf_counter()
    made = 0

    async def work(number: int) -> None:
        nonlocal made
        key = f"key {number}"
        while time.perf_counter() < begin + seconds:
            if await stub.put(key, made, SERVICE_MS) is None:
                raise RuntimeError(f"the write of {key} gave no answer")
            made += 1

    await asyncio.gather(*map(work, range(OUTSTANDING)))
    return made / (time.perf_counter() - begin)


async def measure(address: str, seconds: float, turns: int) -> dict[str, float]:
    """Writes per second by name of the chain, medians of turns that the chains take, and the ratio of the medians."""
    found: dict[str, list[float]] = {name: [] for name in CHAINS}
    async with amino.connect(address) as client:
        stubs = {
            name: await client.register(OBJECTS / "slow_map.js", f"slow-{number}", deployment_managers=chain, own_context=True)
            for number, (name, chain) in enumerate(CHAINS.items())
        }
        for stub in stubs.values():
            await rate(stub, WARM_SECONDS)
        for _ in range(turns):
            for name, stub in stubs.items():
                found[name].append(await rate(stub, seconds / turns))
    medians = {name: statistics.median(rates) for name, rates in found.items()}
    return {**medians, "ratio": medians["four groups"] / medians["one group"]}


def over_shards(seconds: float = 12.0, turns: int = 3) -> dict[str, float]:
    """Starts an OMS and three kernels, and measures.

    Arguments:
        seconds: of each chain, in all turns.
        turns: that each chain takes.
    """
    with LocalCluster() as cluster:
        cluster.start_oms()
        kernels = [cluster.start_kernel(f"kernel-{number}") for number in range(1, KERNELS + 1)]
        cluster.wait_until_up()
        return amino.run(measure(kernels[0].address, seconds, turns))
