"""How do calls grow with objects, with client processes and with replicas, and how do they differ with the language of the object?"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from typing import Any

import amino

from benchmarks.amino_host import OBJECTS, AminoHost
from benchmarks.drivers import PADDING
from benchmarks.languages import over_languages
from benchmarks.peers import all_peers
from benchmarks.processes import Child
from benchmarks.replicas import LONG_STEPS, over_replicas
from benchmarks.report import print_table, write_json

OBJECT_COUNTS = (1, 10, 100, 1000)
CLIENT_COUNTS = (1, 2, 4, 8)
WARM_SECONDS = 8.0


async def over_objects(address: str, count: int, seconds: float, outstanding: int = 256) -> float:
    """Calls per second of one client with many calls under way, spread over `count` objects."""
    async with amino.connect(address) as client:
        counters = await asyncio.gather(*[client.create("counter", 0) for _ in range(count)])
        members = [counter.incr for counter in counters]
        end = time.perf_counter() + seconds
        made = 0

        async def work(index: int) -> None:
            nonlocal made
            while time.perf_counter() < end:
                await members[index % count](1, PADDING)
                index += outstanding
                made += 1

        begin = time.perf_counter()
        await asyncio.gather(*[work(index) for index in range(outstanding)])
        return made / (time.perf_counter() - begin)


def over_clients(address: str, count: int, seconds: float) -> float:
    """Calls per second of `count` client processes, four calls under way each, on one object."""
    port = address.rsplit(":", 1)[1]
    command = [word.replace("{port}", port) for word in all_peers()["amino_lane"].client]
    clients = [Child(command) for _ in range(count)]
    try:
        for client in clients:
            client.answer()
        for length in (1.0, seconds):
            for client in clients:
                client.send(f"outstanding 4 {length}")
            answers = [client.answer() for client in clients]
        return float(sum(answer["n"] / answer["seconds"] for answer in answers))
    finally:
        for client in clients:
            client.stop()


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks scale", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args(arguments)
    with AminoHost() as host:
        with amino.connect(host.address) as client:
            client.register(OBJECTS / "counter.js", name="counter")
        asyncio.run(over_objects(host.address, 1, WARM_SECONDS))
        by_objects = {count: asyncio.run(over_objects(host.address, count, options.seconds)) for count in OBJECT_COUNTS}
        by_clients = {count: over_clients(host.address, count, options.seconds) for count in CLIENT_COUNTS}
    by_replicas, by_languages = over_replicas(options.seconds), over_languages(options.seconds)
    results: dict[str, dict[Any, float]] = {
        "objects": by_objects,
        "client_processes": by_clients,
        "replicas": by_replicas["short"],
        "replicas_long_calls": by_replicas["long"],
        "languages": by_languages,
    }
    write_json("scale", {f"calls_per_second_by_{over}": rates for over, rates in results.items()})
    rows = [[over.replace("_", " "), "  ".join(f"{of}: {rate:,.0f}" for of, rate in rates.items())] for over, rates in results.items()]
    print_table(f"calls per second; a long call of a replica computes {LONG_STEPS:,} steps", ["over", "calls/s"], rows)


if __name__ == "__main__":
    main(sys.argv[1:])
