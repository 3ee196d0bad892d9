"""A client that takes short turns on demand. Run by the Python of the copy of Amino that is measured; it uses only what every copy has.

It gets the address of a kernel, prints `ready`, then obeys JSON lines on standard input and answers each with one:
  ["get", NAME]                      meets an object and calls it until it is warm: null
  ["more", NAME, OBJECTS]            makes objects of its class, with its managers: their names
  ["rate", NAMES, CALLS, SECONDS]    calls with so many under way, spread over the objects: calls a second
  ["lone", NAME, SECONDS]            one call after another: the median in microseconds
  ["transact", NAMES, SECONDS]       transactions of two writes, one under way at each object: transactions a second
  ["create", NAME, CALLS, SECONDS]   makes objects of a class, with so many requests under way: objects a second
  ["threads", NAME, THREADS, SECONDS] calls from so many threads of a client without async: calls a second
  ["steps", NAME, STEPS, SECONDS]    one call after another of a member that makes so many steps: steps a second
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import amino

WARM_CALLS = 2000
PADDING = "x" * 40


class Turns:
    """The client, with the objects that it has met."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        self._stubs: dict[str, Any] = {}

    async def get(self, name: str) -> None:
        """Meets an object."""
        stub = self._stubs[name] = await self._client.get(name)
        for _ in range(WARM_CALLS // 50):
            await asyncio.gather(*(stub.incr(1, PADDING) for _ in range(50)))

    async def more(self, name: str, objects: int) -> list[str]:
        """Further objects of a class."""
        names = [f"{name}-{number}" for number in range(objects)]
        for each in names:
            self._stubs[each] = await self._client.create(name)
        return names

    async def rate(self, names: list[str], calls: int, seconds: float) -> float:
        """Calls a second."""
        begin = time.perf_counter()
        end = begin + seconds
        made = 0

        async def work(stub: Any) -> None:
            nonlocal made
            while time.perf_counter() < end:
                await stub.incr(1, PADDING)
                made += 1

        await asyncio.gather(*(work(self._stubs[names[number % len(names)]]) for number in range(calls)))
        return made / (time.perf_counter() - begin)

    async def lone(self, name: str, seconds: float) -> float:
        """Microseconds of a call, the median."""
        stub = self._stubs[name]
        samples: list[float] = []
        before = time.perf_counter()
        end = before + seconds
        while before < end:
            await stub.incr(1, PADDING)
            after = time.perf_counter()
            samples.append(after - before)
            before = after
        return statistics.median(samples) * 1e6

    async def transact(self, names: list[str], seconds: float) -> float:
        """Transactions a second."""
        begin = time.perf_counter()
        made = 0

        async def work(stub: Any) -> None:
            nonlocal made
            while time.perf_counter() < begin + seconds:
                async with stub.dm.transaction():
                    await stub.incr(1, PADDING)
                    await stub.incr(1, PADDING)
                made += 1

        await asyncio.gather(*(work(self._stubs[name]) for name in names))
        return made / (time.perf_counter() - begin)

    async def create(self, name: str, calls: int, seconds: float) -> float:
        """Objects a second. They are deleted afterwards: a client may have so many objects without a name, and memory would grow."""
        begin = time.perf_counter()
        made: list[Any] = []

        async def work() -> None:
            while time.perf_counter() < begin + seconds:
                made.append(await self._client.create(name))

        async def delete() -> None:
            while made:
                await self._client.delete(made.pop())

        await asyncio.gather(*(work() for _ in range(calls)))
        rate = len(made) / (time.perf_counter() - begin)
        await asyncio.gather(*(delete() for _ in range(calls)))
        return rate

    async def threads(self, name: str, threads: int, seconds: float) -> float:
        """Calls a second."""
        return await asyncio.to_thread(self._in_threads, name, threads, seconds)

    def _in_threads(self, name: str, threads: int, seconds: float) -> float:
        with amino.connect(self._address) as client, ThreadPoolExecutor(threads) as pool:
            stub = client.get(name)

            def work(end: float) -> int:
                made = 0
                while True:
                    stub.incr(1, PADDING)
                    made += 1
                    if time.perf_counter() >= end:
                        return made

            list(pool.map(work, [0.0] * threads))  # the threads begin
            begin = time.perf_counter()
            made = sum(pool.map(work, [begin + seconds] * threads))
            return made / (time.perf_counter() - begin)

    async def steps(self, name: str, steps: int, seconds: float) -> float:
        """Steps a second."""
        stub = self._stubs[name]
        begin = time.perf_counter()
        made = 0
        while time.perf_counter() < begin + seconds:
            await stub.run(1 + made, steps)
            made += steps
        return made / (time.perf_counter() - begin)


async def main(address: str, core: str) -> None:
    """Entry point."""
    if core:
        os.sched_setaffinity(0, {int(core)})
    async with amino.connect(address) as client:
        turns = Turns(client, address)
        print("ready", flush=True)
        while line := await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
            word, *arguments = json.loads(line)
            answer = await getattr(turns, word)(*arguments)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""))
