"""What does a replicated object cost, beside the same object without managers and beside others that replicate?"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from benchmarks.ratio import Ratio, compare
from benchmarks.replication_durable import DURABLE, beside_etcd
from benchmarks.replication_group import KERNELS, PADDING, STORE, WARM_SECONDS, ReplicatedGroup, stop
from benchmarks.replication_peers import EtcdPuts, SyncObjGroup
from benchmarks.replication_shards import over_shards
from benchmarks.replication_slaves import reads_over_slaves, worst_of_linear
from benchmarks.report import print_table, write_json
from tests.support.etcd import EtcdCluster

OUTSTANDING = 256
RATE_SECONDS, LONE_SECONDS, TAIL_SECONDS = 0.6, 0.3, 3.0
TAIL_CALLS = 32
MAKING_SECONDS = 300.0
"""The patience with the objects over which calls are spread."""
Row = list[str]
HEADINGS = ["row", "ratio, median [95 %]", "wanted", "ours, client's time", "beside"]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured.

    Arguments:
        pairs: of turns for each ratio.
        objects: of the row that spreads calls over many.
        runs: of kill -9.
        seconds: of each chain in the rows of slaves and shards.
        warm: seconds of calls before a group is measured.
    """

    pairs: int = 40
    objects: int = 1000
    runs: int = 20
    seconds: float = 12.0
    warm: float = WARM_SECONDS


def _least(ratio: Ratio, bound: float) -> str:
    return f"≥ {bound} {'holds' if ratio.is_at_least(bound) else 'MISSED'}"


def _most(ratio: Ratio, bound: float) -> str:
    return f"≤ {bound} {'holds' if ratio.is_at_most(bound) else 'MISSED'}"


class _Rates:
    """Rates of one side, with the processor time of its client."""

    def __init__(self, turn: Callable[[], dict[str, float]]) -> None:
        self._turn = turn
        self._found: list[dict[str, float]] = []

    def __call__(self) -> float:
        self._found.append(self._turn())
        return self._found[-1]["rate"]

    def __str__(self) -> str:
        rate, busy = (statistics.median(each[key] for each in self._found) for key in ("rate", "cpu"))
        return f"{rate:,.0f}/s, {busy * 1e6:.0f} µs"


def same(effort: Effort) -> list[Row]:
    """A/A: what the same object shows beside itself."""
    with ReplicatedGroup(warm=effort.warm) as group:
        stub = group.register("same", KERNELS)
        turn = partial(group.rate, [stub], OUTSTANDING, RATE_SECONDS)
        first, second = _Rates(turn), _Rates(turn)
        ratio = compare(first, second, effort.pairs)
        call = partial(stub.incr, 1, PADDING)
        lone = compare(partial(group.latency, call, LONE_SECONDS), partial(group.latency, call, LONE_SECONDS), effort.pairs)
        return [["A/A, writes/s at 256", str(ratio), "", str(second), str(first)], ["A/A, lone write", str(lone), "", "", ""]]


def pysyncobj(effort: Effort) -> list[Row]:
    """Writes a second beside PySyncObj's counter."""
    with ReplicatedGroup(warm=effort.warm) as group, SyncObjGroup() as other:
        stub = group.register("counter", KERNELS)
        theirs = _Rates(partial(other.rate, OUTSTANDING, RATE_SECONDS))
        ours = _Rates(partial(group.rate, [stub], OUTSTANDING, RATE_SECONDS))
        theirs()
        ratio = compare(theirs, ours, effort.pairs)
        return [["writes/s at 256, in memory, beside PySyncObj", str(ratio), _least(ratio, 2), str(ours), str(theirs)]]


