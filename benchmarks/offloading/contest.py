"""All policies in the same worlds, one world after the other in one process."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import mean, median
from typing import Any

from amino_oms.offloading.policies import made
from amino_oms.offloading.replay import Outcome, ledgers_of, replay, replay_oracle

from benchmarks.offloading.figures import Figures, best_static, figures
from benchmarks.offloading.scenarios import Scenario
from benchmarks.offloading.world import World

STATIC, ORACLE = "best static", "oracle"
ENTRANTS: Mapping[str, str] = {
    "always local": "local",
    "always cloud": "cloud",
    STATIC: STATIC,
    "MAUI's program": "maui",
    "epsilon-greedy": "epsilon-greedy",
    "Q-learning": "q-learning",
    "V without forgetting": "window(window=1e9)",
    "V with window": "window",
    "bandit": "bandit",
    ORACLE: ORACLE,
}
"""The rows of the table: their names, and the policies as they are written."""
Found = dict[str, dict[str, list[Figures]]]
"""Figures by scenario, entrant and seed."""


def contest(
    scenarios: Mapping[str, Scenario],
    seeds: Iterable[int],
    entrants: Mapping[str, str] = ENTRANTS,
    note: Callable[[str], None] = lambda line: None,
) -> Found:
    """Plays every scenario with every seed by every entrant."""
    found: Found = {}
    numbers = list(seeds)
    for name, scenario in scenarios.items():
        rows = found[name] = {entrant: [] for entrant in entrants}
        for seed in numbers:
            script = scenario(seed)
            recording = World(script, seed).record()
            ledgers = ledgers_of(recording)
            oracle = replay_oracle(recording, ledgers)
            for entrant, written in entrants.items():
                outcome: Outcome
                if written == STATIC:
                    outcome = best_static(recording, ledgers)
                elif written == ORACLE:
                    outcome = oracle
                else:
                    chance = random.Random(seed)
                    policy = made(written, recording.hosts, recording.objective, recording.homes, chance)
                    outcome = replay(recording, ledgers, policy)
                rows[entrant].append(figures(outcome, oracle, ledgers, script.steps))
        note(f"{name}: {len(numbers)} seeds")
    return found


def summary(of: Sequence[Figures]) -> dict[str, Any]:
    """The figures of one entrant in one scenario, over its seeds."""
    recoveries = [value for each in of for value in each.recovery]
    return {
        "excess": mean(each.excess for each in of),
        "worst": max(each.excess for each in of),
        "cost": mean(each.cost for each in of),
        "bad": mean(each.bad for each in of),
        "far": mean(each.far for each in of),
        "moved": mean(each.moved for each in of),
        "lost": sum(each.lost for each in of),
        **({"recovery": mean(recoveries), "recovery median": median(recoveries)} if recoveries else {}),
    }


def summaries(found: Found) -> dict[str, dict[str, dict[str, Any]]]:
    """All figures, over seeds."""
    return {name: {entrant: summary(each) for entrant, each in rows.items()} for name, rows in found.items()}
