"""How suites run a scenario: a fresh simulated cluster for each, with the suite's seed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.suites.common import ManagerSuite
from amino_testkit.world.scheduler import simulate

Scenario = Callable[[SimulatedCluster], Awaitable[Any]]


class FamilySuite(ManagerSuite):
    """What the suites of all families share. They hold the common suite too, so one class is enough for a manager."""

    def _run(self, scenario: Scenario, seed: int | None = None) -> Any:
        return simulate(lambda random: scenario(SimulatedCluster(random, registry=self.registry)), self.seed if seed is None else seed)
