"""A copy of Amino under measurement, this copy or an older copy that is built: `amino up`, and a client that takes turns."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from benchmarks.amino_host import OBJECTS
from benchmarks.processes import ROOT

KERNEL_CORE, CLIENT_CORE = 0, 1
TURNS = Path(__file__).with_name("turns.py")
STOP_SECONDS = 60.0


def python_of(copy: Path) -> Path:
    """The interpreter of a built copy. Raises SystemExit where it is not built."""
    python = copy / ".venv" / "bin" / "python"
    if not python.exists() or not (copy / "java" / "target" / "amino-runtime.jar").exists():
        raise SystemExit(f"{copy} is not built: `make -C {copy} setup` builds it")
    return python


class CopyHost:
    """`with CopyHost() as host:`. The kernel with its OMS has one core, the client another.

    Arguments:
        copy: the folder of the copy.
        environment: of the kernel.
        languages: that the kernel runs.
    """

    def __init__(self, copy: Path = ROOT, environment: Mapping[str, str] | None = None, languages: str = "js,python") -> None:
        self._python = sys.executable if copy == ROOT else str(python_of(copy))
        self._environment = dict(environment or os.environ)
        self._languages = languages
        self._stack = ExitStack()
        self._folder = ""
        self.address = ""

    def __enter__(self) -> CopyHost:
        with ExitStack() as stack:
            self._folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="amino-copy-"))
            self._up(stack)
            command = [self._python, str(TURNS), self.address, str(CLIENT_CORE)]
            self._client = subprocess.Popen(command, cwd=self._folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            stack.callback(_stop, self._client)
            if self._line().strip() != "ready":
                raise SystemExit("the client of the benchmark did not begin")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def _up(self, stack: ExitStack) -> None:
        log = stack.enter_context((Path(self._folder) / "up.log").open("wb"))
        options = ["--port", "0", "--lane-port", "0", "--oms-port", "0", "--languages", self._languages, "-o", "json"]
        command = [self._python, "-m", "amino", "up", *options]
        process = subprocess.Popen(
            command, cwd=self._folder, env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
        )
        stack.callback(_stop, process)
        assert process.stdout is not None
        self.address = json.loads(process.stdout.readline())["address"]
        for each in [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]:
            for thread in each.threads():
                os.sched_setaffinity(thread.id, {KERNEL_CORE})

    def register(self, name: str, chain: str = "", source: Path = OBJECTS / "counter.js") -> None:
        """Registers an object that counts under a chain, and has the client meet it."""
        command = [self._python, "-m", "amino", "--address", self.address, "register", str(source)]
        command += ["--name", name, *(["--dm", chain] if chain else [])]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self._folder, check=False)
        if done.returncode:
            raise SystemExit(f"{name} ({chain}) could not be registered: {done.stderr}")
        self._ask("get", name)

    def more(self, name: str, objects: int) -> list[str]:
        """Makes objects of a registered one's class, with its managers; their names."""
        return [str(each) for each in self._ask("more", name, objects)]

    def rate(self, names: list[str], calls: int, seconds: float) -> float:
        """Calls a second with so many under way, over the objects in turn."""
        return float(self._ask("rate", names, calls, seconds))

    def transactions(self, names: list[str], seconds: float) -> float:
        """Transactions of two writes a second, one under way at each object."""
        return float(self._ask("transact", names, seconds))

    def creates(self, name: str, calls: int, seconds: float) -> float:
        """Further objects of the class of `name` made a second, with so many requests under way."""
        return float(self._ask("create", name, calls, seconds))

    def threads(self, name: str, threads: int, seconds: float) -> float:
        """Calls a second from so many threads of a client without async."""
        return float(self._ask("threads", name, threads, seconds))

    def lone(self, name: str, seconds: float) -> float:
        """Microseconds of a lone call, the median."""
        return float(self._ask("lone", name, seconds))

    def steps(self, name: str, steps: int, seconds: float) -> float:
        """Steps of a loop in the object a second, so many in a call."""
        return float(self._ask("steps", name, steps, seconds))

    def _ask(self, *words: Any) -> Any:
        assert self._client.stdin is not None
        self._client.stdin.write(json.dumps(words) + "\n")
        self._client.stdin.flush()
        return json.loads(self._line())

    def _line(self) -> str:
        assert self._client.stdout is not None
        line = self._client.stdout.readline()
        if not line:
            raise SystemExit("the client of the benchmark ended; its error stands above")
        return line


def _stop(process: subprocess.Popen[Any]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    process.terminate()
    process.wait(STOP_SECONDS)
