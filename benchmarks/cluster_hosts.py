"""How long is an object away whose host is lost?"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import amino
from amino.errors import DeadlineExceeded, Unavailable
from amino.testing import LocalCluster

from benchmarks.amino_host import OBJECTS
from tests.support.etcd import EtcdCluster

CALL_SECONDS = 0.5


async def losses(folder: Path, rounds: int) -> list[float]:
    """Seconds from the end of a host (its kernel and all its processes at once) to the first answer of an object that another kernel has
    brought back, with the detection of dead kernels at its default.
    """
    etcd = EtcdCluster(folder / "etcd-of-hosts").start()
    try:
        with LocalCluster() as cluster:
            cluster.start_oms(("--store", etcd.url))
            cluster.wait_until_up()
            kernels = {name: cluster.start_kernel(name, {"name": name}) for name in ("north", "south")}
            stays = cluster.start_kernel("client")
            cluster.wait_until_up()
            async with amino.connect(stays.address) as client:
                where = {"name": ["north", "south"]}
                stub = await client.register(
                    OBJECTS / "counter.js", name="counter", deployment_managers="PeriodicCheckpoint(every=1)", select=where
                )
                await stub.incr(1, "")
                seconds: list[float] = []
                for _ in range(rounds):
                    at = {kernel.id: kernel.labels.get("name", "") for kernel in await client.kernels()}
                    lost = kernels[at[(await client.describe("counter")).replicas[0].kernel]]
                    await asyncio.to_thread(lost.kill)
                    seconds.append(await _answered(stub))
                    await asyncio.to_thread(lost.start)
                    await asyncio.to_thread(cluster.wait_until_up)
                return seconds
    finally:
        etcd.stop()


async def _answered(stub: amino.Stub) -> float:
    begun = time.perf_counter()
    while True:
        try:
            await stub.with_options(deadline=CALL_SECONDS).incr(1, "")
        except (Unavailable, DeadlineExceeded):
            await asyncio.sleep(0.02)
        else:
            return time.perf_counter() - begun
