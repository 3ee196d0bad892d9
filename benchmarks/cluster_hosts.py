"""How long is an object away whose kernel process is killed, or whose host is lost?"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import amino
from amino.errors import DeadlineExceeded, Unavailable
from amino.testing import LocalCluster, LocalProcess

from benchmarks.amino_host import OBJECTS
from tests.support.children import kernels_of
from tests.support.etcd import EtcdCluster

CALL_SECONDS, PAUSE = 0.5, 0.05
PROCESS, HOST = "kernel process kill -9 (its supervisor reports)", "a host with its kernel is lost"


async def losses(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds from an end to the first answer of an object that has been brought back, by kind of end: of a kernel process whose supervisor
    says so, and of a host, with all its processes at once. Both take turns. The detection of dead kernels is at its default.
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
                seconds: dict[str, list[float]] = {PROCESS: [], HOST: []}
                for number in range(2 * rounds):
                    kind = (PROCESS, HOST)[number % 2]
                    at = {kernel.id: kernel.labels.get("name", "") for kernel in await client.kernels()}
                    lost = kernels[at[(await client.describe("counter")).replicas[0].kernel]]
                    if kind == HOST:
                        await asyncio.to_thread(lost.kill)
                    else:
                        kill_kernel_process(lost)
                    seconds[kind].append(await _answered(stub))
                    if kind == HOST:
                        await asyncio.to_thread(lost.start)
                    await asyncio.to_thread(cluster.wait_until_up)
                return seconds
    finally:
        etcd.stop()


def kill_kernel_process(kernel: LocalProcess) -> None:
    """Kills the kernel itself; its supervisor goes on."""
    assert kernel.process is not None
    (process,) = kernels_of(kernel.process.pid)
    os.kill(process, signal.SIGKILL)


async def _answered(stub: amino.Stub) -> float:
    begun = time.perf_counter()
    while True:
        try:
            await stub.with_options(deadline=CALL_SECONDS).incr(1, "")
        except (Unavailable, DeadlineExceeded):
            await asyncio.sleep(PAUSE)
        else:
            return time.perf_counter() - begun
