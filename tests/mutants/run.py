"""`make mutants`: puts each known fault back, one at a time, and shows that the tests find it. See README.md."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.known import ROOT, Mutant, Seen, foreign, not_green, read, survived
from tests.mutants.states import ORIGIN
from tests.mutants.witness import REPORT

LIMIT_SECONDS = 600.0
"""Of one run of tests. A fault may make a test hang; then it was found all the same."""
TEST_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one mutant: `trouble` says why it was not found (empty: it was), `seconds` how long it took."""

    mutant: Mutant
    trouble: str
    seconds: float


class Copy:
    """A copy of the tree in which faults are put back, and whose tests are run with the interpreter of this process.

    Arguments:
        folder: which does not exist yet.
        original: a tree, or a copy that has run its tests: its compiled modules are used again.
    """

    def __init__(self, folder: Path, original: Path) -> None:
        self.folder = folder
        if original == ROOT:
            for name in _files(original):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(original / name, folder / name, follow_symlinks=False)
        else:
            shutil.copytree(original, folder, symlinks=True)
        project = tomllib.loads((folder / "pyproject.toml").read_text())
        self._paths = [str(folder / path) for path in project["tool"]["pytest"]["ini_options"]["pythonpath"]]
        packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
        self.packages = ["tests", *(Path(path).name for path in packages)]

    def apply(self, patch: Path) -> str:
        """Puts a fault back. Answers why that cannot be done; empty: it has been."""
        environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(self.folder.parent)}
        told = subprocess.run(["git", "apply", patch], cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        return told.stderr.strip() if told.returncode else ""

    def run(self, mutants: Sequence[Mutant]) -> Seen:
        """Runs what must find these faults: tests, schedules, states. Raises RuntimeError where it could not even begin."""
        plugins = ("-p", "tests.mutants.witness", "-p", "no:cacheprovider", "-p", "no:xdist")
        pytest = ("-m", "pytest", "-q", "--no-header", "--tb=line", f"--timeout={TEST_SECONDS}", *plugins)
        tests = dict.fromkeys(test for mutant in mutants for test in mutant.tests)
        schedules = dict.fromkeys((mutant.suite, mutant.schedules) for mutant in mutants if mutant.suite)
        states = dict.fromkeys((mutant.states, mutant.tried) for mutant in mutants if mutant.states)
        commands = [(*pytest, *tests)] if tests else []
        commands += [("-m", "tests.mutants.play", suite, str(count)) for suite, count in schedules]
        commands += [("-m", "tests.mutants.states", language, str(count)) for language, count in states]
        found = [self._one(command) for command in commands]
        sources = {name: file for each in found for name, file in each.sources.items()}
        return Seen(tuple(name for each in found for name in each.failed), tuple(name for each in found for name in each.passed), sources)

    def _one(self, arguments: Sequence[str]) -> Seen:
        report = self.folder / "mutant-report.json"
        report.unlink(missing_ok=True)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(self._paths), REPORT: str(report), ORIGIN: str(ROOT)}
        command = [sys.executable, *arguments]
        told = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=LIMIT_SECONDS)
        # 2 and more: pytest was interrupted, or its collection failed, so that no test says anything.
        if told.returncode > 1 or not report.exists():
            raise RuntimeError(f"the tests could not run:\n{told.stdout[-2000:]}{told.stderr[-2000:]}")
        known = json.loads(report.read_text())
        return Seen(tuple(known["failed"]), tuple(known["passed"]), known["sources"])


def main() -> int:
    """Does what the command line says. Answers 1 where a mutant survives, or could not be tried."""
    arguments = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    arguments.add_argument("only", nargs="*", help="names of mutants, or the beginnings of names; without: all")
    only = tuple(arguments.parse_args().only)
    mutants = [mutant for mutant in read() if not only or mutant.name.startswith(only)]
    if not mutants:
        print(f"there is no mutant {' or '.join(only)}")
        return 1
    with tempfile.TemporaryDirectory(prefix="amino-mutants-") as folder:
        print(f"{len(mutants)} mutants; first their tests without a fault", flush=True)
        base = Copy(Path(folder).resolve() / "base", ROOT)
        seen = base.run(mutants)
        trouble = [*not_green(mutants, seen), *foreign(seen, base.folder, base.packages, ())]
        if trouble:
            print("these do not pass without a fault:", *trouble, sep="\n  ")
            return 1
        verdicts = [_shown(_try(mutant, base)) for mutant in mutants]
    survivors = [verdict for verdict in verdicts if verdict.trouble]
    print(f"{len(mutants) - len(survivors)} of {len(mutants)} mutants were found", flush=True)
    return 1 if survivors else 0


def _try(mutant: Mutant, base: Copy) -> Verdict:
    """Puts one fault back and runs its tests."""
    began = time.monotonic()
    folder = base.folder.with_name(mutant.name)
    try:
        copy = Copy(folder, base.folder)
        trouble = copy.apply(mutant.patch)
        trouble = f"its patch does not apply any more: {trouble}" if trouble else _judged(mutant, copy)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Verdict(mutant, trouble, time.monotonic() - began)


def _judged(mutant: Mutant, copy: Copy) -> str:
    try:
        seen = copy.run([mutant])
    except subprocess.TimeoutExpired:
        return f"its tests were not over after {LIMIT_SECONDS:.0f} s"
    except RuntimeError as error:
        return str(error)
    if wrong := foreign(seen, copy.folder, copy.packages, mutant.changed()):
        return f"the run says nothing: {'; '.join(wrong)}"
    missed = survived(mutant, seen)
    return f"SURVIVED {'; '.join(missed)}" if missed else ""


def _shown(verdict: Verdict) -> Verdict:
    mutant = verdict.mutant
    print(f"{mutant.name:44} {mutant.origin:24} {verdict.seconds:6.1f} s  {verdict.trouble or 'found'}", flush=True)
    for test in mutant.wanted:
        print(f"    {test}")
    return verdict


def _files(tree: Path) -> list[str]:
    """The files of a tree that belong to it: those that git knows, and new ones that it does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name and (tree / name).is_file()]


if __name__ == "__main__":
    sys.exit(main())
