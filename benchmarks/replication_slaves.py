"""How do reads grow with slaves? LoadBalancedMasterSlave, each slave on a kernel of its own, reads that only wait."""

from __future__ import annotations

import asyncio
import statistics
import time

import amino
from amino.testing import LocalCluster

from benchmarks.amino_host import OBJECTS

COUNTS = (1, 2, 3)
SERVICE_MS = 40
"""The simulated service time of a read: a replica runs one at a time."""
OUTSTANDING = 6
"""Reads under way for each slave."""
WARM_SECONDS = 1.5
TURNS = 3


async def _group(client: amino.Client, count: int) -> amino.Stub:
    """An object with so many slaves, all in place."""
    chain = f"LoadBalancedMasterSlave(min={count},max={count},stale=5s)"
    stub = await client.register(OBJECTS / "slow_reader.js", f"slow-reader-{count}", deployment_managers=chain)
    deadline = time.monotonic() + 30.0
    while not (told := await stub.dm.replicas())["whole"] or len(told["replicas"]) != count + 1:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{chain} has not made its {count} slaves: {told}")
        await asyncio.sleep(0.1)
    return stub


async def _rate(stub: amino.Stub, count: int, seconds: float) -> float:
    """Reads per second."""
    right = await stub.incr(1)
    begin = time.perf_counter()
    made = 0

    async def work() -> None:
        nonlocal made
        while time.perf_counter() < begin + seconds:
            if await stub.get(SERVICE_MS) != right:
                raise RuntimeError("a slave gave an older answer than its caller had seen")
            made += 1

    await asyncio.gather(*[work() for _ in range(OUTSTANDING * count)])
    return made / (time.perf_counter() - begin)


async def _measure(address: str, seconds: float) -> dict[int, float]:
    found: dict[int, list[float]] = {count: [] for count in COUNTS}
    async with amino.connect(address) as client:
        stubs = {count: await _group(client, count) for count in COUNTS}
        for count, stub in stubs.items():
            await _rate(stub, count, WARM_SECONDS)
        for _ in range(TURNS):
            for count, stub in stubs.items():
                found[count].append(await _rate(stub, count, seconds / TURNS))
    return {count: statistics.median(rates) for count, rates in found.items()}


def reads_over_slaves(seconds: float) -> dict[int, float]:
    """Reads per second by the number of slaves; medians of turns that the numbers take one after another.

    Arguments:
        seconds: for each number.
    """
    with LocalCluster() as cluster:
        cluster.start_oms()
        kernels = [cluster.start_kernel(f"kernel-{number}") for number in range(1, max(COUNTS) + 2)]
        cluster.wait_until_up()
        return amino.run(_measure(kernels[0].address, seconds))


def worst_of_linear(rates: dict[int, float]) -> float:
    """How far the rates are from growing as the slaves do, as a part: 0.1 says within ten per cent."""
    return max(abs(rate / count / rates[1] - 1.0) for count, rate in rates.items())
