"""What it takes to capture and restore an object that holds many small ones, beside an older copy of Amino.

Both copies' runtimes run on this copy's engines and take turns. The first round of a JVM is told by itself, since an object is seldom
captured often.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from amino_graal.discovery import report_machines
from amino_graal.flags import jvm_flags
from amino_graal.host_class_path import host_class_path
from amino_graal.jars import JarStore, cache_folder
from amino_graal.machine import JavaMachine

from benchmarks.processes import ROOT
from benchmarks.ratio import ratio_of
from benchmarks.report import print_table, write_json

LANGUAGES = ("js", "python", "ruby")
TESTS = "java/src/test/java/org/amino/runtime"
PROGRAM = "state/StateSpeed.java"
MAIN = "org.amino.runtime.state.StateSpeed"
MILLION = 1e6
STOP_SECONDS = 60
Pair = tuple[tuple[float, float], tuple[float, float]]


class Engines:
    """The JVM and the jars of this copy."""

    def __init__(self) -> None:
        machine = report_machines(os.environ).chosen
        if machine is None or not machine.compiles:
            raise SystemExit("no JVM with a compiler is here: `amino doctor` says which are found")
        self.machine: JavaMachine = machine
        self._store = JarStore(cache_folder(os.environ) / "jars")

    def jars(self, *languages: str) -> list[str]:
        """The class path of some languages, without our own jar."""
        return [str(path) for path in host_class_path(self._store, languages, os.environ)[1:]]

    def command(self, classes: Path, language: str, objects: int) -> list[str]:
        """Starts the program with the classes of a copy, and the flags of a kernel."""
        flags = jvm_flags(self.machine, self._store.compiler_path(self.machine.version))
        path = os.pathsep.join([str(classes), *self.jars(language)])
        return [str(self.machine.home / "bin" / "java"), *flags, "-Xss64m", "-Xmx2g", "-cp", path, MAIN, language, str(objects)]


def build(copy: Path, into: Path, jars: Sequence[str]) -> None:
    """Compiles the runtime of a copy, with this copy's program. The copy itself need not be built and does not change."""
    sources = [*(copy / "java/src/main/java").rglob("*.java"), *(copy / TESTS / "guest").glob("Workbench.java"), ROOT / TESTS / PROGRAM]
    command = ["javac", "-nowarn", "-proc:none", "-d", str(into), "-cp", os.pathsep.join(jars), *map(str, sources)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    for text in (copy / "java/src/main/resources").rglob("*"):
        if text.is_file():
            place = into / text.relative_to(copy / "java/src/main/resources")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.read_bytes())


class Turns:
    """A JVM that captures and restores on demand."""

    def __init__(self, command: list[str], stack: ExitStack) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        stack.callback(self._stop)
        while (line := self._line()) != "ready":
            print(line)

    def round(self) -> tuple[float, float]:
        """Milliseconds of processor time for a capture, and for a restoration."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        capture, restoration = self._line().split()
        return int(capture) / MILLION, int(restoration) / MILLION

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("the JVM of the benchmark ended; its error stands above")
        return line.strip()

    def _stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(STOP_SECONDS)


def compare(before: Turns, now: Turns, rounds: int) -> list[list[str]]:
    """A row for the first round, and a row for the others."""
    pairs: list[Pair] = []
    for number in range(rounds):
        if number % 2:
            pairs.append((before.round(), now.round()))
        else:
            later = now.round()
            pairs.append((before.round(), later))
    return [_row("first", pairs[:1]), *([_row("later", pairs[1:])] if rounds > 1 else [])]


def _row(title: str, pairs: list[Pair]) -> list[str]:
    row = [title]
    for parts in ((0,), (1,), (0, 1)):
        old = [sum(pair[0][part] for part in parts) for pair in pairs]
        new = [sum(pair[1][part] for part in parts) for pair in pairs]
        ratio = ratio_of([later / earlier for earlier, later in zip(old, new, strict=True)])
        row.append(f"{statistics.median(old):.0f} → {statistics.median(new):.0f} ms: {ratio if len(pairs) > 1 else f'{ratio.median:.3f}'}")
    return row


def main(arguments: list[str]) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks states", description=__doc__)
    parser.add_argument("--old", type=Path, required=True, help="a checkout of another state of Amino")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--objects", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args(arguments)
    engines = Engines()
    found: dict[str, Any] = {"objects": options.objects, "rounds": options.rounds}
    with tempfile.TemporaryDirectory() as folder:
        for name, copy in (("old", options.old.resolve()), ("new", ROOT)):
            build(copy, Path(folder, name), engines.jars("js", "python", "ruby"))
        for language in options.languages.split(","):
            with ExitStack() as stack:
                before, now = (Turns(engines.command(Path(folder, name), language, options.objects), stack) for name in ("old", "new"))
                rows = found[language] = compare(before, now, options.rounds)
            title = f"{language}: {options.objects} objects, processor time, {options.old.name} → now, in turns: median [95 %]"
            print_table(title, ["rounds", "capture", "restoration", "both"], rows)
    write_json("states", found)
