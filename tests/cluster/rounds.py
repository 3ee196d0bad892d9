"""Programs that play rounds of faults on a whole cluster, as `make soak` runs them, and how a test runs a short form of one."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from tests.support.hosts import CONTROL, Network, network
from tests.support.namespaces import can_make_networks

T = TypeVar("T")
Play = Callable[[argparse.Namespace, Network | None, Path], Coroutine[Any, Any, int]]
"""Plays with the options `seed`, `minutes` and `deeds`, on hosts if there are any, in a folder; gives the exit status."""
HOSTS = ("h1", "h2", "h3")
DEEDS = 7
"""Faults of one round: each kind once."""
ENDED = 128 + signal.SIGTERM
"""The exit status of a program that was told to end."""
ROOT = Path(__file__).resolve().parents[2]
END_SECONDS = 50
"""For the end of a program that is told so: its processes and hosts end with it."""


def program(module: str, title: str | None, prefix: str, play: Play) -> int:
    """The entry point of such a program: its exit status.

    Arguments:
        module: its name.
        title: says what it does.
        prefix: of the name of its folder.
        play: plays.
    """
    options = argparse.ArgumentParser(description=title)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--minutes", type=float, default=20.0)
    options.add_argument("--deeds", type=int, default=DEEDS)
    options.add_argument("--hosts", action="store_true", help="on hosts that can be cut off, where there can be any")
    options.add_argument("--within", default="", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.hosts and not given.within:
        reason = can_make_networks()
        if not reason:
            return _within_hosts(module)
        print(f"no host is cut off: {reason}", flush=True)
    hosts = Network(given.within, HOSTS) if given.within else None
    with tempfile.TemporaryDirectory(prefix=prefix) as folder:
        try:
            return asyncio.run(_until_told(play(given, hosts, Path(folder))))
        except asyncio.CancelledError:
            print("ended before its time, as it was told", flush=True)
            return ENDED


async def _until_told(work: Awaitable[T]) -> T:
    """Does some work, which SIGTERM ends in the way of a cancellation: its processes end with it."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def _within_hosts(module: str) -> int:
    """Runs this program once more where it can reach the hosts. SIGTERM is handed on; nothing is left at the end, however that comes."""
    with network(HOSTS) as made:
        command = [*made.within(CONTROL), sys.executable, "-m", module, *sys.argv[1:], "--within", made.label]
        with subprocess.Popen(command) as inner:
            signal.signal(signal.SIGTERM, lambda *_: inner.send_signal(signal.SIGTERM))
            try:
                return inner.wait()
            finally:
                inner.kill()


def played(module: str, *words: str, limit: float) -> str:
    """What a program prints that plays one round; it has found nothing wrong.

    Arguments:
        module: its name.
        words: its other options.
        limit: seconds that it has.
    """
    seed = os.environ.get("AMINO_TEST_SEED") or str(random.randrange(10**9))
    command = [sys.executable, "-m", module, "--minutes", "0", "--seed", seed, *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as inner:
        try:
            text, _ = inner.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            # Told so, it takes its processes and hosts along.
            inner.terminate()
            text, _ = inner.communicate(timeout=END_SECONDS)
    print(text)
    assert inner.returncode == 0, f"AMINO_TEST_SEED={seed} plays the same faults again"
    return text


def count(text: str, kind: str) -> int:
    """The number behind the name of a kind in what a program prints; 0: it names none."""
    found = re.search(rf"{re.escape(kind)} (\d+)", text)
    return int(found[1]) if found is not None else 0
