"""Thrift (thriftpy2, its C protocol), a connection per thread."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import thriftpy2
from thriftpy2.protocol import TCyBinaryProtocolFactory
from thriftpy2.rpc import make_client, make_server
from thriftpy2.transport import TCyBufferedTransportFactory

from benchmarks.drivers import TEXT_PADDING, drive_blocking, ready
from benchmarks.peers.counter import Counter

SERVICE = thriftpy2.load(str(Path(__file__).with_name("counter.thrift")), module_name="counter_thrift").Counter


def serve(port: int) -> None:
    """Serves one counter."""
    factories = {"proto_factory": TCyBinaryProtocolFactory(), "trans_factory": TCyBufferedTransportFactory()}
    server = make_server(SERVICE, Counter(), "127.0.0.1", port, client_timeout=None, **factories)
    server.daemon = True
    ready()
    server.serve()


def caller(port: int) -> Callable[[int], int]:
    """A caller with a connection of its own."""
    factories = {"proto_factory": TCyBinaryProtocolFactory(), "trans_factory": TCyBufferedTransportFactory()}
    client = make_client(SERVICE, "127.0.0.1", port, timeout=60000, **factories)
    return lambda n: int(client.incr(n, TEXT_PADDING))


if __name__ == "__main__":
    number = int(sys.argv[2])
    serve(number) if sys.argv[1] == "server" else drive_blocking(lambda: caller(number))
