"""What does a replicated object cost, beside the same object without managers and beside others that replicate?"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.ratio import Ratio, compare
from benchmarks.replication_group import KERNELS, PADDING, STORE, ReplicatedGroup, stop
from benchmarks.replication_peers import EtcdPuts, SyncObjGroup
from benchmarks.report import print_table, write_json
from tests.support.etcd import EtcdCluster

OUTSTANDING = 256
RATE_SECONDS, LONE_SECONDS, TAIL_SECONDS = 0.6, 0.3, 3.0
FAILOVERS = 20
TAIL_CALLS = 32
Row = list[str]


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


def same(pairs: int) -> list[Row]:
    """A/A: what the same object shows beside itself."""
    with ReplicatedGroup() as group:
        stub = group.register("same", KERNELS)
        turn = partial(group.rate, [stub], OUTSTANDING, RATE_SECONDS)
        first, second = _Rates(turn), _Rates(turn)
        ratio = compare(first, second, pairs)
        call = partial(stub.incr, 1, PADDING)
        lone = compare(partial(group.latency, call, LONE_SECONDS), partial(group.latency, call, LONE_SECONDS), pairs)
        return [["A/A, writes/s at 256", str(ratio), "", str(second), str(first)], ["A/A, lone write", str(lone), "", "", ""]]


def pysyncobj(pairs: int) -> list[Row]:
    """Writes a second beside PySyncObj's counter."""
    with ReplicatedGroup() as group, SyncObjGroup() as other:
        stub = group.register("counter", KERNELS)
        theirs = _Rates(partial(other.rate, OUTSTANDING, RATE_SECONDS))
        ours = _Rates(partial(group.rate, [stub], OUTSTANDING, RATE_SECONDS))
        theirs()
        ratio = compare(theirs, ours, pairs)
        return [["writes/s at 256, in memory, beside PySyncObj", str(ratio), _least(ratio, 2), str(ours), str(theirs)]]


def etcd(pairs: int) -> list[Row]:
    """Writes a second beside etcd's own puts, on its own log files."""
    with tempfile.TemporaryDirectory() as folder, ReplicatedGroup() as group:
        members = EtcdCluster(Path(folder) / "etcd", 3, ()).start()
        try:
            stub = group.register("counter", KERNELS)
            puts = group.run(_puts(members.leader.address))
            theirs = _Rates(lambda: group.run(puts.rate(OUTSTANDING, RATE_SECONDS)))
            ours = _Rates(partial(group.rate, [stub], OUTSTANDING, RATE_SECONDS))
            theirs()
            ratio = compare(theirs, ours, pairs)
            group.run(puts.close())
            return [["writes/s at 256, in memory, beside puts of etcd", str(ratio), _least(ratio, 1), str(ours), str(theirs)]]
        finally:
            members.stop()


async def _puts(address: str) -> EtcdPuts:
    return EtcdPuts(address)


def logs(pairs: int, objects: int) -> list[Row]:
    """The log between kernels beside the log over etcd, both in one cluster."""
    with tempfile.TemporaryDirectory() as folder:
        members = EtcdCluster(Path(folder) / "etcd", 1).start()
        try:
            with ReplicatedGroup(("--store", members.url)) as group:
                store, kernels = group.register("store", STORE), group.register("kernels", KERNELS)
                rows: list[Row] = []
                for calls, bound in ((1, 0.5), (32, 0.5)):
                    turns = [partial(group.latency, partial(stub.incr, 1, PADDING), LONE_SECONDS, calls) for stub in (store, kernels)]
                    ratio = compare(turns[0], turns[1], pairs)
                    rows.append([f"p50 at {calls}, log=kernels beside log over etcd", str(ratio), _most(ratio, bound), "", ""])
                many = {chain: _many(group, chain, objects) for chain in (STORE, KERNELS)}
                theirs, ours = (_Rates(partial(group.rate, many[chain], OUTSTANDING, RATE_SECONDS)) for chain in (STORE, KERNELS))
                ratio = compare(theirs, ours, pairs)
                rows.append([f"writes/s at 256 over {objects:,} objects, the same", str(ratio), _least(ratio, 1.5), str(ours), str(theirs)])
                return rows
        finally:
            members.stop()


