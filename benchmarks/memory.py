"""What does an object weigh, and how many can be made a second?"""

from __future__ import annotations

import argparse
import asyncio
import time

import amino

from benchmarks.amino_host import OBJECTS, AminoHost
from benchmarks.report import print_table, write_json

AT_ONCE = 256


async def create_many(address: str, count: int) -> float:
    """Makes `count` JS objects of one class, 256 requests at a time; returns the seconds it took."""
    async with amino.connect(address) as client:
        await client.register(OBJECTS / "counter.js", name="counter")
        first = await client.create("counter", 0)
        assert await first.incr(1) == 1
        remaining = iter(range(count))
        begin = time.perf_counter()

        async def work() -> None:
            for number in remaining:
                await client.create("counter", number)

        await asyncio.gather(*[work() for _ in range(AT_ONCE)])
        return time.perf_counter() - begin


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks memory", description=__doc__)
    parser.add_argument("--objects", type=int, default=100_000)
    options = parser.parse_args(arguments)
    with AminoHost() as host:
        before = host.resident_bytes()
        seconds = asyncio.run(create_many(host.address, options.objects))
        after = host.resident_bytes()
    result = {
        "objects": options.objects,
        "create_per_second": options.objects / seconds,
        "kernel_bytes_before": before,
        "kernel_bytes_after": after,
        "bytes_per_object": (after - before) / options.objects,
    }
    write_json("memory", result)
    print_table("objects of one JS class in one kernel (with its OMS)", list(result), [[f"{value:,.0f}" for value in result.values()]])


if __name__ == "__main__":
    main()
