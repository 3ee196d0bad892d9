"""How long do register and create wait when the member of etcd that leads is killed?"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import amino
from amino.testing import LocalCluster

from benchmarks.amino_host import OBJECTS
from tests.support.etcd import EtcdCluster

TIMINGS = {"50/250": (50, 250), "100/1000": (100, 1000)}
"""Milliseconds of etcd's heartbeat and of its election."""


async def elections(folder: Path, rounds: int, timing: str, members: int) -> list[float]:
    """Seconds from each kill -9 of etcd's leader to the first register and create answered, both asked for at once."""
    heartbeat, election = TIMINGS[timing]
    options = ("--max-txn-ops", "10000", "--heartbeat-interval", str(heartbeat), "--election-timeout", str(election))
    etcd = EtcdCluster(folder, members, options).start()
    try:
        with LocalCluster() as cluster:
            arguments = ("--store", etcd.url)
            cluster.start_oms(arguments)
            cluster.wait_until_up()
            cluster.start_oms(arguments, name="standby")
            kernel = cluster.start_kernel("kernel")
            cluster.wait_until_up()
            async with amino.connect(kernel.address) as client:
                await client.register(OBJECTS / "counter.js", name="counter")
                return [await _election(client, etcd, number) for number in range(rounds)]
    finally:
        etcd.stop()


async def _election(client: amino.Client, etcd: EtcdCluster, number: int) -> float:
    leader = await asyncio.to_thread(lambda: etcd.leader)
    await asyncio.to_thread(leader.kill)
    begun = time.perf_counter()
    await asyncio.gather(client.register(OBJECTS / "counter.js", name=f"again-{number}"), client.create("counter", number))
    seconds = time.perf_counter() - begun
    await asyncio.to_thread(etcd.restart, leader)
    # The member that has come back must have caught up before the next one ends.
    await client.create("counter", number)
    return seconds