def _many(group: ReplicatedGroup, chain: str, objects: int) -> list[Any]:
    name = "many-store" if chain == STORE else "many-kernels"
    stubs = [group.register(name, chain, warm=False)]
    stubs += [group.run(group.client.create(name)) for _ in range(objects - 1)]
    group.rate(stubs, OUTSTANDING, 2 * RATE_SECONDS)
    return stubs


def lone(pairs: int) -> list[Row]:
    """A lone write, and a read of the leader, beside the same object without managers."""
    with ReplicatedGroup() as group:
        bare, stub = group.register("bare", ""), group.register("counter", KERNELS)
        writes = [partial(group.latency, partial(each.incr, 1, PADDING), LONE_SECONDS) for each in (bare, stub)]
        reads = [partial(group.latency, each.get, LONE_SECONDS) for each in (bare, stub)]
        write, read = compare(writes[0], writes[1], pairs), compare(reads[0], reads[1], pairs)
        return [
            ["lone write, p50, beside no managers", str(write), _most(write, 6), *(f"{turn():.0f} µs" for turn in writes[::-1])],
            ["lease read at the leader, p50, the same", str(read), _most(read, 1.2), *(f"{turn():.0f} µs" for turn in reads[::-1])],
        ]


def failover(runs: int) -> list[Row]:
    """The first acknowledged write after kill -9 of the leader's kernel."""
    with ReplicatedGroup(home=True) as group:
        stub = group.register("counter", KERNELS)
        seconds = sorted(group.first_write(stub) for _ in range(runs))
        median, worst = statistics.median(seconds), seconds[-1]
        wanted = f"≤ 1.5, ≤ 3 {'holds' if median <= 1.5 and worst <= 3 else 'MISSED'}"
        return [[f"first write after kill -9, {runs} runs: p50, worst", f"{median:.2f} s, {worst:.2f} s", wanted, "", ""]]


def stopped(pairs: int) -> list[Row]:
    """The slowest hundredth of writes with one follower stopped, beside all alive."""
    with ReplicatedGroup(home=True) as group:
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

        ratio = compare(turn, without_one, min(pairs, 10))
        return [["p99 of writes at 32, a follower stopped, beside all alive", str(ratio), _most(ratio, 1.5), "", ""]]


def _p99(samples: list[float]) -> float:
    return sorted(samples)[len(samples) * 99 // 100]


def rows_of(pairs: int, objects: int, runs: int) -> dict[str, Callable[[], list[Row]]]:
    """The rows by name."""
    return {
        "same": partial(same, pairs),
        "pysyncobj": partial(pysyncobj, pairs),
        "etcd": partial(etcd, pairs),
        "logs": partial(logs, pairs, objects),
        "lone": partial(lone, pairs),
        "failover": partial(failover, runs),
        "stopped": partial(stopped, pairs),
    }


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    asyncio.set_event_loop(None)
    names = tuple(rows_of(0, 0, 0))
    parser = argparse.ArgumentParser(prog="python -m benchmarks replication", description=__doc__)
    parser.add_argument("--only", choices=names, help="measures this row alone")
    parser.add_argument("--pairs", type=int, default=40, help="of turns for each ratio")
    parser.add_argument("--objects", type=int, default=1000, help="of the row that spreads calls over many")
    parser.add_argument("--runs", type=int, default=FAILOVERS, help="of kill -9")
    options = parser.parse_args(arguments)
    found: list[Row] = []
    for name, row in rows_of(options.pairs, options.objects, options.runs).items():
        if options.only in (None, name):
            rows = row()
            print_table(name, ["row", "ratio, median [95 %]", "wanted", "ours, client's time", "beside"], rows)
            found += rows
    write_json("replication", {"pairs": options.pairs, "load": os.getloadavg()[0], "rows": found})
    print_table("replication", ["row", "ratio, median [95 %]", "wanted", "ours, client's time", "beside"], found)


if __name__ == "__main__":
    main()
