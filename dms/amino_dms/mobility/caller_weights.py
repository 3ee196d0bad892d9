"""Which node an object should be on, by the calls of each node. Pure: counts, places and times in, a node out.

The distance of a call is that between the node of its caller and the object: none on one node, one within a region, and FAR between
regions. The object belongs where the distances of all calls of late are least together. It moves only where a good part of the distance
is saved, and rests after a move, so that it does not go back and forth between callers that are alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from amino_dms.api import Node

NEAR: Final = 1.0
"""The distance of two nodes of one region."""
FAR: Final = 10.0
"""The distance of two regions."""
FEWEST: Final = 8.0
"""Fewer calls of late than this move nothing."""
MOST_NODES: Final = 1000
"""Of more nodes than this the lightest are forgotten."""
MOST_CALLS: Final = 1_000_000
"""A report of more calls than this counts as so many."""


@dataclass(frozen=True, slots=True)
class Inertia:
    """What keeps an object where it is.

    Arguments:
        settle: seconds between two moves at least.
        window: after so many seconds a call counts half.
        gain: the part of all distance that a move must save, between 0 and 1.
    """

    settle: float
    window: float
    gain: float


class CallerWeights:
    """Hears of calls, and says where the object should be.

    Arguments:
        inertia: see there.
        now: seconds of a clock, as all times here.
    """

    def __init__(self, inertia: Inertia, now: float) -> None:
        self._inertia = inertia
        self._weights: dict[str, float] = {}
        self._at = now
        self._moved: float | None = None

    def heard(self, node: str, calls: int, now: float) -> None:
        """Clients at a node have made so many calls."""
        self._age(now)
        self._weights[node] = self._weights.get(node, 0.0) + min(max(calls, 0), MOST_CALLS)
        if len(self._weights) > MOST_NODES:
            del self._weights[min(self._weights, key=self._weights.__getitem__)]

    def moved(self, now: float) -> None:
        """The object has been moved, or could not be moved: it rests."""
        self._moved = now

    def weights(self, now: float) -> dict[str, float]:
        """Calls of late by the node of their callers, the most first."""
        self._age(now)
        return dict(sorted(self._weights.items(), key=lambda each: (-each[1], each[0])))

    def wanted(self, present: str, sites: Sequence[Node], nodes: Sequence[Node], now: float) -> str:
        """The node where the object should be.

        Arguments:
            present: the id of the node where it is.
            sites: where it may be.
            nodes: all nodes that live. Calls of others count no more.
        """
        self._age(now)
        known = {node.id: node for node in nodes}
        callers = [(known[name], weight) for name, weight in self._weights.items() if name in known]
        if present not in known or sum(weight for _, weight in callers) < FEWEST or self._rests(now):
            return present
        spent = _spent(known[present], callers)
        best = min(sites, key=lambda site: (_spent(site, callers), site.id != present, site.id), default=known[present])
        return best.id if _spent(best, callers) < (1 - self._inertia.gain) * spent else present

    def is_at_rest(self, now: float) -> bool:
        """Whether nothing happens here before calls are heard of."""
        self._age(now)
        return not self._weights

    def _rests(self, now: float) -> bool:
        return self._moved is not None and now - self._moved < self._inertia.settle

    def _age(self, now: float) -> None:
        share = 0.5 ** (max(0.0, now - self._at) / self._inertia.window)
        self._at = max(now, self._at)
        if share < 1.0:
            # The rest of a node's last call is forgotten after some windows, so that an object which nobody calls is at rest.
            self._weights = {node: weight * share for node, weight in self._weights.items() if weight * share >= 0.5}


def _spent(site: Node, callers: Sequence[tuple[Node, float]]) -> float:
    return sum(weight * _distance(site, caller) for caller, weight in callers)


def _distance(one: Node, other: Node) -> float:
    if one.id == other.id:
        return 0.0
    return NEAR if one.region == other.region else FAR
