"""Plays schedules by their seeds, and counts what happened in them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from tests.simulation.groups.faults import FAULTS
from tests.simulation.groups.world import World

PART = 50


@dataclass(slots=True)
class Tally:
    """What happened in some schedules.

    Arguments:
        schedules: how many were played.
        kinds: how many of them had which fault.
        strikes: how often each fault struck.
        wrong: by seed, the promise that was broken.
    """

    schedules: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    strikes: Counter[str] = field(default_factory=Counter)
    wrong: dict[int, str] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Counts of other schedules."""
        self.schedules += other.schedules
        self.kinds += other.kinds
        self.strikes += other.strikes
        self.wrong.update(other.wrong)

    def lines(self, seconds: float) -> list[str]:
        """Text for a person."""
        told = [
            f"{self.schedules} schedules in {seconds:.1f} s ({self.schedules / max(seconds, 0.001):.0f} a second), {len(self.wrong)} wrong",
            "with " + ", ".join(f"{name} {self.kinds[name]}" for name in (*FAULTS, "no fault", "durable", "in memory")),
            "faults: " + ", ".join(f"{name} {count}" for name, count in sorted(self.strikes.items())),
        ]
        return [*told, *(f"seed {seed}: {text}" for seed, text in sorted(self.wrong.items()))]


def play(seed: int, only: frozenset[str] = frozenset(FAULTS)) -> Tally:
    """One schedule."""
    world = World(seed, only=only)
    tally = Tally(1)
    tally.kinds.update([*(world.names or ["no fault"]), "durable" if world.durable else "in memory"])
    try:
        world.run()
    except Exception as error:
        # A schedule in which the protocol raises is as wrong as a broken promise.
        tally.wrong[seed] = f"{', '.join(world.names)}: {type(error).__name__}: {error}"
    tally.strikes.update({name: count for name, count in world.counts.items() if name in FAULTS})
    tally.strikes.update(
        {
            "epochs": world.oms.stored.epoch,
            "writes acknowledged": world.judge.acknowledged,
            "reads": world.judge.read,
            "unknown": world.clients.unknowns,
            "lost races": world.oms.lost_races,
        }
    )
    return tally


def play_all(seeds: Iterable[int]) -> Tally:
    """Several, one after the other."""
    tally = Tally()
    for seed in seeds:
        tally.add(play(seed))
    return tally


def play_by_workers(first: int, count: int, workers: int) -> tuple[Tally, float]:
    """Several in processes. Answers what happened, and how many seconds it took."""
    begun = time.monotonic()
    parts = [range(seed, min(seed + PART, first + count)) for seed in range(first, first + count, PART)]
    tally = Tally()
    if workers == 1:
        for part in parts:
            tally.add(play_all(part))
    else:
        with ProcessPoolExecutor(workers) as pool:
            for found in pool.map(play_all, parts):
                tally.add(found)
    return tally, time.monotonic() - begun
