"""`python -m benchmarks [name] [options]`: one benchmark, the plots of all, or a short form of all with their plots."""

from __future__ import annotations

import sys
from importlib import import_module

SHORT = {
    "call": ["--rounds", "3", "--seconds", "0.6", "--warm", "0.4"],
    "start": ["--rounds", "1", "--cold-rounds", "1"],
    "memory": ["--objects", "20000"],
    "scale": ["--seconds", "1"],
    "dm": ["--seconds", "0.4"],
    "sdks": ["--rounds", "3", "--seconds", "0.6"],
    "plots": ["--suffixes", "svg,png"],
}
"""What each is told where all are run."""
ALONE = ("feel", "engines", "states", "durable", "cluster", "replication", "transactions", "offloading")
"""Benchmarks that need something that not everybody has: another copy of Amino, Redis, PostgreSQL, or etcd, or that take long."""


def main() -> None:
    """Entry point."""
    if len(sys.argv) > 1:
        if sys.argv[1] not in (*SHORT, *ALONE):
            raise SystemExit(f"no benchmark {sys.argv[1]!r}; there are: {', '.join((*SHORT, *ALONE))}")
        import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:])
        return
    for name, arguments in SHORT.items():
        import_module(f"benchmarks.{name}").main(arguments)


if __name__ == "__main__":
    main()
