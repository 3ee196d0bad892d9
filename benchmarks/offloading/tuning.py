"""Tuning on seeds 1 to 30: the settings of every policy, by the mean excess over the scenarios that are tuned on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from statistics import mean

from benchmarks.offloading.contest import contest
from benchmarks.offloading.scenarios import TUNED

GRIDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "window": {"window": ("15", "30", "60", "120", "300", "1e9"), "size_bits": ("1", "2", "0"), "stale": ("true", "false")},
    "epsilon-greedy": {"rate": ("0.05", "0.1", "0.3"), "trial": ("0.003", "0.01", "0.03", "0.1")},
    "q-learning": {"rate": ("0.1", "0.2", "0.5"), "trial": ("10", "20", "50", "200"), "kinds": ("cloud", "edge")},
    "maui": {"every": ("2", "10", "60"), "server": ("cloud", "edge"), "past": ("5", "20", "60")},
}
"""Policies whose settings are all tried with one another."""
LINES: Mapping[str, Sequence[tuple[str, Sequence[str]]]] = {
    "bandit": (
        ("trying", ("0", "2", "5", "15")),
        ("horizon", ("10", "25", "60")),
        ("hysteresis", ("0", "0.02", "0.08")),
        ("drift", ("3e-5", "1e-4", "3e-4", "1e-3")),
    ),
}
"""Policies whose settings are tried one after the other, each with the best of those before: they take longer."""


def _written(name: str, settings: Mapping[str, str]) -> str:
    return f"{name}({', '.join(f'{key}={value}' for key, value in settings.items())})"


def _excess(candidates: Sequence[str], seeds: Sequence[int]) -> dict[str, float]:
    found = contest(TUNED, seeds, {each: each for each in candidates})
    return {each: mean(mean(one.excess for one in found[name][each]) for name in found) for each in candidates}


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
