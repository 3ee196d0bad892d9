"""What does each deployment manager cost a call? Every chain beside the null chain in turns, and a cached read beside a remote one."""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import amino

from benchmarks import dm_ratios
from benchmarks.amino_host import OBJECTS, AminoHost
from benchmarks.chains import MeasuredChain, all_chains
from benchmarks.dispatch import measure_dispatch
from benchmarks.drivers import TEXT_PADDING
from benchmarks.managers.do_nothing import NAMES
from benchmarks.report import print_table, write_json
from benchmarks.samples import Call, lower_quartile, sequential

MANAGERS = Path(__file__).resolve().parent / "managers"
MODULE = "do_nothing"
CACHED = "LeaseCaching(lease=60s)"
OUTSTANDING = 32
SLICE_SECONDS = 0.25
LEAST_SLICES = 3
CACHED_BATCH = 200


def install(folder: Path) -> dict[str, str]:
    """Installs the managers of `benchmarks/managers` as a package of its own; returns the environment in which it is found."""
    information = folder / "amino_benchmark_managers-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: amino-benchmark-managers\nVersion: 1\n", encoding="utf-8")
    counting = "".join(f"{name} = counting:{name}\n" for name in ("Counting", "CountingApart"))
    entries = "".join(f"{name} = {MODULE}:{name}\n" for name in NAMES) + counting + "Serving = serving:Serving\n"
    (information / "entry_points.txt").write_text(f"[amino.deployment_managers]\n{entries}", encoding="utf-8")
    paths = [str(folder), str(MANAGERS), *(path for path in sys.path if path)]
    sys.path[:0] = paths[:2]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


async def rate(call: Call, seconds: float) -> float:
    """Calls per second with 32 outstanding; at least one call of each."""
    begin = time.perf_counter()
    made = 0

    async def work() -> None:
        nonlocal made
        while True:
            await call()
            made += 1
            if time.perf_counter() >= begin + seconds:
                return

    await asyncio.gather(*[work() for _ in range(OUTSTANDING)])
    return made / (time.perf_counter() - begin)


@dataclass
class Measured:
    """One chain: its object, how often it was called, and every slice as it was seen."""

    chain: MeasuredChain
    counter: amino.Stub
    made: int = 0
    samples: list[float] = field(default_factory=list[float])
    quartiles: list[float] = field(default_factory=list[float])
    rates: list[float] = field(default_factory=list[float])
    cpu: list[float] = field(default_factory=list[float])

    async def call(self) -> None:
        """One call."""
        if self.chain.reads:
            await self.counter.get()
        else:
            await self.counter.incr(1, TEXT_PADDING)
        self.made += 1

    async def slice(self, seconds: float) -> None:
        """One turn: calls one after the other, then 32 outstanding with the client's own processor time for each."""
        samples = await sequential(self.call, seconds)
        self.samples += samples
        self.quartiles.append(lower_quartile(samples))
        made, busy = self.made, time.process_time()
        self.rates.append(await rate(self.call, seconds))
        self.cpu.append((time.process_time() - busy) / (self.made - made) * 1e6)

    async def check(self) -> None:
        """Raises RuntimeError where a call was lost or ran twice, or where there were more calls than the client had time for."""
        value, expected = await self.counter.get(), 0 if self.chain.reads else self.made
        if value != expected:
            raise RuntimeError(f"{self.chain.name}: {expected} calls made that add 1, the counter says {value}")
        for fast, busy in zip(self.rates, self.cpu, strict=True):
            if fast * busy > 1.1e6:
                raise RuntimeError(
                    f"{self.chain.name}: {fast:,.0f} calls/s at {busy:.2f} µs of this thread's time each is more than one processor does"
                )


async def measure_chains(client: amino.Client, chains: list[MeasuredChain], seconds: float) -> dict[str, dict[str, Any]]:
    """How long a call takes and how many there are a second, by chain. The chains take turns, so that a slow moment meets them all.

    Chains are compared by the lower quartile of their quietest turn: whatever else runs on the machine only ever adds to a call.
    """
    measured: dict[str, Measured] = {}
    for number, chain in enumerate(chains):
        stub = await client.register(OBJECTS / "counter.js", f"chain-{number}", deployment_managers=chain.managers)
        measured[chain.name] = found = Measured(chain, stub)
        await sequential(found.call, seconds / 2)
        await rate(found.call, seconds / 2)
    slices = max(LEAST_SLICES, round(seconds / SLICE_SECONDS))
    for _ in range(slices):
        for found in measured.values():
            await found.slice(seconds / slices)
    figures: dict[str, dict[str, Any]] = {}
    for name, found in measured.items():
        await found.check()
        base, quietest = min(measured[found.chain.baseline].quartiles), min(found.quartiles)
        figures[name] = {
            "p50_us": statistics.median(found.samples),
            "rate_32": statistics.median(found.rates),
            "quietest_us": quietest,
            "percent": (quietest / base - 1) * 100,
            "p25_us": found.quartiles,
            "rates": found.rates,
            "client_cpu_us": found.cpu,
        }
    return figures


