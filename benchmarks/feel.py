"""How long does a person wait, in comparison with another copy of Amino: for `amino up`, the first answers, and commands of the shell?

The other copy is a worktree with its own `.venv` and JVM half. To make that of commit c542a54:
  git worktree add --detach ../old c542a54 && make -C ../old setup
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.amino_host import OBJECTS
from benchmarks.copy_host import python_of
from benchmarks.processes import ROOT
from benchmarks.report import print_table, write_json

PROBE = Path(__file__).with_name("feel_probe.py")
TURNS = ("old", "new", "new", "old")
"""Both copies run in turns, each as often first as second, so that a busy minute of the machine is shared."""
TARGETS = {
    "ls": 0.5,
    "call": 0.5,
    "describe": 0.5,
    "up to ready": 0.8,
    "its first call": 0.7,
    "up to the first JS and Python answer": 0.7,
}
"""The ratios to commit c542a54 that were asked for."""
LIMIT_SECONDS = 300.0


def measure(python: Path, times: int) -> dict[str, Any]:
    """Seconds of one cluster of a copy; for commands a list of them."""
    with tempfile.TemporaryDirectory(prefix="amino-feel-") as folder:
        command = [str(python), str(PROBE), str(OBJECTS), folder, str(times)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, timeout=LIMIT_SECONDS)
    if done.returncode:
        raise SystemExit(f"the probe of {python} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def ratios(old: list[float], new: list[float]) -> list[float]:
    """New by old, each with the measurement of the other copy that was its neighbour in time."""
    return [later / earlier for earlier, later in zip(old, new, strict=True)]


def summary(found: dict[str, dict[str, list[float]]]) -> dict[str, dict[str, float]]:
    """The medians of each copy, and the median of the ratios of neighbours."""
    return {
        name: {
            "old": statistics.median(found["old"][name]),
            "new": statistics.median(found["new"][name]),
            "ratio": statistics.median(ratios(found["old"][name], found["new"][name])),
        }
        for name in found["new"]
    }


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks feel", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--old", type=Path, required=True, metavar="PATH", help="a built copy to compare with")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of four turns: old, new, new, old")
    parser.add_argument("--commands", type=int, default=3, help="how often each command runs in a turn")
    options = parser.parse_args(arguments)
    pythons = {"old": python_of(options.old.resolve()), "new": python_of(ROOT)}
    found: dict[str, dict[str, list[float]]] = {"old": {}, "new": {}}
    for _ in range(options.rounds):
        for turn in TURNS:
            for name, seconds in measure(pythons[turn], options.commands).items():
                found[turn].setdefault(name, []).extend(seconds if isinstance(seconds, list) else [seconds])
    results = summary(found)
    write_json("feel", {"summary": results, "seconds": found})
    rows = [
        [name, f"{figures['old']:.2f}", f"{figures['new']:.2f}", f"{figures['ratio']:.2f}", f"≤ {TARGETS[name]}" if name in TARGETS else ""]
        for name, figures in results.items()
    ]
    print_table("what a person waits for, seconds", ["what", "old", "new", "new / old", "wanted"], rows)


if __name__ == "__main__":
    main()
