"""Runs the suites of `make test` one after the other, stops at the first that fails, and says how many minutes each took.

At the end it prints the ten slowest Python tests of all suites.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

SUITES = ("lint", "java-test", "node-test", "ruby-test", "unit", "conformance", "examples", "cluster", "cluster-alone")
SLOWEST = 10


@dataclass(frozen=True, slots=True)
class Timed:
    """How long something took, in seconds."""

    seconds: float
    name: str


def main(suites: list[str]) -> int:
    """Runs the named suites, or all; answers the exit status of the first that fails."""
    with tempfile.TemporaryDirectory(prefix="amino-tests-") as folder:
        took: list[Timed] = []
        status = 0
        for suite in suites or SUITES:
            print(f"== {suite}", flush=True)
            begun = time.monotonic()
            status = _run(suite, Path(folder) / f"{suite}.xml")
            took.append(Timed(time.monotonic() - begun, suite))
            if status:
                break
        print(report(took, slowest(Path(folder))), flush=True)
    return status


def _run(suite: str, results: Path) -> int:
    options = f"{os.environ.get('PYTEST_ADDOPTS', '')} --junitxml={results}".strip()
    return subprocess.run(["make", "--no-print-directory", suite], env={**os.environ, "PYTEST_ADDOPTS": options}, check=False).returncode


def slowest(folder: Path) -> list[Timed]:
    """The tests that took longest, of all result files in a folder."""
    tests = [
        Timed(float(case.get("time", "0")), f"{case.get('classname')}::{case.get('name')}")
        for file in sorted(folder.glob("*.xml"))
        for case in ElementTree.parse(file).iter("testcase")
    ]
    return sorted(tests, key=lambda each: -each.seconds)[:SLOWEST]


def report(suites: list[Timed], tests: list[Timed]) -> str:
    """The text that is printed at the end."""
    lines = ["minutes per suite:", *(f"  {each.seconds / 60:6.1f}  {each.name}" for each in suites)]
    lines.append(f"  {sum(each.seconds for each in suites) / 60:6.1f}  together")
    if tests:
        lines += ["slowest tests, in seconds:", *(f"  {each.seconds:6.1f}  {each.name}" for each in tests)]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
