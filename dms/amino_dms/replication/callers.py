"""Which nodes call an object, and how much. Pure: the time is an argument, in seconds of one clock."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Final

HALF_LIFE: Final = 20.0
"""Seconds after which a call counts half."""
SETTLED: Final = 5.0
"""Seconds for which a node must have called before replicas may follow it."""
CAPACITY: Final = 1000
"""Nodes that are remembered; of more, those that call most."""
LEAST_PAUSE: Final = 5.0
LONGEST_PAUSE: Final = 60.0
"""Seconds between two reports of one caller."""
REPORTS: Final = 20.0
"""Reports a second, of all callers, above which pauses grow."""
_MOST_CALLS: Final = 1_000_000_000


@dataclass(slots=True)
class _Caller:
    weight: float
    heard: float
    since: float
    until: float


class Callers:
    """Knows nodes, not callers: it takes as much memory for a million callers as for the nodes that they are on."""

    def __init__(self) -> None:
        self._nodes: dict[str, _Caller] = {}
        self._waited = 0.0
        self._counted = 0.0

    def heard(self, node: str, calls: int, waited: float, now: float) -> float:
        """A caller reports. After how many seconds it should report again.

        Arguments:
            node: that it is on.
            calls: how many it has made since it reported last.
            waited: how many seconds ago that was.
            now: the time.
        """
        pause = self._pause(waited, now)
        known = self._nodes.get(node)
        if known is None or now > known.until:
            known = self._nodes[node] = _Caller(0.0, now, now, 0.0)
        known.weight = _aged(known, now) + min(max(calls, 0), _MOST_CALLS)
        known.heard, known.until = now, max(known.until, now + 3 * pause)
        if len(self._nodes) > CAPACITY:
            del self._nodes[min(self._nodes, key=lambda each: (self._nodes[each].until >= now, _aged(self._nodes[each], now)))]
        return pause

    def weights(self, now: float) -> dict[str, float]:
        """How much each node has called lately. Those that nobody has heard of for some pauses call no more."""
        self._nodes = {node: known for node, known in self._nodes.items() if now <= known.until}
        return {node: _aged(known, now) for node, known in self._nodes.items()}

    def settled(self, now: float) -> frozenset[str]:
        """The nodes that have gone on calling for a while."""
        return frozenset(node for node, known in self._nodes.items() if now <= known.until and known.heard - known.since >= SETTLED)

    def _pause(self, waited: float, now: float) -> float:
        """The pause by which all callers together stay below `REPORTS`. Each report stands for as many seconds as its caller has waited, so
        the seconds of all reports in a minute say how many callers there are."""
        self._waited = self._waited * 0.5 ** (max(0.0, now - self._counted) / LONGEST_PAUSE) + min(max(0.0, waited), LONGEST_PAUSE)
        self._counted = now
        callers = self._waited * log(2) / LONGEST_PAUSE
        return min(LONGEST_PAUSE, max(LEAST_PAUSE, callers / REPORTS))


def _aged(known: _Caller, now: float) -> float:
    return known.weight * float(0.5 ** (max(0.0, now - known.heard) / HALF_LIFE))