async def measure_cache(client: amino.Client, seconds: float) -> dict[str, float]:
    """Microseconds of a read that LeaseCaching answers in this process, and of the same read at an object without managers."""
    remote = await client.register(OBJECTS / "counter.js", "remote")
    cached = await client.register(OBJECTS / "counter.js", "cached", deployment_managers=CACHED)
    far: list[float] = []
    near: list[float] = []
    await sequential(remote.get, seconds)
    end = time.perf_counter() + 2 * seconds
    while time.perf_counter() < end:
        far += await sequential(remote.get, SLICE_SECONDS / 5)
        before = time.perf_counter()
        for _ in range(CACHED_BATCH):
            await cached.get()
        near.append((time.perf_counter() - before) / CACHED_BATCH * 1e6)
    return {"remote_us": statistics.median(far), "cached_us": statistics.median(near)}


def measure_cache_blocking(address: str, seconds: float) -> dict[str, float]:
    """As `measure_cache`, without async."""
    far: list[float] = []
    near: list[float] = []
    with amino.connect(address) as client:
        remote, cached = client.get("remote"), client.get("cached")
        end = time.perf_counter() + 2 * seconds
        while (before := time.perf_counter()) < end:
            for _ in range(CACHED_BATCH):
                cached.get()
            near.append((time.perf_counter() - before) / CACHED_BATCH * 1e6)
            for _ in range(20):
                before = time.perf_counter()
                remote.get()
                far.append((time.perf_counter() - before) * 1e6)
    return {"remote_us": statistics.median(far), "cached_us": statistics.median(near)}


async def measure(address: str, chosen: list[MeasuredChain], seconds: float) -> dict[str, Any]:
    """Everything that one client with async can see."""
    async with amino.connect(address) as client:
        chains = await measure_chains(client, chosen, seconds)
        return {
            "chains": chains,
            "steps": await measure_dispatch(client, seconds),
            "async": await measure_cache(client, seconds),
        }


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks dm", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="length of the measurements of one chain")
    parser.add_argument("--pairs", type=int, default=0, help="compares by so many pairs of short turns, with bounds, and nothing else")
    parser.add_argument("--chains", default="", metavar="TEXT", help="with --pairs: only chains whose text contains this")
    parser.add_argument("--against", type=Path, metavar="PATH", help="with --pairs: a built copy of Amino to compare with")
    options = parser.parse_args(arguments)
    chosen = all_chains()  # before those that only exist to be measured are installed
    with tempfile.TemporaryDirectory() as folder:
        environment = install(Path(folder))
        if options.pairs:
            dm_ratios.measure(options.chains, options.pairs, options.against, environment)
            return
        with AminoHost(environment=environment) as host:
            results = amino.run(measure(host.address, chosen, options.seconds))
            results["blocking"] = measure_cache_blocking(host.address, options.seconds)
    for kind in ("async", "blocking"):
        results[kind]["times"] = results[kind]["remote_us"] / results[kind]["cached_us"]
    write_json("dm", results)
    rows = [
        [
            name,
            f"{found['p50_us']:.1f}",
            f"{found['quietest_us']:.1f}",
            f"{found['percent']:+.1f} %",
            f"{found['rate_32']:,.0f}",
            f"{min(found['rates']):,.0f} to {max(found['rates']):,.0f}",
        ]
        for name, found in results["chains"].items()
    ]
    print_table(
        "a call through a chain",
        ["chain", "p50 µs", "quietest turn", "beside none", f"calls/s, {OUTSTANDING} outstanding", "least to most"],
        rows,
    )
    costs = [
        [kind, *(f"{found[key]:.1f}" for key in ("first_us", "first_percent", "each_us", "each_percent"))]
        for kind, found in results["steps"].items()
    ]
    print_table("what a manager that hands calls on costs", ["kind", "first µs", "% of a call", "each further µs", "% of its call"], costs)
    reads = [[kind, *(f"{results[kind][key]:.2f}" for key in ("remote_us", "cached_us", "times"))] for kind in ("async", "blocking")]
    print_table("a read that LeaseCaching answers in the caller's process", ["client", "remote µs", "cached µs", "times faster"], reads)


if __name__ == "__main__":
    main()