def etcd(effort: Effort) -> list[Row]:
    """Writes a second on the disks of the kernels beside etcd's own puts, on its own log files."""
    with tempfile.TemporaryDirectory() as folder, ReplicatedGroup(warm=effort.warm) as group:
        members = EtcdCluster(Path(folder) / "etcd", 3, ()).start()
        try:
            stub = group.register("counter", DURABLE)
            puts = group.run(_puts(members.leader.address))
            theirs = _Rates(lambda: group.run(puts.rate(OUTSTANDING, RATE_SECONDS)))
            ours = _Rates(partial(group.rate, [stub], OUTSTANDING, RATE_SECONDS))
            ratio = beside_etcd(ours, theirs, effort.pairs)
            group.run(puts.close())
            return [["writes/s at 256, durable=true, beside puts of etcd", str(ratio), _least(ratio, 1), str(ours), str(theirs)]]
        finally:
            members.stop()


async def _puts(address: str) -> EtcdPuts:
    return EtcdPuts(address)


def logs(effort: Effort) -> list[Row]:
    """The log between kernels beside the log over etcd, both in one cluster."""
    with tempfile.TemporaryDirectory() as folder:
        members = EtcdCluster(Path(folder) / "etcd", 1).start()
        try:
            with ReplicatedGroup(("--store", members.url), warm=effort.warm) as group:
                store, kernels = group.register("store", STORE), group.register("kernels", KERNELS)
                rows: list[Row] = []
                for calls, bound in ((1, 0.5), (32, 0.5)):
                    turns = [partial(group.latency, partial(stub.incr, 1, PADDING), LONE_SECONDS, calls) for stub in (store, kernels)]
                    ratio = compare(turns[0], turns[1], effort.pairs)
                    rows.append([f"p50 at {calls}, log=kernels beside log over etcd", str(ratio), _most(ratio, bound), "", ""])
                (theirs, took_theirs), (ours, took) = (_many(group, chain, effort.objects) for chain in (STORE, KERNELS))
                rows.append(
                    ["seconds until they were made, the same", f"{took / took_theirs:.3f}", "", f"{took:.1f} s", f"{took_theirs:.1f} s"]
                )
                ratio = compare(theirs, ours, effort.pairs)
                rows.append(
                    [f"writes/s at 256 over {effort.objects:,} objects, the same", str(ratio), _least(ratio, 1.5), str(ours), str(theirs)]
                )
                return rows
        finally:
            members.stop()


def _many(group: ReplicatedGroup, chain: str, objects: int) -> tuple[_Rates, float]:
    """Writes to so many objects in turn, which have been called, and the seconds that it took to make them."""
    begun = time.perf_counter()
    stubs = group.many("many-store" if chain == STORE else "many-kernels", chain, objects, MAKING_SECONDS)
    took = time.perf_counter() - begun
    group.rate(stubs, OUTSTANDING, 2 * RATE_SECONDS)
    return _Rates(partial(group.rate, stubs, OUTSTANDING, RATE_SECONDS)), took


def lone(effort: Effort) -> list[Row]:
    """A lone write, and a read of the leader, beside the same object without managers."""
    with ReplicatedGroup(warm=effort.warm) as group:
        bare, stub = group.register("bare", ""), group.register("counter", KERNELS)
        writes = [partial(group.latency, partial(each.incr, 1, PADDING), LONE_SECONDS) for each in (bare, stub)]
        reads = [partial(group.latency, each.get, LONE_SECONDS) for each in (bare, stub)]
        write, read = compare(writes[0], writes[1], effort.pairs), compare(reads[0], reads[1], effort.pairs)
        return [
            ["lone write, p50, beside no managers", str(write), _most(write, 6), *(f"{turn():.0f} µs" for turn in writes[::-1])],
            ["lease read at the leader, p50, the same", str(read), _most(read, 1.2), *(f"{turn():.0f} µs" for turn in reads[::-1])],
        ]


