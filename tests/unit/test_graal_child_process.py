"""A child process of the kernel: heard, and its end noticed, whatever gRPC and a JVM do to forks and signals in the kernel's process."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from amino_graal.child_process import ChildProcess

ECHO = "import sys; print('got', sys.stdin.readline().strip(), flush=True); sys.stdin.read()"
DEAF = "import sys, time; print('ready', flush=True); time.sleep(600)"
HOSTILE = """
import asyncio, os, signal, sys
import uvloop
from amino_graal.child_process import ChildProcess

async def main():
    # What gRPC's handler does at times, in earnest: the child ends before its program begins.
    os.register_at_fork(after_in_child=lambda: os._exit(9))
    child = ChildProcess([sys.executable, "-c", sys.argv[1]], b"an order\\n")
    # What the JVM's process class does when it is first used.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    print((await child.line()).decode().strip())
    child.kill()
    print(await asyncio.wait_for(child.ended(), 30))

uvloop.run(main())
"""


def echo(order: bytes) -> ChildProcess:
    return ChildProcess([sys.executable, "-c", ECHO], order)


async def test_it_gets_its_order_and_is_heard() -> None:
    child = echo(b"hello\n")
    assert await child.line() == b"got hello\n"
    assert await child.line() == b"got hello\n"
    assert await child.stop(60) == 0
    assert await child.ended() == 0
    child.kill()


async def test_one_that_ends_at_once_says_nothing() -> None:
    child = ChildProcess([sys.executable, "-c", "raise SystemExit(5)"], b"x" * 1_000_000)
    assert await child.line() == b""
    assert await child.ended() == 5


async def test_one_that_does_not_end_is_killed() -> None:
    child = ChildProcess([sys.executable, "-c", DEAF], b"")
    assert await child.line() == b"ready\n"
    assert await child.stop(0.05) == -signal.SIGKILL


async def test_it_inherits_nothing_that_is_open_here(tmp_path: Path) -> None:
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        child = ChildProcess(
            [sys.executable, "-c", "import os; print(sorted(os.listdir('/proc/self/fd'))); import sys; sys.stdin.read()"], b""
        )
        # One more is the folder that is being listed.
        assert ast.literal_eval((await child.line()).decode()) == ["0", "1", "2", "3"]
        await child.stop(60)


def test_neither_fork_handlers_nor_a_lost_signal_handler_reach_it() -> None:
    pytest.importorskip("uvloop")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", HOSTILE, ECHO], capture_output=True, text=True, timeout=120, env=environment, check=False)
    assert done.stdout.splitlines() == ["got an order", "-9"], done.stderr
