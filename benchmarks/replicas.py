"""How do calls grow with replicas? A stateless object behind LoadBalancedFrontEnd, one kernel a replica."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import amino
from amino.testing import LocalCluster

from benchmarks.amino_host import OBJECTS

COUNTS = (1, 2, 3)
SEED = 20_261_122
LONG_STEPS = 50_000
"""Of a member that computes: about a millisecond of a processor once the guest is compiled."""
OUTSTANDING = {"short": 256, "long": 32}
"""Calls under way, by kind of call."""
WARM_SECONDS = 5.0
TURNS = 3


def expected(steps: int) -> int:
    """What `lehmer.js` must answer."""
    value = SEED
    for _ in range(steps):
        value = value * 16807 % 2147483647
    return value


async def rate(run: Callable[[int, int], Awaitable[Any]], kind: str, seconds: float) -> float:
    """Calls per second, every answer compared."""
    steps = LONG_STEPS if kind == "long" else 0
    right = expected(steps)
    begin = time.perf_counter()
    made = 0

    async def work() -> None:
        nonlocal made
        while time.perf_counter() < begin + seconds:
            if await run(SEED, steps) != right:
                raise RuntimeError(f"a replica gave a wrong answer for {steps} steps")
            made += 1

    await asyncio.gather(*[work() for _ in range(OUTSTANDING[kind])])
    return made / (time.perf_counter() - begin)


async def front_end(client: amino.Client, count: int) -> amino.Stub:
    """An object with so many replicas."""
    chain = f"LoadBalancedFrontEnd(replicas={count})"
    stub = await client.register(OBJECTS / "lehmer.js", f"lehmer-{count}", deployment_managers=chain)
    if len((await client.describe(stub)).replicas) != count:
        raise RuntimeError(f"{chain} has not made its {count} replicas")
    return stub


async def measure(address: str, seconds: float) -> dict[str, dict[int, float]]:
    """Calls per second by kind of call and number of replicas; medians of turns that the numbers take after all kernels are warm."""
    found: dict[str, dict[int, list[float]]] = {kind: {count: [] for count in COUNTS} for kind in OUTSTANDING}
    async with amino.connect(address) as client:
        stubs = {count: await front_end(client, count) for count in COUNTS}
        for kind in OUTSTANDING:
            await rate(stubs[max(COUNTS)].run, kind, WARM_SECONDS)
        for _ in range(TURNS):
            for count, stub in stubs.items():
                for kind in OUTSTANDING:
                    found[kind][count].append(await rate(stub.run, kind, seconds / TURNS))
    return {kind: {count: statistics.median(rates) for count, rates in counts.items()} for kind, counts in found.items()}


def over_replicas(seconds: float) -> dict[str, dict[int, float]]:
    """Starts an OMS and a kernel for each replica, and measures."""
    with LocalCluster() as cluster:
        cluster.start_oms()
        kernels = [cluster.start_kernel(f"kernel-{number}") for number in range(1, max(COUNTS) + 1)]
        cluster.wait_until_up()
        return amino.run(measure(kernels[0].address, seconds))
