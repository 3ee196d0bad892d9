"""Pyro5, a proxy per thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import Pyro5.api

from benchmarks.drivers import TEXT_PADDING, drive_blocking, ready
from benchmarks.peers.counter import Counter


def serve(port: int) -> None:
    """Serves one counter."""
    Pyro5.config.THREADPOOL_SIZE = 400
    daemon = Pyro5.api.Daemon(host="127.0.0.1", port=port)
    daemon.register(Pyro5.api.expose(Counter)(), "counter")
    ready()
    daemon.requestLoop()


def caller(port: int) -> Callable[[int], int]:
    """A caller with a proxy of its own; the proxy moves to the thread that uses it."""
    proxy = Pyro5.api.Proxy(f"PYRO:counter@127.0.0.1:{port}")
    owner: list[int] = [0]

    def call(n: int) -> int:
        if owner[0] != threading.get_ident():
            proxy._pyroClaimOwnership()
            owner[0] = threading.get_ident()
        return int(proxy.incr(n, TEXT_PADDING))

    return call


if __name__ == "__main__":
    number = int(sys.argv[2])
    serve(number) if sys.argv[1] == "server" else drive_blocking(lambda: caller(number))
