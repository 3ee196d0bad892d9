"""Tuning on some of the seeds 1 to 30: the settings of every policy, by the mean excess over the scenarios that are tuned on."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from statistics import mean

from amino_oms.offloading.policies import made
from amino_oms.offloading.replay import ledgers_of, replay, replay_oracle

from benchmarks.offloading.scenarios import TUNED
from benchmarks.offloading.world import World

GRIDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "window": {"window": ("30", "60", "120", "300", "1e9"), "size_bits": ("2", "0"), "stale": ("true", "false")},
    "epsilon-greedy": {"rate": ("0.05", "0.1", "0.3"), "trial": ("0.003", "0.01", "0.03")},
    "q-learning": {"rate": ("0.1", "0.5"), "trial": ("10", "50", "200"), "kinds": ("cloud", "edge")},
    "maui": {"every": ("2", "10"), "server": ("cloud", "edge"), "past": ("5", "20", "60")},
}
"""Policies whose settings are all tried with one another."""
LINES: Mapping[str, Sequence[tuple[str, Sequence[str]]]] = {
    "bandit": (
        ("trying", ("0", "2", "5", "15")),
        ("horizon", ("10", "25", "60")),
        ("hysteresis", ("0", "0.02", "0.08")),
        ("drift", ("1e-4", "3e-4", "1e-3")),
    ),
}
"""Policies whose settings are tried one after the other, each with the best of those before: they take longer."""


def _written(name: str, settings: Mapping[str, str]) -> str:
    return f"{name}({', '.join(f'{key}={value}' for key, value in settings.items())})"


def _excess(candidates: Sequence[str], seeds: Sequence[int]) -> dict[str, float]:
    """The mean excess over the oracle's cost of each candidate."""
    found: dict[str, list[float]] = {each: [] for each in candidates}
    for scenario, seed in product(TUNED.values(), seeds):
        recording = World(scenario(seed), seed).record()
        ledgers = ledgers_of(recording)
        oracle = replay_oracle(recording, ledgers).cost
        for each in candidates:
            policy = made(each, recording.hosts, recording.objective, recording.homes, random.Random(seed))
            found[each].append(replay(recording, ledgers, policy).cost / oracle - 1)
    return {each: mean(excesses) for each, excesses in found.items()}


def tune(seeds: Sequence[int], chosen: Sequence[str], note: Callable[[str], None]) -> dict[str, str]:
    """The best settings of each chosen policy, and what all others reached."""
    best: dict[str, str] = {}
    for name in chosen:
        if name in GRIDS:
            grid = GRIDS[name]
            candidates = [_written(name, dict(zip(grid, values, strict=True))) for values in product(*grid.values())]
            reached = _excess(candidates, seeds)
        else:
            reached = _by_lines(name, seeds)
        for written, excess in sorted(reached.items(), key=lambda each: each[1])[:8]:
            note(f"{excess:8.2%}  {written}")
        best[name] = min(reached, key=reached.__getitem__)
    return best


def _by_lines(name: str, seeds: Sequence[int]) -> dict[str, float]:
    settings: dict[str, str] = {}
    reached: dict[str, float] = {}
    for key, values in LINES[name]:
        candidates = {value: _written(name, {**settings, key: value}) for value in values}
        excesses = _excess(list(candidates.values()), seeds)
        reached.update(excesses)
        settings[key] = min(values, key=lambda value: excesses[candidates[value]])
    return reached
