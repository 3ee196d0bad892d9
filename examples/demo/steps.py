"""The story of the demo, step by step. Each step raises when what it shows is not true."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import amino
from amino.testing import LocalCluster, LocalProcess

from examples.demo.build import Built

ROOT = Path(__file__).resolve().parent.parent.parent
OBJECTS = ROOT / "examples" / "objects"
CLIENTS = Path(__file__).resolve().parent / "clients"
MOVES = 4
PROGRESS = 200
"""Calls that must be answered before, between and after the moves."""
PATIENCE = 60.0
"""Seconds to wait for them."""


@dataclass(frozen=True)
class Placed:
    """An object of the demo: its name, language, artifact, the region it is registered in, and further options of `amino register`."""

    name: str
    language: str
    artifact: Path
    region: str
    options: tuple[str, ...] = ()


def placed_objects(built: Built) -> list[Placed]:
    """One object in each guest language, C on both roads, spread over both regions, and an object that calls others."""
    return [
        Placed("counter-js", "js", OBJECTS / "counter.js", "north"),
        Placed("counter-ruby", "ruby", OBJECTS / "counter.rb", "south"),
        Placed("counter-python", "python", OBJECTS / "counter.py", "north"),
        Placed("counter-c-wasm", "wasm", built.wasm, "south"),
        Placed("counter-c-llvm", "llvm", built.bitcode, "north"),
        Placed("counter-java", "java", built.java, "south", ("--entry", "Counter")),
    ]


def wasm_objects(modules: Mapping[str, Path]) -> list[Placed]:
    """The counter in each further language that becomes WebAssembly, by its module."""
    return [Placed(f"counter-{language}", "wasm", module, "south") for language, module in modules.items()]


def jvm_objects(folders: Mapping[str, Path]) -> list[Placed]:
    """The counter in each further language of the JVM, by the folder of its classes. For the kernel they are objects of language java."""
    return [Placed(f"counter-{language}", "java", folder, "north") for language, folder in folders.items()]


def command_line(address: str, *arguments: str) -> str:
    """Runs `amino` as a person would; returns what it printed. Raises RuntimeError with its output when it fails."""
    command = [sys.executable, "-m", "amino", "--address", address, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
    if done.returncode != 0:
        raise RuntimeError(f"amino {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def register(address: str, placed: Placed) -> None:
    """Registers an object through the command line, in the region where it belongs."""
    options = ["--lang", placed.language, "--name", placed.name, "--select", f"region={placed.region}", *placed.options]
    command_line(address, "register", str(placed.artifact), *options)


def call_from(language: str, address: str, names: list[str]) -> dict[str, int]:
    """Runs the client of a language, which adds five to each counter; returns the values it saw."""
    commands = {
        "Python": [sys.executable, str(CLIENTS / "client.py")],
        "Node": ["node", str(CLIENTS / "client.mjs")],
        "Ruby": ["ruby", str(CLIENTS / "client.rb")],
    }
    done = subprocess.run([*commands[language], address, *names], capture_output=True, text=True, check=False, timeout=180)
    if done.returncode != 0:
        raise RuntimeError(f"the {language} client ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return {answer["object"]: answer["value"] for answer in answers}


def expect(seen: object, wanted: object, what: str) -> None:
    """Raises RuntimeError unless the clients saw the right results."""
    if seen != wanted:
        raise RuntimeError(f"{what}: expected {wanted!r}, saw {seen!r}")


def call_across(north: LocalProcess) -> str:
    """The Python object on one kernel calls the Ruby object on the other, which it was given as an argument."""
    with amino.connect(north.address) as client:
        ruby = client.get("counter-ruby")
        before = ruby.get()
        after = client.get("counter-python").add_to(ruby, 2)
        expect(after, before + 2, "counter-python.add_to(counter-ruby, 2)")
        return f"counter-python (north) called counter-ruby (south): {before} + 2 = {after}"


class Hammer:
    """A client in a thread of its own that increments a counter until it is told to stop."""

    def __init__(self, address: str, name: str) -> None:
        self._address, self._name = address, name
        self._stopped = threading.Event()
        self._failures: list[Exception] = []
        self._thread = threading.Thread(target=self._run)
        self.answered = 0
        self._thread.start()

    def _run(self) -> None:
        try:
            with amino.connect(self._address) as client:
                counter = client.get(self._name)
                while not self._stopped.is_set():
                    counter.incr(1)
                    self.answered += 1
        except Exception as error:  # told by the main thread
            self._failures.append(error)

    def wait_for_more(self) -> None:
        """Returns when further calls have been answered. Raises what a call ended with, or RuntimeError when nothing comes."""
        before, end = self.answered, time.monotonic() + PATIENCE
        while self.answered < before + PROGRESS:
            if self._failures:
                raise self._failures[0]
            if time.monotonic() > end:
                raise RuntimeError(f"{self._name} was incremented {self.answered} times, and no more for {PATIENCE} s")
            time.sleep(0.01)

    def stop(self) -> int:
        """Ends it; returns how many calls were answered. Raises what a call ended with."""
        self._stopped.set()
        self._thread.join()
        if self._failures:
            raise self._failures[0]
        return self.answered


def move_under_fire(cluster: LocalCluster, south: LocalProcess) -> str:
    """Moves the JS counter between the kernels while a client increments it; every increment must count exactly once."""
    with amino.connect(south.address) as client:
        before = client.get("counter-js").get()
        hammer = Hammer(south.address, "counter-js")
        try:
            for move in range(MOVES):
                hammer.wait_for_more()
                command_line(south.address, "move", "counter-js", "--select", f"region={['south', 'north'][move % 2]}")
            hammer.wait_for_more()
        finally:
            calls = hammer.stop()
        after = client.get("counter-js").get()
    expect(after, before + calls, "counter-js after the moves")
    return f"{calls} calls of incr(1) during {MOVES} moves between {len(cluster.processes) - 1} kernels: {before} → {after}"
