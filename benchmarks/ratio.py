"""How two things compare that take turns: the median over many pairs of short turns, and how sure it is. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass

WIDEST = 0.02
"""An interval that contains its bound decides for it if it is no wider."""
_NORMAL_95 = 1.96


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of second by first, and the ends of its 95 % interval.

    Arguments:
        pairs: how many pairs of turns it comes from.
    """

    median: float
    low: float
    high: float
    pairs: int

    def __str__(self) -> str:
        return f"{self.median:.3f} [{self.low:.3f}, {self.high:.3f}]"

    def is_at_least(self, bound: float) -> bool:
        """Whether the interval lies above the bound, or contains it and is narrow."""
        return self.low >= bound or self._decides(bound)

    def is_at_most(self, bound: float) -> bool:
        """Whether the interval lies below the bound, or contains it and is narrow."""
        return self.high <= bound or self._decides(bound)

    def _decides(self, bound: float) -> bool:
        return self.low <= bound <= self.high and self.high - self.low <= WIDEST


def ratio_of(ratios: list[float]) -> Ratio:
    """The median and its interval, by the order statistics of the binomial distribution.

    Raises:
        ValueError: there are none.
    """
    if not ratios:
        raise ValueError("a ratio needs at least one pair of turns")
    ordered = sorted(ratios)
    count = len(ordered)
    reach = _NORMAL_95 * math.sqrt(count) / 2
    low = max(0, math.floor(count / 2 - reach) - 1)
    high = min(count - 1, math.ceil(count / 2 + reach))
    return Ratio(statistics.median(ordered), ordered[low], ordered[high], count)


def compare(first: Callable[[], float], second: Callable[[], float], pairs: int) -> Ratio:
    """Takes turns in the order first, second, second, first, so that what drifts meets both alike.

    Arguments:
        first, second: one short turn each; their figure, such as calls a second.
        pairs: of turns; rounded up to an even number.
    """
    return ratio_of([*_pairs(first, second, pairs)])


def _pairs(first: Callable[[], float], second: Callable[[], float], pairs: int) -> Iterator[float]:
    for _ in range((pairs + 1) // 2):
        before = first()
        yield second() / before
        after = second()
        yield after / first()
