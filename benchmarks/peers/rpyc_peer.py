"""RPyC: one connection, its own asynchronous calls for the window."""

from __future__ import annotations

import sys
import time
from collections import deque
from typing import Any

import rpyc
from rpyc.utils.server import ThreadedServer

from benchmarks.drivers import PADDING, drive_blocking, ready
from benchmarks.peers.counter import Counter

COUNTER = Counter()


class CounterService(rpyc.Service):  # type: ignore[misc]
    """One counter for all connections."""

    def exposed_incr(self, n: int, padding: bytes) -> int:
        """See Counter.incr."""
        return COUNTER.incr(n, padding)


def serve(port: int) -> None:
    """Serves one counter."""
    server = ThreadedServer(CounterService, hostname="127.0.0.1", port=port)
    ready()
    server.start()


def drive(port: int) -> None:
    """Calls it as the harness says."""
    incr: Any = rpyc.connect("127.0.0.1", port).root.incr
    later: Any = rpyc.async_(incr)

    def window(count: int, seconds: float) -> tuple[int, float]:
        start = time.perf_counter()
        waiting = deque(later(1, PADDING) for _ in range(count))
        made = 0
        while waiting:
            _ = waiting.popleft().value
            made += 1
            if time.perf_counter() < start + seconds:
                waiting.append(later(1, PADDING))
        return made, time.perf_counter() - start

    drive_blocking(lambda: lambda n: int(incr(n, PADDING)), window)


if __name__ == "__main__":
    (serve if sys.argv[1] == "server" else drive)(int(sys.argv[2]))
