"""What does durability cost? Calls that are answered when they are on the disk, beside a counter in Redis that is on the disk
with each answer, and beside one commit of the store that the OMS has."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.copy_host import CLIENT_CORE, KERNEL_CORE, CopyHost
from benchmarks.processes import Child
from benchmarks.ratio import compare
from benchmarks.report import print_table, write_json

CHAIN = "DurableSerializableRPC"
OBJECTS, CALLERS = 64, 256
SECONDS = 0.1
WARM_SECONDS = 40.0
"""Each save captures the object's state by code of its language, which the engine compiles meanwhile."""
TURNS = Path(__file__).with_name("durable_turns.py")
REDIS = ("--port", "0", "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--daemonize", "no")


class DurablePeer:
    """A process that takes turns of durable work: see `durable_turns`.

    Arguments:
        kind, place: its first two arguments.
        core: that it runs on.
    """

    def __init__(self, kind: str, place: Path, core: int) -> None:
        self._child = Child([sys.executable, str(TURNS), kind, str(place), str(core)])
        self._child.wait_for("READY")

    def rate(self, names: list[str], calls: int, seconds: float) -> float:
        """Increments a second."""
        return self._ask("rate", names, calls, seconds)

    def lone(self, name: str, seconds: float) -> float:
        """Microseconds of an increment, the median."""
        return self._ask("lone", name, seconds)

    def _ask(self, *words: Any) -> float:
        self._child.send(json.dumps(words))
        return float(self._child.answer()["answer"])

    def close(self) -> None:
        """Ends the process."""
        self._child.stop()


def start_redis(folder: Path, stack: ExitStack) -> Path:
    """A server that writes each change to the disk before it answers, on the core that the kernel of Amino has; its socket.

    Raises SystemExit where it is not installed."""
    program = shutil.which("redis-server")
    if program is None:
        raise SystemExit("redis-server is not installed: `apt-get install redis-server`")
    socket = folder / "redis.sock"
    command = ["taskset", "-c", str(KERNEL_CORE), program, *REDIS, "--dir", str(folder), "--unixsocket", str(socket)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    stack.callback(server.wait)
    stack.callback(server.terminate)
    end = time.monotonic() + 20
    while not socket.exists():
        if time.monotonic() > end or server.poll() is not None:
            raise SystemExit("redis-server did not begin")
        time.sleep(0.02)
    return socket


def measure(pairs: int) -> list[list[str]]:
    """A row for each question."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="amino-durable-")))
        redis = DurablePeer("redis", start_redis(folder, stack), CLIENT_CORE)
        stack.callback(redis.close)
        commit = DurablePeer("commit", folder / "store", KERNEL_CORE)
        stack.callback(commit.close)
        host = stack.enter_context(CopyHost())
        host.register("object", CHAIN)
        names = ["object", *host.more("object", OBJECTS - 1)]
        host.rate(names, CALLERS, WARM_SECONDS)
        turns = (partial(redis.rate, names, CALLERS, SECONDS), partial(host.rate, names, CALLERS, SECONDS))
        rows = [_row(f"calls/s, {CALLERS} callers, {OBJECTS} objects, beside Redis", *turns, pairs, "≥ 1")]
        lone = (partial(commit.lone, "object", SECONDS), partial(host.lone, "object", SECONDS))
        rows.append(_row("µs of a lone call, beside one commit", *lone, pairs, "≤ 2"))
    return rows


def _row(title: str, first: Any, second: Any, pairs: int, wanted: str) -> list[str]:
    ratio = compare(first, second, pairs)
    return [title, str(ratio), wanted, f"{first():,.0f}", f"{second():,.0f}"]


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks durable", description=__doc__)
    parser.add_argument("--pairs", type=int, default=200)
    options = parser.parse_args(arguments)
    rows = measure(options.pairs)
    print_table(f"{CHAIN}, {options.pairs} pairs of turns", ["figure", "ratio [95 %]", "wanted", "peer", "Amino"], rows)
    write_json("durable", {"pairs": options.pairs, "rows": rows})


if __name__ == "__main__":
    main()
