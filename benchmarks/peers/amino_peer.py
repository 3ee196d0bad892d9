"""Amino itself: a JS object on the null chain, the Python SDK, everything on. The last argument of the client is its carrier."""

from __future__ import annotations

import sys
import time
from typing import Literal

import amino
import uvloop

from benchmarks.amino_host import OBJECTS, AminoHost
from benchmarks.drivers import PADDING, drive_async, ready


def serve(port: int) -> None:
    """Serves one counter until the harness ends this process."""
    with AminoHost(port) as host:
        with amino.connect(host.address) as client:
            client.register(OBJECTS / "counter.js", name="counter")
        ready()
        while True:
            time.sleep(3600)


async def drive(port: int, transport: Literal["lane", "grpc"]) -> None:
    """Calls it as the harness says."""
    async with amino.connect(f"127.0.0.1:{port}", transport=transport) as client:
        counter = await client.get("counter")
        incr = counter.incr

        async def call(n: int) -> int:
            return int(await incr(n, PADDING))

        await drive_async(call)


if __name__ == "__main__":
    if sys.argv[1] == "server":
        serve(int(sys.argv[2]))
    else:
        uvloop.run(drive(int(sys.argv[2]), "grpc" if sys.argv[3] == "grpc" else "lane"))
