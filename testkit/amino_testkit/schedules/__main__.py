"""Plays schedules for a while, and says what was played and what went wrong. `make soak`.

python -m amino_testkit.schedules [--minutes M] [--schedules N] [--suite NAME] [--seed FIRST]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from amino_testkit.schedules.catalogue import SUITES, suite_of
from amino_testkit.schedules.play import play
from amino_testkit.schedules.played import Played


@dataclass(slots=True)
class Tally:
    """What was played of one suite."""

    schedules: int = 0
    operations: Counter[str] = field(default_factory=Counter[str])
    not_judged: int = 0

    def add(self, played: Played) -> None:
        """Counts one schedule."""
        self.schedules += 1
        self.operations.update(played.operations)
        self.not_judged += played.history.errors["not judged"]


def main() -> int:
    """Answers 1 where a schedule found a fault."""
    told = _arguments().parse_args()
    suites = [suite_of(told.suite)] if told.suite else list(SUITES)
    tallies = {suite.name: Tally() for suite in suites}
    deeds: Counter[str] = Counter()
    found: list[Played] = []
    ends, seed = time.monotonic() + told.minutes * 60, told.seed
    while (not told.schedules or seed < told.seed + told.schedules) and time.monotonic() < ends:
        for suite in suites:
            played = play(suite, seed)
            tallies[suite.name].add(played)
            deeds.update(deed.partition(" ")[0] for deed in played.deeds)
            if played.problem:
                found.append(played)
                print(f"FOUND {played.headline}", flush=True)
        seed += 1
    _report(tallies, deeds, found, told.seed, seed)
    return 1 if found else 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m amino_testkit.schedules", description="Random schedules of faults.")
    parser.add_argument("--minutes", type=float, default=30.0, help="how long [30]")
    parser.add_argument("--schedules", type=int, default=0, help="how many of each suite, at most; 0: as many as fit")
    parser.add_argument("--suite", default="", help="only this suite")
    parser.add_argument("--seed", type=int, default=1, help="the first seed [1]")
    return parser


def _report(tallies: dict[str, Tally], deeds: Counter[str], found: list[Played], first: int, behind: int) -> None:
    print(f"seeds {first} to {behind - 1}")
    for name, tally in tallies.items():
        told = ", ".join(f"{count} {status}" for status, count in sorted(tally.operations.items()))
        print(f"{name}: {tally.schedules} schedules, operations {told}; {tally.not_judged} not judged")
    print("deeds: " + ", ".join(f"{name} {count}" for name, count in sorted(deeds.items())))
    print(f"{len(found)} found")


if __name__ == "__main__":
    sys.exit(main())
