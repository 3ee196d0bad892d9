"""How do writes grow with shards? Four groups of three beside one, each with a service time that no processor is used for."""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import amino
from amino.testing import LocalCluster

from benchmarks.amino_host import OBJECTS
from benchmarks.dm import install

KERNELS = 3
OUTSTANDING = 64
SERVING = "Serving(time=20ms)"
CHAINS = {"one group": f"{SERVING},ConsensusRSM", "four groups": f"DHT(shards=4),{SERVING},ConsensusRSM"}
WARM_SECONDS = 2.0


async def rate(stub: amino.Stub, seconds: float) -> float:
    """Writes per second to as many keys as there are writers, every answer compared."""
    begin = time.perf_counter()
    made = 0

    async def work(number: int) -> None:
        nonlocal made
        while time.perf_counter() < begin + seconds:
            value = made
            if await stub.put(f"key {number}", value) != value:
                raise RuntimeError(f"a write of key {number} has another answer than its value")
            made += 1

    await asyncio.gather(*map(work, range(OUTSTANDING)))
    return made / (time.perf_counter() - begin)


async def measure(address: str, seconds: float, turns: int) -> dict[str, float]:
    """Writes per second by name of the chain, medians of turns that the chains take, and the ratio of the medians."""
    found: dict[str, list[float]] = {name: [] for name in CHAINS}
    async with amino.connect(address) as client:
        stubs = {
            name: await client.register(OBJECTS / "map.js", f"map-{number}", deployment_managers=chain)
            for number, (name, chain) in enumerate(CHAINS.items())
        }
        for stub in stubs.values():
            await rate(stub, WARM_SECONDS)
        for _ in range(turns):
            for name, stub in stubs.items():
                found[name].append(await rate(stub, seconds / turns))
    medians = {name: statistics.median(rates) for name, rates in found.items()}
    return {**medians, "ratio": medians["four groups"] / medians["one group"]}


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Processes that are started meanwhile have these variables."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def over_shards(seconds: float = 12.0, turns: int = 3) -> dict[str, float]:
    """Starts an OMS and three kernels, and measures.

    Arguments:
        seconds: of each chain, in all turns.
        turns: that each chain takes.
    """
    with tempfile.TemporaryDirectory() as folder, environment(install(Path(folder))), LocalCluster() as cluster:
        cluster.start_oms()
        kernels = [cluster.start_kernel(f"kernel-{number}") for number in range(1, KERNELS + 1)]
        cluster.wait_until_up()
        return amino.run(measure(kernels[0].address, seconds, turns))
