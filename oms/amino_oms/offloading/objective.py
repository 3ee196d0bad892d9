"""The purpose of a scheduler: a weight for latency and one for energy, and a budget for either."""

from __future__ import annotations

import math
from dataclasses import dataclass

BEYOND = 1000.0
"""The cost of a request that takes twice its budget. No weights that make sense come near it."""


@dataclass(frozen=True, slots=True)
class Objective:
    """Weights of what is made small.

    Arguments:
        latency: the cost of a second.
        energy: the cost of a joule.
        latency_budget: seconds that a request may take; a place within the budgets is better than any beyond them.
        energy_budget: joules that a request may take.
    """

    latency: float = 1.0
    energy: float = 0.1
    latency_budget: float = math.inf
    energy_budget: float = math.inf

    def cost(self, seconds: float, joules: float) -> float:
        """The cost of something outside a request, as a move is, which has no budget."""
        return self.latency * seconds + self.energy * joules

    def judged(self, seconds: float, joules: float) -> float:
        """The cost of a request. One beyond its budgets costs the more, the farther beyond they are."""
        cost = self.latency * seconds + self.energy * joules
        if seconds > self.latency_budget:
            cost += BEYOND * (seconds / self.latency_budget - 1)
        if joules > self.energy_budget:
            cost += BEYOND * (joules / self.energy_budget - 1)
        return cost
