"""What a Python client of a peer does: obeys commands on standard input, answers each with one JSON line.

sequential S        one call after the other for S seconds: n, seconds, p50_us, p99_us
outstanding C S     C calls under way at any time for S seconds: n, seconds
check               how many calls this client made, and the counter's value
quit
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

PADDING = b"x" * 40
TEXT_PADDING = "x" * 40
Window = Callable[[int, float], tuple[int, float]]


def say(message: dict[str, Any]) -> None:
    """Writes one answer."""
    print(json.dumps(message), flush=True)


def ready() -> None:
    """Tells the harness that a server listens."""
    print("READY", flush=True)


def latency(samples: list[float], seconds: float) -> dict[str, float]:
    """Sums up the durations of sequential calls, given in seconds, as microseconds."""
    samples.sort()
    n = len(samples)
    return {"n": n, "seconds": seconds, "p50_us": samples[n // 2] * 1e6, "p99_us": samples[int(n * 0.99)] * 1e6}


def run_threads(callers: list[Callable[[int], int]], seconds: float) -> tuple[int, float]:
    """Runs one blocking caller per thread for some seconds; returns the number of calls and the time they took."""
    counts = [0] * len(callers)
    start = time.perf_counter()
    end = start + seconds

    def work(index: int, call: Callable[[int], int]) -> None:
        made = 0
        while time.perf_counter() < end:
            call(1)
            made += 1
        counts[index] = made

    threads = [threading.Thread(target=work, args=item, daemon=True) for item in enumerate(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts), time.perf_counter() - start


def drive_blocking(factory: Callable[[], Callable[[int], int]], window: Window | None = None) -> None:
    """Drives a blocking client. `factory` makes a caller, one per thread; `window` replaces the threads where a library can do better."""
    call = factory()
    pools: dict[int, list[Callable[[int], int]]] = {}
    total = 0
    say({"ready": True})
    for line in sys.stdin:
        words = line.split()
        if words[0] == "quit":
            break
        if words[0] == "sequential":
            samples: list[float] = []
            start = before = time.perf_counter()
            while before < start + float(words[1]):
                call(1)
                after = time.perf_counter()
                samples.append(after - before)
                before = after
            total += len(samples)
            say(latency(samples, before - start))
        elif words[0] == "outstanding":
            count, seconds = int(words[1]), float(words[2])
            if window is None and count not in pools:
                pools[count] = [factory() for _ in range(count)]
            n, took = window(count, seconds) if window else run_threads(pools[count], seconds)
            total += n
            say({"n": n, "seconds": took})
        elif words[0] == "check":
            say({"total": total, "value": call(0)})


async def drive_async(call: Callable[[int], Awaitable[int]]) -> None:
    """Drives an asyncio client; ends the process when told to quit."""
    loop = asyncio.get_running_loop()
    total = 0
    say({"ready": True})
    while True:
        words = (await loop.run_in_executor(None, sys.stdin.readline)).split()
        if not words or words[0] == "quit":
            break
        if words[0] == "sequential":
            samples: list[float] = []
            start = before = time.perf_counter()
            while before < start + float(words[1]):
                await call(1)
                after = time.perf_counter()
                samples.append(after - before)
                before = after
            total += len(samples)
            say(latency(samples, before - start))
        elif words[0] == "outstanding":
            n, took = await outstanding(call, int(words[1]), float(words[2]))
            total += n
            say({"n": n, "seconds": took})
        elif words[0] == "check":
            say({"total": total, "value": await call(0)})
    sys.stdout.flush()
    os._exit(0)  # some peers' libraries keep threads that would hold the exit


async def outstanding(call: Callable[[int], Awaitable[int]], count: int, seconds: float) -> tuple[int, float]:
    """Keeps `count` calls under way for some seconds; returns the number of calls and the time they took."""
    start = time.perf_counter()
    end = start + seconds

    async def work() -> int:
        made = 0
        while time.perf_counter() < end:
            await call(1)
            made += 1
        return made

    made = sum(await asyncio.gather(*[work() for _ in range(count)]))
    return made, time.perf_counter() - start