def failover(effort: Effort) -> list[Row]:
    """The first acknowledged write after kill -9 of the leader's kernel."""
    with ReplicatedGroup(home=True, warm=effort.warm) as group:
        stub = group.register("counter", KERNELS)
        seconds = sorted(group.first_write(stub) for _ in range(effort.runs))
        median, worst = statistics.median(seconds), seconds[-1]
        wanted = f"≤ 1.5, ≤ 3 {'holds' if median <= 1.5 and worst <= 3 else 'MISSED'}"
        return [[f"first write after kill -9, {effort.runs} runs: p50, worst", f"{median:.2f} s, {worst:.2f} s", wanted, "", ""]]


def stopped(effort: Effort) -> list[Row]:
    """The slowest hundredth of writes with one follower stopped, beside all alive."""
    with ReplicatedGroup(home=True, warm=effort.warm) as group:
        stub = group.register("counter", KERNELS)
        _, followers = group.leading(stub)

        def turn() -> float:
            return _p99(group.samples(partial(stub.incr, 1, PADDING), TAIL_SECONDS, TAIL_CALLS))

        def without_one() -> float:
            stop(followers[0], stops=True)
            try:
                return turn()
            finally:
                stop(followers[0], stops=False)
                group.run(group.whole(stub))

        ratio = compare(turn, without_one, min(effort.pairs, 10))
        return [["p99 of writes at 32, a follower stopped, beside all alive", str(ratio), _most(ratio, 1.5), "", ""]]


def slaves(effort: Effort) -> list[Row]:
    """Reads a second of LoadBalancedMasterSlave with one, two and three slaves, each of which serves one at a time."""
    rates = reads_over_slaves(effort.seconds)
    worst = worst_of_linear(rates)
    told = ", ".join(f"{rate:,.1f}" for rate in rates.values())
    wanted = f"linear within 0.1 {'holds' if worst <= 0.1 else 'MISSED'}"
    return [[f"reads/s with {', '.join(map(str, rates))} slaves: how far from linear", f"{worst:.3f}", wanted, told, ""]]


def shards(effort: Effort) -> list[Row]:
    """Writes a second of four groups beside one, where each has a service time."""
    found = over_shards(effort.seconds)
    wanted = f"≥ 3.5 {'holds' if found['ratio'] >= 3.5 else 'MISSED'}"
    rates = [f"{found[name]:,.0f}/s" for name in ("four groups", "one group")]
    return [["writes/s of DHT(shards=4),ConsensusRSM beside one group", f"{found['ratio']:.2f}", wanted, *rates]]


def _p99(samples: list[float]) -> float:
    return sorted(samples)[len(samples) * 99 // 100]


ROWS: dict[str, Callable[[Effort], list[Row]]] = {
    "same": same,
    "pysyncobj": pysyncobj,
    "etcd": etcd,
    "logs": logs,
    "lone": lone,
    "failover": failover,
    "stopped": stopped,
    "slaves": slaves,
    "shards": shards,
}


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    usual = Effort()
    parser = argparse.ArgumentParser(prog="python -m benchmarks replication", description=__doc__)
    parser.add_argument("--only", choices=tuple(ROWS), action="append", help="measures this row alone; may be given several times")
    parser.add_argument("--pairs", type=int, default=usual.pairs, help="of turns for each ratio")
    parser.add_argument("--objects", type=int, default=usual.objects, help="of the row that spreads calls over many")
    parser.add_argument("--runs", type=int, default=usual.runs, help="of kill -9")
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="of each chain in the rows of slaves and shards")
    parser.add_argument("--warm", type=float, default=usual.warm, help="seconds of calls before a group is measured")
    options = parser.parse_args(arguments)
    effort = Effort(options.pairs, options.objects, options.runs, options.seconds, options.warm)
    found: list[Row] = []
    for name in options.only or ROWS:
        rows = ROWS[name](effort)
        print_table(name, HEADINGS, rows)
        found += rows
    write_json("replication", {"effort": asdict(effort), "load": os.getloadavg()[0], "rows": found})
    print_table("replication", HEADINGS, found)


if __name__ == "__main__":
    main()
