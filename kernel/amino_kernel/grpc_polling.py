"""Which of gRPC's two pollers moves the bytes of a kernel: a lone call over gRPC spends most of its time there."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version

KNOWN = ((1, 70), (1, 85))
"""Versions of grpcio, first and last, in which these switches were seen to exist; others complain about them."""


def grpc_polling() -> Mapping[str, str]:
    """The environment of a process whose gRPC lets the thread that waits for events read the sockets as well.

    gRPC's event engine, the default of late, has a thread pool of its own for that, and so two more threads on the way of every message: a
    quarter of a lone call's time and a third of its processor time (docs/performance.md). gRPC reads this once, as it is imported.
    """
    known = KNOWN[0] <= tuple(int(part) for part in version("grpcio").split(".")[:2]) <= KNOWN[1]
    return {"GRPC_EXPERIMENTS": "-event_engine_client,-event_engine_listener"} if known else {}
