"""xoscar: actors on asyncio, one pool in the server's process."""

from __future__ import annotations

import asyncio
import sys

import uvloop
import xoscar

from benchmarks.drivers import PADDING, drive_async, ready


class CounterActor(xoscar.Actor):
    """The counter as an actor."""

    def __init__(self) -> None:
        self.value = 0

    def incr(self, n: int, padding: bytes) -> int:
        del padding
        self.value += n
        return self.value


async def serve(address: str) -> None:
    """Serves one counter."""
    pool = await xoscar.create_actor_pool(address, n_process=0)
    await xoscar.create_actor(CounterActor, address=address, uid="counter")
    ready()
    await pool.join()


async def call(address: str) -> None:
    """Calls it as the harness says."""
    counter = await xoscar.actor_ref(address=address, uid="counter")

    async def one(n: int) -> int:
        return int(await counter.incr(n, PADDING))

    await drive_async(one)


if __name__ == "__main__":
    # Under its importable name, so that server and client mean the same class.
    from benchmarks.peers import xoscar_peer

    where = f"127.0.0.1:{sys.argv[2]}"
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(xoscar_peer.serve(where) if sys.argv[1] == "server" else xoscar_peer.call(where))
