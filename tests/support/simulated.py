"""Scenarios in a simulated cluster: how the tests of deployment managers run one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from amino_testkit import SimulatedCluster, simulate
from amino_testkit.world.scheduler import elapsed, error_of

__all__ = ["SEEDS", "elapsed", "error_of", "run"]

T = TypeVar("T")
SEEDS = range(4)


def run(scenario: Callable[[SimulatedCluster], Awaitable[T]], seed: int) -> T:
    """Runs a scenario in a fresh cluster."""
    return simulate(lambda random: scenario(SimulatedCluster(random)), seed)
