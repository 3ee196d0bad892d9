"""How long is a cluster without its OMS? The leader ends or stands still, and the first register and create are answered by another OMS."""

from __future__ import annotations

import argparse
import asyncio
import base64
import signal
import statistics
import tempfile
import time
from pathlib import Path

import amino
from amino.testing import LocalCluster, LocalProcess
from amino_store.recipes.owner import UNREST

from benchmarks.amino_host import OBJECTS
from benchmarks.report import print_table, write_json
from tests.support.etcd import EtcdCluster

MEMBERS = 3
KILLED, FROZEN = "its process ends (kill -9)", "stands still, as a host that is lost (SIGSTOP)"
WANTED = ("≤ 2, ≤ 4", "none")


async def failovers(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds from each end of the OMS that leads to the first register and create answered, both asked for at once; by kind of end."""
    etcd = EtcdCluster(folder / "etcd", MEMBERS, ("--max-txn-ops", "10000")).start()
    try:
        with LocalCluster() as cluster:
            leader = cluster.start_oms(("--store", etcd.url))
            cluster.wait_until_up()
            standby = cluster.start_oms(("--store", etcd.url), name="standby")
            kernel = cluster.start_kernel("kernel")
            cluster.wait_until_up()
            seconds: dict[str, list[float]] = {KILLED: [], FROZEN: []}
            async with amino.connect(kernel.address) as client:
                await client.register(OBJECTS / "counter.js", name="counter")
                for number in range(2 * rounds):
                    kind = (KILLED, FROZEN)[number % 2]
                    seconds[kind].append(await failover(client, leader, number, frozen=kind == FROZEN))
                    await asyncio.to_thread(leader.kill)
                    await asyncio.to_thread(leader.start)
                    await asyncio.to_thread(cluster.wait_until_up)
                    leader, standby = standby, leader
                    # Else each change would lengthen the patience with the next leader.
                    await asyncio.to_thread(forget_unrest, etcd)
            return seconds
    finally:
        etcd.stop()


async def failover(client: amino.Client, leader: LocalProcess, number: int, *, frozen: bool) -> float:
    """Seconds of one."""
    if frozen:
        assert leader.process is not None
        leader.process.send_signal(signal.SIGSTOP)
    else:
        await asyncio.to_thread(leader.kill)
    begun = time.perf_counter()
    await asyncio.gather(client.register(OBJECTS / "counter.js", name=f"again-{number}"), client.create("counter", number))
    return time.perf_counter() - begun


def forget_unrest(etcd: EtcdCluster) -> None:
    """As two calm minutes do."""
    key = base64.b64encode(f"/amino/keys{UNREST}".encode()).decode()
    etcd.members[0].post("kv/deleterange", key=key)


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks cluster", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="amino-benchmark-") as folder:
        seconds = asyncio.run(failovers(Path(folder), options.rounds))
    rows = [
        [kind, f"{statistics.median(each):.2f}", f"{max(each):.2f}", wanted]
        for (kind, each), wanted in zip(seconds.items(), WANTED, strict=True)
    ]
    title = f"Seconds to the first register and create answered, {MEMBERS} etcd members, 2 OMS on one machine, {options.rounds} runs"
    print_table(title, ["the OMS that leads", "p50", "worst", "wanted"], rows)
    write_json("cluster", {"members": MEMBERS, "seconds": seconds})


if __name__ == "__main__":
    main()
