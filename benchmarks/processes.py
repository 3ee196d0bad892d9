"""A child process that is spoken to in lines: a peer's server or client."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / "benchmarks" / "out" / "peers.log"


class Child:
    """A child process with line-wise standard input and output."""

    def __init__(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        LOG.parent.mkdir(parents=True, exist_ok=True)
        variables = {**os.environ, "PYTHONUNBUFFERED": "1", "GRPC_VERBOSITY": "ERROR", **(environment or {})}
        with LOG.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=variables, cwd=ROOT, start_new_session=True
            )
        self._buffer = b""

    def line(self, timeout: float) -> str:
        """The next line. Raises TimeoutError after `timeout` seconds, EOFError when the process has ended."""
        assert self.process.stdout is not None
        end = time.monotonic() + timeout
        while b"\n" not in self._buffer:
            if not select.select([self.process.stdout], [], [], max(0.0, end - time.monotonic()))[0]:
                raise TimeoutError(f"no answer within {timeout:.0f} s from {self.process.args!r}")
            data = os.read(self.process.stdout.fileno(), 65536)
            if not data:
                raise EOFError(f"ended: {self.process.args!r}; see {LOG.relative_to(ROOT)}")
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line.decode()

    def wait_for(self, word: str, timeout: float = 120) -> str:
        """Reads lines until one starts with a word; returns it."""
        while True:
            line = self.line(timeout)
            if line.startswith(word):
                return line

    def answer(self, timeout: float = 120) -> dict[str, Any]:
        """The next JSON line."""
        while True:
            line = self.line(timeout)
            if line.startswith("{"):
                result: dict[str, Any] = json.loads(line)
                return result

    def send(self, command: str) -> None:
        """Writes one command."""
        assert self.process.stdin is not None
        self.process.stdin.write((command + "\n").encode())
        self.process.stdin.flush()

    def ask(self, command: str, timeout: float = 120) -> dict[str, Any]:
        """Writes one command and reads its answer."""
        self.send(command)
        return self.answer(timeout)

    def stop(self) -> None:
        """Ends the process and all its children, and waits for them."""
        try:
            family = [*psutil.Process(self.process.pid).children(recursive=True), psutil.Process(self.process.pid)]
        except psutil.NoSuchProcess:
            family = []
        for process in family:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


def wait_until_quiet(patience: float = 4.0, share: float = 0.15) -> float:
    """Waits, at most `patience` seconds, until the machine's processors are busy for less than `share`; returns the last share seen."""
    end = time.monotonic() + patience
    seen = 1.0
    while time.monotonic() < end and seen >= share:
        seen = psutil.cpu_percent(interval=0.3) / 100
    return seen
