"""What does an object weigh, and how many can be made a second: by one request each, and many by one request?"""

from __future__ import annotations

import argparse
import asyncio
import os
import time

import amino
import psutil

from benchmarks.amino_host import OBJECTS, AminoHost
from benchmarks.report import print_table, write_json

AT_ONCE = 64
SHARE_ONE_BY_ONE = 20
"""One in so many objects is made by a request of its own."""

WARM_UP = 1000


async def one_by_one(client: amino.Client, count: int) -> float:
    """Makes `count` objects, 64 requests at a time; returns the seconds it took."""
    remaining = iter(range(count))
    begin = time.perf_counter()

    async def work() -> None:
        for number in remaining:
            await client.create("counter", number)

    await asyncio.gather(*[work() for _ in range(AT_ONCE)])
    return time.perf_counter() - begin


async def together(client: amino.Client, count: int) -> float:
    """Makes `count` objects with `create_many`; returns the seconds it took."""
    begin = time.perf_counter()
    made = await client.create_many("counter", [(number,) for number in range(count)])
    seconds = time.perf_counter() - begin
    assert [await each.get() for each in (made[0], made[-1])] == [0, count - 1]
    return seconds


async def measure(host: AminoHost, objects: int, chain: str = "") -> dict[str, float]:
    """Makes JS objects of one class under a chain in one kernel; times, processor time and resident memory by name."""
    few = objects // SHARE_ONE_BY_ONE
    many = objects - few
    async with amino.connect(host.address) as client:
        await client.register(OBJECTS / "counter.js", name="counter", deployment_managers=chain)
        await one_by_one(client, WARM_UP)
        await together(client, WARM_UP)
        before = host.resident_bytes()
        spent = [_processor_seconds(host)]
        seconds = [await one_by_one(client, few)]
        spent.append(_processor_seconds(host))
        seconds.append(await together(client, many))
        spent.append(_processor_seconds(host))
        after = host.resident_bytes()
    return {
        "objects": objects,
        "create_per_second": few / seconds[0],
        "create_cpu_us": 1e6 * (spent[1] - spent[0]) / few,
        "create_many_per_second": many / seconds[1],
        "create_many_cpu_us": 1e6 * (spent[2] - spent[1]) / many,
        "kernel_bytes_before": before,
        "kernel_bytes_after": after,
        "bytes_per_object": (after - before) / objects,
    }


def _processor_seconds(host: AminoHost) -> float:
    """Processor time of the kernel, its OMS and their children."""
    return sum(sum(process.cpu_times()[:2]) for process in host.processes())


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks memory", description=__doc__)
    parser.add_argument("--objects", type=int, default=100_000)
    parser.add_argument("--dm", default="", metavar="CHAIN", help="of the objects of a second kernel, beside those without managers")
    options = parser.parse_args(arguments)
    environment = {**os.environ, "AMINO_OMS_MAX_NAMELESS": "0"}  # one client makes more objects than one may have
    with AminoHost(environment=environment) as host:
        result = asyncio.run(measure(host, options.objects))
    if options.dm:
        with AminoHost(environment=environment) as host:
            managed = asyncio.run(measure(host, options.objects, options.dm))
        result["managed_bytes_per_object"] = managed["bytes_per_object"]
        for name in ("bytes_per_object", "kernel_bytes_after"):
            result[f"managed_{name}_ratio"] = managed[name] / result[name]
    result["load_average"] = psutil.getloadavg()[0]
    write_json("memory", result)
    row = [f"{value:,.0f}" if value >= 10 else f"{value:.2f}" for value in result.values()]
    print_table("objects of one JS class in one kernel (with its OMS)", list(result), [row])


if __name__ == "__main__":
    main()
