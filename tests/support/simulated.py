"""Scenarios in a simulated cluster: how the tests of deployment managers run one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from amino_dms.api import Node
from amino_testkit import NODES, SimulatedCluster, elapsed, error_of, simulate

__all__ = ["SEEDS", "elapsed", "error_of", "run", "until"]

T = TypeVar("T")
SEEDS = range(4)
PATIENCE = 120.0
"""Simulated seconds that a scenario waits for something that must come."""


def run(scenario: Callable[[SimulatedCluster], Awaitable[T]], seed: int, nodes: Sequence[Node] = NODES) -> T:
    """Runs a scenario in a fresh cluster."""
    return simulate(lambda random: scenario(SimulatedCluster(random, nodes)), seed)


async def until(condition: Callable[[], bool], every: float = 0.0005) -> None:
    """Returns when a condition holds; looks every so many simulated seconds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(every)
