"""Takes short turns of durable work that is not Amino's own call: a counter in Redis, or a commit of the OMS's store.

  redis SOCKET CORE     a client of a Redis server
  commit FOLDER CORE    the store that an OMS of one machine has, in this process

It prints `READY`, then obeys JSON lines on standard input and answers each with one:
  ["rate", NAMES, CALLS, SECONDS]    increments with so many under way, spread over the names: increments a second
  ["lone", NAME, SECONDS]            one after another: the median in microseconds
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from amino_store.sqlite.store import SqliteStore
from amino_store.transaction import Put, Transaction

Increment = Callable[[str], Awaitable[object]]
VALUE = b"x" * 200
"""As long as a small object's checkpoint with what its managers know."""


@asynccontextmanager
async def redis(socket: str) -> AsyncGenerator[Increment]:
    """Increments of counters in Redis, by the client that its makers offer, as its documentation shows it."""
    made: Any = import_module("redis.asyncio").Redis(unix_socket_path=socket, max_connections=1000)
    async with made as client:
        yield client.incr


@asynccontextmanager
async def commit(folder: str) -> AsyncGenerator[Increment]:
    """Puts of a small value, written as a durable value is."""
    store = await SqliteStore.open(Path(folder))

    async def put(name: str) -> object:
        return await store.commit(Transaction(then=(Put(name, VALUE, watched=False),)))

    try:
        yield put
    finally:
        await store.close()


async def rate(increment: Increment, names: list[str], calls: int, seconds: float) -> float:
    """Increments a second."""
    begin = time.perf_counter()
    made = 0

    async def work(name: str) -> None:
        nonlocal made
        while time.perf_counter() < begin + seconds:
            await increment(name)
            made += 1

    await asyncio.gather(*(work(names[number % len(names)]) for number in range(calls)))
    return made / (time.perf_counter() - begin)


async def lone(increment: Increment, name: str, seconds: float) -> float:
    """Microseconds of an increment, the median."""
    samples: list[float] = []
    before = time.perf_counter()
    end = before + seconds
    while before < end:
        await increment(name)
        after = time.perf_counter()
        samples.append(after - before)
        before = after
    return statistics.median(samples) * 1e6


WORDS: Mapping[str, Callable[..., Awaitable[float]]] = {"rate": rate, "lone": lone}


async def main(kind: str, place: str, core: str) -> None:
    """Entry point."""
    os.sched_setaffinity(0, {int(core)})
    async with redis(place) if kind == "redis" else commit(place) as increment:
        print("READY", flush=True)
        while line := await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
            word, *arguments = json.loads(line)
            answer = await WORDS[word](increment, *arguments)
            print(json.dumps({"answer": answer}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
