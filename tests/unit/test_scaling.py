"""How many replicas there should be: the decision alone, under loads that rise, fall, come and go, in simulated hours."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest
from amino_dms.scalability.scaling import LONGEST, Bounds, Scaling

BOUNDS = Bounds(least=1, most=6, settle=5.0, calm=60.0)
RATE = 100.0
"""Calls a second that one replica can run."""
LIMIT = 0.1
"""Seconds that a call may take."""
HOUR = 3600.0
DAY = 24 * HOUR
DOUBLINGS = int(math.log2(LONGEST))


def share_over(seconds: float, load: float, replicas: int) -> float:
    """Of calls that come by chance to so many queues, the part that takes longer."""
    free = 1 - load / (replicas * RATE)
    return 1.0 if free <= 0 else math.exp(-seconds * free * RATE)


def played(load: Callable[[float], float], seconds: float, seed: int, scaling: Scaling | None = None) -> list[tuple[float, int]]:
    """The changes of the number: when, and to what."""
    random, number, now = Random(seed), BOUNDS.least, 0.0
    scaling = scaling or Scaling(BOUNDS, now)
    changes = list[tuple[float, int]]()
    while now < seconds:
        now += random.uniform(0.8, 1.2)
        calls = max(0, round(random.gauss(load(now), math.sqrt(load(now)))))
        over = round(calls * share_over(LIMIT, load(now), number))
        scaling.heard(calls, round(calls * share_over(LIMIT / 2, load(now), number)) - over, over)
        wanted = scaling.wanted(number, now)
        assert BOUNDS.least <= wanted <= BOUNDS.most
        assert abs(wanted - number) <= 1
        if wanted != number:
            number = wanted
            changes.append((now, number))
    return changes


def square(period: float, high: float, low: float = 1.0) -> Callable[[float], float]:
    """A load that is high for one half of each period, and low for the other."""
    return lambda now: high if now % period < period / 2 else low


@pytest.mark.parametrize("seed", range(3))
def test_a_steady_load_gets_what_it_needs_one_after_another(seed: int) -> None:
    changes = played(lambda _: 250.0, HOUR, seed)
    assert [number for _, number in changes] == list(range(2, len(changes) + 2))
    assert 250.0 < RATE * changes[-1][1] <= 250.0 / 0.6
    times = [time for time, _ in changes]
    assert all(later - earlier >= BOUNDS.settle for earlier, later in pairwise(times))
    assert times[-1] < 60.0


def test_no_more_than_the_bounds_allow() -> None:
    assert played(lambda _: 10_000.0, HOUR, 1)[-1][1] == BOUNDS.most


def test_a_load_that_has_gone_leaves_the_least() -> None:
    changes = played(lambda now: 350.0 if now < HOUR else 5.0, 2 * HOUR, 1)
    falling = [(time, number) for time, number in changes if time > HOUR]
    assert falling[-1][1] == BOUNDS.least
    assert all(time >= HOUR + place * BOUNDS.calm for place, (time, _) in enumerate(falling, 1))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("period", [4.0, 20.0, 60.0, 119.0, 150.0, 300.0, 480.0])
def test_a_short_square_wave_has_it_rise_and_stay(period: float, seed: int) -> None:
    """Where the low half is over before the replica that has gone was spared for long."""
    changes = played(square(period, 350.0), DAY, seed)
    steps = max((number for _, number in changes), default=BOUNDS.least) - BOUNDS.least
    # Each doubling costs at most one way down and up again.
    assert len(changes) <= steps + 2 * steps * (DOUBLINGS + 1), changes
    if period / 2 < BOUNDS.calm - BOUNDS.settle:
        assert all(later >= earlier for (_, earlier), (_, later) in pairwise(changes))
    assert not [time for time, _ in changes if time > DAY / 2], changes


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("period", [0.25 * HOUR, 0.5 * HOUR, HOUR, 3 * HOUR, 8 * HOUR])
def test_a_long_square_wave_is_followed_at_most_once_a_period(period: float, seed: int) -> None:
    changes = played(square(period, 350.0), 2 * DAY, seed)
    steps = max(number for _, number in changes) - BOUNDS.least
    assert len(changes) <= 2 * steps * (2 * DAY / period + DOUBLINGS), changes
    assert changes[0][1] == 2


@pytest.mark.parametrize("seed", range(10))
def test_a_load_without_any_order_moves_it_less_than_once_a_calm_time(seed: int) -> None:
    random = Random(seed)
    heights = [random.choice((0.0, 50.0, 150.0, 320.0, 500.0)) for _ in range(int(DAY / 30) + 2)]
    changes = played(lambda now: heights[int(now / 30)], DAY, seed)
    assert len(changes) < DAY / BOUNDS.calm / 4, len(changes)


def test_a_single_slow_call_is_no_high_load() -> None:
    scaling = Scaling(BOUNDS, 0.0)
    for second in range(1, 600):
        scaling.heard(1, 0, 1 if second % 10 == 0 else 0)
        assert scaling.wanted(1, float(second)) == 1


def test_calls_that_take_more_than_half_of_the_limit_keep_what_there_is() -> None:
    """One less would have them take too long."""
    scaling = Scaling(BOUNDS, 0.0)
    for second in range(1, 3600):
        scaling.heard(100, 30, 0)
        assert scaling.wanted(3, float(second)) == 3


def test_other_bounds_take_effect_at_once() -> None:
    scaling = Scaling(Bounds(2, 3, 5.0, 60.0), 0.0)
    assert scaling.wanted(1, 1.0) == 2
    assert scaling.wanted(5, 2.0) == 4


def test_a_calm_time_that_has_grown_is_kept_and_shrinks_again() -> None:
    scaling = Scaling(BOUNDS, 0.0, patience=4)
    assert scaling.calm == 4 * BOUNDS.calm
    number, now = 2, 0.0
    while number > 1 or scaling.patience == 4:
        now += 1.0
        number = scaling.wanted(number, now)
    assert now >= 4 * BOUNDS.calm
    assert scaling.patience == 2
    assert Scaling(BOUNDS, 0.0, patience=10**9).patience == LONGEST


def test_it_rests_where_nothing_is_to_be_done() -> None:
    scaling = Scaling(BOUNDS, 0.0)
    assert scaling.is_at_rest(1)
    assert not scaling.is_at_rest(2)
    scaling.heard(1, 0, 0)
    assert not scaling.is_at_rest(1)
    assert scaling.wanted(1, 100.0) == 1
    assert scaling.is_at_rest(1)
