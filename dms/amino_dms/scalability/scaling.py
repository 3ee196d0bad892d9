"""How many replicas there should be, by the load that they are under. Pure: counts and times in, a number out.

The load is high where a tenth of the calls is over a limit, and low where less than a tenth is over half of it. One replica more is made
at a time, and one less after a calm time. Where a replica is missed soon after it has gone, the calm time doubles: a load that comes and
goes has the number follow it a few times, and then stay at what its heights need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SHARE: Final = 10
"""The load is high where one of so many calls is over the limit."""
FEWEST: Final = 3
"""So many calls over the limit at least make the load high."""
SOON: Final = 4
"""A replica that is missed within so many calm times after it has gone, went too early."""
LONGEST: Final = 32
"""The calm time grows to so many times what the settings say."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the number is held to.

    Arguments:
        least, most: how many replicas.
        settle: seconds between one replica more and the next one.
        calm: seconds of low load after which there is one less.
    """

    least: int
    most: int
    settle: float
    calm: float


class Scaling:
    """Hears of calls, and says how many replicas there should be.

    Arguments:
        bounds: see there.
        now: seconds of a clock, as all times here.
        patience: by how much the calm time has grown, from `patience` of an earlier life; 1: not at all.
    """

    def __init__(self, bounds: Bounds, now: float, patience: int = 1) -> None:
        self._bounds = bounds
        self.patience = max(1, min(patience, LONGEST))
        """The calm time is so many times what the settings say."""
        self._changed = now - bounds.settle
        self._begun = self._busy = now
        self._went: float | None = None
        self._calls = self._near = self._over = 0

    @property
    def calm(self) -> float:
        """After how many seconds of low load there is one replica less."""
        return self._bounds.calm * self.patience

    def heard(self, calls: int, near: int, over: int) -> None:
        """Calls have ended: how many, how many of these were over half of the limit but not over it, and how many over it."""
        self._calls += max(0, calls)
        self._near += max(0, near)
        self._over += max(0, over)

    def wanted(self, present: int, now: float) -> int:
        """How many replicas there should be, where there are `present`."""
        bounds = self._bounds
        if present < bounds.least:
            return bounds.least
        if present > bounds.most:
            return present - 1
        calls = max(self._calls, self._near + self._over)
        if calls and SHARE * (self._near + self._over) >= calls:
            self._busy = now
        settled = now - self._changed >= bounds.settle
        if settled and self._over >= FEWEST and SHARE * self._over >= calls:
            if self._went is not None and now - self._went < SOON * self.calm:
                self.patience = min(2 * self.patience, LONGEST)
            self._went = None
            return self._change(min(present + 1, bounds.most), now)
        if now - self._begun >= bounds.settle:
            self._begin(now)
        if self._went is not None and now - self._went >= SOON * self.calm:
            # It was not missed.
            self.patience, self._went = max(1, self.patience // 2), None
        if present > bounds.least and now - max(self._busy, self._changed) >= self.calm:
            self._went = now
            return self._change(present - 1, now)
        return present

    def is_at_rest(self, present: int) -> bool:
        """Whether nothing happens here before calls are heard of."""
        return present == self._bounds.least and not self._calls and self._went is None

    def _change(self, number: int, now: float) -> int:
        self._changed = now
        self._begin(now)
        return number

    def _begin(self, now: float) -> None:
        self._begun = now
        self._calls = self._near = self._over = 0
