"""Plays schedules of a suite until one fails, for `run.py`: `python -m tests.mutants.play SUITE COUNT`."""

from __future__ import annotations

import sys

from amino_testkit.schedules.catalogue import suite_of
from amino_testkit.schedules.play import play

from tests.mutants.known import schedules_id
from tests.mutants.witness import write


def main(suite: str, count: int) -> int:
    """Plays the schedules of the seeds 1 to `count`. Answers 1 where one has failed, and says which."""
    name = schedules_id(suite, count)
    for seed in range(1, count + 1):
        played = play(suite_of(suite), seed)
        if played.problem:
            print(played.headline)
            write([name], [])
            return 1
    write([], [name])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
