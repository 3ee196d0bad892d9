"""`python -m tests.simulation.groups`: plays as many schedules as one likes."""

from __future__ import annotations

import argparse
import sys
import time

from tests.simulation.groups.play import Tally, play_by_workers
from tests.simulation.groups.world import World


def main() -> int:
    """Does what the command line says. Answers 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.groups", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many schedules")
    parser.add_argument("--minutes", type=float, default=0.0, help="plays on for so long, whatever --count says")
    parser.add_argument("--seed", type=int, default=1, help="of the first; the others have the next ones")
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--trace", action="store_true", help="prints what happens in the schedule of --seed")
    arguments = parser.parse_args()
    if arguments.trace:
        World(arguments.seed, print).run()
        return 0
    begun = time.monotonic()
    whole = Tally()
    seed = arguments.seed
    while True:
        tally, _ = play_by_workers(seed, arguments.count, arguments.workers)
        whole.add(tally)
        seed += arguments.count
        if time.monotonic() - begun >= arguments.minutes * 60:
            break
    print("\n".join(whole.lines(time.monotonic() - begun)), flush=True)
    return 1 if whole.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
