"""Plays schedules for a while, and says what was played and what went wrong. `make soak`."""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from amino_testkit.schedules.catalogue import SUITES, suite_of
from amino_testkit.schedules.play import play
from amino_testkit.schedules.played import Played
from amino_testkit.schedules.tally import Tally

Ask = tuple[str, int]
"""Which schedule: the name of its suite and its seed."""


LIMIT_SECONDS = 120.0
"""Real seconds that a schedule may take. Most take a tenth of one."""


class _Late(BaseException):
    """A schedule takes too long. No part of it may catch this."""


def main() -> int:
    """Does what the command line says. Answers 1 where a schedule has failed."""
    told = _arguments().parse_args()
    suites = [suite_of(told.suite).name] if told.suite else [suite.name for suite in SUITES]
    if told.one:
        return _one(suites, told.seed)
    tally = Tally()
    ends = time.monotonic() + told.minutes * 60
    for played in _all(_asked(suites, told.seed, told.schedules, ends), told.workers):
        tally.add(played)
        if played.problem:
            print(f"FAILED {played.headline}\n  again: make soak ONE=1 SUITE='{played.suite}' SEED={played.seed}", flush=True)
    print("\n".join(tally.lines()))
    return 1 if tally.found else 0


def _one(suites: list[str], seed: int) -> int:
    """Plays one schedule of each suite and shows all of it."""
    problems = 0
    for name in suites:
        played = play(suite_of(name), seed)
        print(played.lines)
        problems += bool(played.problem)
    return 1 if problems else 0


def _asked(suites: list[str], first: int, count: int, ends: float) -> Iterator[Ask]:
    seed = first
    while (not count or seed < first + count) and time.monotonic() < ends:
        for name in suites:
            if time.monotonic() < ends:
                yield name, seed
        seed += 1


def _all(asked: Iterator[Ask], workers: int) -> Iterator[Played]:
    if workers < 2:
        yield from map(_played, asked)
        return
    # So many at a time are asked for that the end comes soon after the time is over.
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        while part := list(islice(asked, 8 * workers)):
            yield from pool.map(_played, part)


def _played(ask: Ask) -> Played:
    """Plays a schedule; a schedule that does not come to its end fails, instead of holding up all others."""
    name, seed = ask

    def late(*_: object) -> None:
        raise _Late(f"not over after {LIMIT_SECONDS:.0f} s")

    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, LIMIT_SECONDS)
    try:
        return play(suite_of(name), seed)
    except _Late as error:
        return Played(name, seed, problem=str(error))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m amino_testkit.schedules", description="Random schedules of faults.")
    parser.add_argument("--minutes", type=float, default=30.0, help="how long [30]")
    parser.add_argument("--schedules", type=int, default=0, help="how many of each suite, at most; 0: as many as fit")
    parser.add_argument("--suite", default="", help="only this suite")
    parser.add_argument("--seed", type=int, default=1, help="the first seed [1]")
    parser.add_argument("--one", action="store_true", help="only this seed, and show what happened")
    parser.add_argument("--workers", type=int, default=1, help="processes that play beside one another [1]")
    return parser
