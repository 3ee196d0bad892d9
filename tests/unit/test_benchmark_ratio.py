"""How benchmarks compare two things that take turns."""

from __future__ import annotations

from random import Random

import pytest

from benchmarks.ratio import compare, ratio_of


def test_a_ratio_is_the_second_by_the_first_whatever_drifts() -> None:
    speed = iter(1.0 + number / 1000 for number in range(1000))
    found = compare(lambda: next(speed), lambda: 0.5 * next(speed), 200)
    assert found.pairs == 200
    assert found.low <= 0.5 <= found.high
    assert found.high - found.low < 0.01


@pytest.mark.parametrize("seed", range(5))
def test_the_interval_holds_the_median_and_narrows_with_the_pairs(seed: int) -> None:
    random = Random(seed)
    drawn = [random.gauss(1.0, 0.1) for _ in range(400)]
    few, many = ratio_of(drawn[:40]), ratio_of(drawn)
    assert few.low <= few.median <= few.high
    assert many.low <= 1.0 <= many.high, f"seed {seed}"
    assert many.high - many.low < few.high - few.low


def test_a_bound_holds_on_the_good_side_or_within_a_narrow_interval() -> None:
    clear, narrow, wide = ratio_of([0.8] * 100), ratio_of([0.695] * 50 + [0.705] * 50), ratio_of([0.6] * 50 + [0.8] * 50)
    assert clear.is_at_least(0.7) and not clear.is_at_most(0.7)
    assert narrow.is_at_least(0.7) and narrow.is_at_most(0.7)
    assert not wide.is_at_least(0.7) and not wide.is_at_most(0.7)


def test_no_pairs_are_no_ratio() -> None:
    with pytest.raises(ValueError, match="at least one pair"):
        ratio_of([])
