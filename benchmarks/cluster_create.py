"""How many objects are made a second, one request each, where the OMS keeps its store in etcd, beside SQLite?"""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from pathlib import Path

import amino
from amino.testing import LocalCluster

from benchmarks.amino_host import OBJECTS
from benchmarks.ratio import Ratio, ratio_of
from tests.support.etcd import EtcdCluster

CALLS = 64
TURN_SECONDS = 0.3
WARM_SECONDS = 20.0


async def creates(client: amino.Client, seconds: float) -> float:
    """Objects a second with 64 requests under way."""
    begun, made = time.perf_counter(), 0

    async def work() -> None:
        nonlocal made
        while time.perf_counter() < begun + seconds:
            await client.create("counter")
            made += 1

    await asyncio.gather(*(work() for _ in range(CALLS)))
    return made / (time.perf_counter() - begun)


def beside_sqlite(folder: Path, members: int, pairs: int) -> tuple[Ratio, float, float]:
    """The ratio etcd to SQLite, both alive, and the medians of both in objects a second."""
    with ExitStack() as stack:
        etcd = EtcdCluster(folder / "etcd", members, ("--max-txn-ops", "10000")).start()
        stack.callback(etcd.stop)
        addresses: list[str] = []
        for store in ("sqlite", etcd.url):
            cluster = stack.enter_context(LocalCluster())
            cluster.start_oms(("--store", store))
            cluster.wait_until_up()
            addresses.append(cluster.start_kernel("kernel").address)
            cluster.wait_until_up()
        return asyncio.run(_turns(addresses, pairs))


async def _turns(addresses: list[str], pairs: int) -> tuple[Ratio, float, float]:
    async with amino.connect(addresses[0]) as first, amino.connect(addresses[1]) as second:
        for client in (first, second):
            await client.register(OBJECTS / "counter.js", name="counter")
            await creates(client, WARM_SECONDS)
        sqlite, etcd = list[float](), list[float]()
        for number in range(pairs):
            # A B B A, so that what drifts meets both alike.
            for client, figures in ((first, sqlite), (second, etcd)) if number % 2 == 0 else ((second, etcd), (first, sqlite)):
                figures.append(await creates(client, TURN_SECONDS))
    ratio = ratio_of([made / beside for beside, made in zip(sqlite, etcd, strict=True)])
    return ratio, sorted(sqlite)[len(sqlite) // 2], sorted(etcd)[len(etcd) // 2]
