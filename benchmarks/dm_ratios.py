"""Chains beside an object without managers, and beside an older copy of Amino, by many pairs of short turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.copy_host import CopyHost
from benchmarks.ratio import Ratio, compare
from benchmarks.report import print_table, write_json

OUTSTANDING = 32
TURN_SECONDS = 0.06
DURABLE_SECONDS = 0.1
WARM_SECONDS = 90.0
"""Each save, and each transaction, captures an object's state by code of its language. The engine compiles that beside the calls, on the
same core: until it has, both copies are slow, and alike."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a chain must reach beside an object without managers.

    Arguments:
        rate: at least that share of its calls a second, 32 under way.
        lone: at most so many times its lone call.
        warm: seconds of calls before the first turn.
    """

    rate: float
    lone: float
    warm: float = 0.5


CHAINS: Mapping[str, Bounds] = {
    "SerializableRPC": Bounds(0.97, 1.03),
    "KeepInPlace": Bounds(0.97, 1.03),
    "Retry": Bounds(0.7, 1.3),
    "LoadBalancedFrontEnd(replicas=1)": Bounds(0.7, 1.3),
    "KeepOnDevice": Bounds(0.7, 1.3),
    "Retry,LoadBalancedFrontEnd(replicas=1)": Bounds(0.7, 1.3),
    "AtMostOnceRPC": Bounds(0.5, 1.5),
    "Retry,AtMostOnceRPC": Bounds(0.5, 1.5),
    "PeriodicCheckpoint(every=1000)": Bounds(0.5, 1.5, WARM_SECONDS),
    "ExplicitCheckpoint": Bounds(0.5, 1.5),
    "LockingTransactions": Bounds(0.5, 1.5),
    "OptimisticTransactions": Bounds(0.5, 1.5),
    "LeaseCaching(lease=60s)": Bounds(0.5, 1.5),
    "ConsistentCaching(lease=60s)": Bounds(0.5, 1.5),
    "WriteThroughCaching": Bounds(0.5, 1.5),
    "Counting": Bounds(0.12, 5),
    "CountingApart": Bounds(0.12, 5),
}
OBJECTS, MANY = 64, 256
"""Objects, and callers over them."""
TRANSACTED, CREATES = 32, 64


@dataclass(frozen=True, slots=True)
class Against:
    """A row beside an older copy.

    Arguments:
        title: of the row.
        chain: of its objects.
        objects: how many it has.
        turn: one turn with a copy and the names of its objects.
        bound: how many times as much.
        warm: seconds of calls before the first turn.
    """

    title: str
    chain: str
    objects: int
    turn: Callable[[CopyHost, list[str]], float]
    bound: float
    warm: float = WARM_SECONDS


def _one(host: CopyHost, names: list[str]) -> float:
    return host.rate(names, OUTSTANDING, DURABLE_SECONDS)


def _many(host: CopyHost, names: list[str]) -> float:
    return host.rate(names, MANY, DURABLE_SECONDS)


def _transactions(host: CopyHost, names: list[str]) -> float:
    return host.transactions(names, DURABLE_SECONDS)


def _creates(host: CopyHost, names: list[str]) -> float:
    return host.creates(names[0], CREATES, DURABLE_SECONDS)


def _threads(host: CopyHost, names: list[str]) -> float:
    return host.threads(names[0], OUTSTANDING, DURABLE_SECONDS)


AGAINST = (
    Against("DurableSerializableRPC, 32 callers, one object", "DurableSerializableRPC", 1, _one, 20),
    Against("DurableTransactions, 32 callers, one object", "DurableTransactions", 1, _one, 20),
    Against("DurableSerializableRPC, 256 callers, 64 objects", "DurableSerializableRPC", OBJECTS, _many, 5),
    Against("LockingTransactions, two writes, 32 objects", "LockingTransactions", TRANSACTED, _transactions, 5),
    Against("create, 64 under way", "", 1, _creates, 4, 30.0),
    Against("a client without async, 32 threads", "", 1, _threads, 2, 10.0),
)


def beside_none(chosen: str, pairs: int, environment: Mapping[str, str]) -> list[list[str]]:
    """A row for each chain whose name contains `chosen`, after the row of an object without managers beside another."""
    rows: list[list[str]] = []
    with CopyHost(environment=environment) as host:
        host.register("none", "")
        host.register("none-2", "")
        rows.append(_row(host, "none-2", "none beside none", None, pairs))
        for number, (chain, bounds) in enumerate(CHAINS.items()):
            if chosen in chain:
                host.register(f"chain-{number}", chain)
                host.rate([f"chain-{number}"], OUTSTANDING, bounds.warm)
                rows.append(_row(host, f"chain-{number}", chain, bounds, pairs))
    return rows


def _row(host: CopyHost, name: str, title: str, bounds: Bounds | None, pairs: int) -> list[str]:
    rate = compare(partial(host.rate, ["none"], OUTSTANDING, TURN_SECONDS), partial(host.rate, [name], OUTSTANDING, TURN_SECONDS), pairs)
    lone = compare(partial(host.lone, "none", TURN_SECONDS), partial(host.lone, name, TURN_SECONDS), pairs)
    if bounds is None:
        return [title, str(rate), "", str(lone), ""]
    return [title, str(rate), _at_least(rate, bounds.rate), str(lone), _at_most(lone, bounds.lone)]


def _at_least(ratio: Ratio, bound: float) -> str:
    return f"≥ {bound} {'holds' if ratio.is_at_least(bound) else 'MISSED'}"


def _at_most(ratio: Ratio, bound: float) -> str:
    return f"≤ {bound} {'holds' if ratio.is_at_most(bound) else 'MISSED'}"


def against(old: Path, chosen: str, pairs: int) -> list[list[str]]:
    """A row for each of `AGAINST` whose title contains `chosen`: new by old, both copies alive."""
    rows: list[list[str]] = []
    for row in AGAINST:
        if chosen not in row.title:
            continue
        with CopyHost() as new, CopyHost(old) as before:
            turns: list[Callable[[], float]] = []
            for host in (before, new):
                host.register("object", row.chain)
                names = ["object", *host.more("object", row.objects - 1)]
                turns.append(partial(row.turn, host, names))
                _warm(turns[-1], row.warm)
            ratio = compare(turns[0], turns[1], pairs)
            rates = [turn() for turn in turns]
            rows.append([row.title, str(ratio), _at_least(ratio, row.bound), f"{rates[0]:,.0f}", f"{rates[1]:,.0f}"])
    return rows


def _warm(turn: Callable[[], float], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        turn()


def measure(chosen: str, pairs: int, old: Path | None, environment: Mapping[str, str]) -> dict[str, Any]:
    """Measures, prints the tables and answers them."""
    rows = beside_none(chosen, pairs, environment)
    print_table(
        f"beside an object without managers, {pairs} pairs of turns: median [95 %]",
        ["chain", f"calls/s, {OUTSTANDING} outstanding", "wanted", "lone call", "wanted"],
        rows,
    )
    found: dict[str, Any] = {"pairs": pairs, "beside_none": rows}
    if old is not None:
        found["against"] = against(old, chosen, pairs)
        print_table(f"beside {old.name}, {pairs} pairs of turns", ["chain", "calls/s, new / old", "wanted"], found["against"])
    write_json("dm-ratios", found)
    return found
