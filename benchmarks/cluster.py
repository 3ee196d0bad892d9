"""How long does a cluster miss an OMS, etcd's leader, all of both, or an object its kernel? How many objects are made a second over etcd?

The leader ends or stands still, and the first register and create are answered by another OMS. With --full also: how long does a name
take to resolve through an OMS that stands by, and how much memory has an OMS, at a million records?
"""

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
from benchmarks.cluster_create import CALLS, beside_sqlite
from benchmarks.cluster_etcd import TIMINGS, elections
from benchmarks.cluster_hosts import losses
from benchmarks.cluster_outage import LEASE, outage
from benchmarks.cluster_reads import p99_beside
from benchmarks.ratio import ratio_of
from benchmarks.report import print_table, write_json
from tests.support.etcd import EtcdCluster

MEMBERS = 3
KILLED, FROZEN = "its process ends (kill -9)", "stands still, as a host that is lost (SIGSTOP)"
CREATES_WANTED = 0.4
WANTED = ("≤ 2, ≤ 4", "none")
LOSSES_WANTED = ("≤ 2", "≤ 6")
ELECTIONS_WANTED = ("≤ 1, ≤ 2", "≤ 3, ≤ 5")
FEW, MANY = 1_000, 1_000_000
READ_ROUNDS = 80
READS_WANTED = 2.0


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
    parser.add_argument("--pairs", type=int, default=60, help="of turns of creates, etcd beside SQLite")
    parser.add_argument("--only", choices=("oms", "etcd", "hosts", "create", "outage", "reads"), default="")
    parser.add_argument("--full", action="store_true", help="also what needs a million records, which takes a quarter of an hour")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="amino-benchmark-") as folder:
        if options.only in ("", "oms"):
            _failovers(Path(folder), options.rounds)
        if options.only in ("", "etcd"):
            _elections(Path(folder), options.rounds)
        if options.only in ("", "outage"):
            _outage(Path(folder))
        if options.only == "reads" or (options.full and not options.only):
            _reads(Path(folder), MANY if options.full else 20 * FEW)
        if options.only in ("", "hosts"):
            _losses(Path(folder), options.rounds)
        if options.only in ("", "create"):
            _creates(Path(folder), options.pairs)


def _failovers(folder: Path, rounds: int) -> None:
    seconds = asyncio.run(failovers(folder, rounds))
    rows = [
        [kind, f"{statistics.median(each):.2f}", f"{max(each):.2f}", wanted]
        for (kind, each), wanted in zip(seconds.items(), WANTED, strict=True)
    ]
    title = f"Seconds to the first register and create answered, {MEMBERS} etcd members, 2 OMS on one machine, {rounds} runs"
    print_table(title, ["the OMS that leads", "p50", "worst", "wanted"], rows)
    write_json("cluster", {"members": MEMBERS, "seconds": seconds})


def _elections(folder: Path, rounds: int) -> None:
    seconds = {timing: asyncio.run(elections(folder / f"timing-{place}", rounds, timing, MEMBERS)) for place, timing in enumerate(TIMINGS)}
    rows = [
        [f"etcd at {timing} ms", f"{statistics.median(each):.2f}", f"{max(each):.2f}", wanted]
        for (timing, each), wanted in zip(seconds.items(), ELECTIONS_WANTED, strict=True)
    ]
    title = f"Seconds from kill -9 of etcd's leader ({MEMBERS} members) to the first register and create answered, {rounds} runs"
    print_table(title, ["", "p50", "worst", "wanted"], rows)
    write_json("cluster-etcd", {"members": MEMBERS, "seconds": seconds})


def _outage(folder: Path) -> None:
    found = asyncio.run(outage(folder))
    rows = [
        ["calls a second before", f"{found['before']:,.0f}", ""],
        ["calls a second while both are away", f"{found['while_leases_hold']:,.0f}", "the same"],
        ["seconds until the leases end", f"{found['leases_held_seconds']:.1f}", f"{2 * LEASE // 3} to {LEASE}"],
        ["then", ", ".join(found["codes"]), "KERNEL_UNAVAILABLE"],
        ["seconds from the return to the old rate", f"{found['old_rate_after_the_return_seconds']:.1f}", "≤ 2"],
    ]
    print_table(f"Calls between objects of two kernels, all OMS and etcd away, lease of {LEASE} s", ["", "", "wanted"], rows)
    write_json("cluster-outage", found)


def _reads(folder: Path, many: int) -> None:
    found = asyncio.run(p99_beside(folder, FEW, many, READ_ROUNDS))
    ratio, megabytes = ratio_of(found["ratios"]), found["megabytes"]
    holds = "holds" if ratio.is_at_most(READS_WANTED) else "MISSED"
    rows = [
        [f"p99 at {many:,} records / at {FEW:,}", str(ratio), f"≤ {READS_WANTED:g} {holds}"],
        ["p99, ms", ", ".join(f"{1000 * each:.2f}" for each in found["p99"].values()), ""],
        ["age of an answer, ms", f"p50 {found['age_ms']['p50']:.0f}, worst {found['age_ms']['worst']}", ""],
        [
            "MB of the OMS that stands by, now and at most",
            f"{megabytes['standby, now']:,.0f}, {megabytes['standby, at most']:,.0f}",
            "≤ 1,500",
        ],
        ["MB of the OMS that leads, now and at most", f"{megabytes['leader, now']:,.0f}, {megabytes['leader, at most']:,.0f}", "≤ 1,500"],
        ["seconds until a new OMS has read all", f"{found['standby_read_seconds']:.0f}", ""],
    ]
    print_table(f"Names resolved through an OMS that stands by, load {found['load']:.0f}", ["", "", "wanted"], rows)
    write_json("cluster-reads", found)


def _losses(folder: Path, rounds: int) -> None:
    seconds = asyncio.run(losses(folder, rounds))
    rows = [
        [kind, f"{statistics.median(each):.2f}", f"{max(each):.2f}", wanted]
        for (kind, each), wanted in zip(seconds.items(), LOSSES_WANTED, strict=True)
    ]
    title = f"Seconds to the first answer of an object that is brought back elsewhere, detection at its default, {rounds} runs"
    print_table(title, ["", "p50", "worst", "wanted"], rows)
    write_json("cluster-hosts", {"seconds": seconds})


def _creates(folder: Path, pairs: int) -> None:
    rows: list[list[str]] = []
    for members in (1, MEMBERS):
        ratio, sqlite, etcd = beside_sqlite(folder / f"{members}", members, pairs)
        holds = "holds" if ratio.is_at_least(CREATES_WANTED) else "MISSED"
        rows.append([f"{members} etcd members", str(ratio), f"{etcd:,.0f}", f"{sqlite:,.0f}", f"≥ {CREATES_WANTED} {holds}"])
    title = f"create, one request each, {CALLS} under way, {pairs} pairs of turns"
    print_table(title, ["", "etcd / SQLite", "etcd, a second", "SQLite, a second", "wanted"], rows)
    write_json("cluster-create", {"rows": rows})


if __name__ == "__main__":
    main()
