"""The lease as JVM halves keep it: on their own clocks, never longer than ours."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field

import pytest
from amino_kernel.halves.jvm_leases import JvmLeases
from amino_kernel.membership.lease_clock import SystemLeaseClock
from amino_wire.errors import KernelUnavailable

SECOND = 10**9


@dataclass
class Clock:
    """Our clock, which the test sets."""

    seconds: float

    def now(self) -> float:
        return self.seconds


@dataclass(eq=False)
class Half:
    """A JVM half whose clock is `ahead` nanoseconds ahead of ours, and whose answers take `slow` nanoseconds, one after the other."""

    clock: Clock
    ahead: int
    slow: list[int] = field(default_factory=list[int])
    ends: int | None = None

    async def lease(self, ends_at: int | None) -> int:
        if ends_at is not None:
            self.ends = ends_at if self.ends is None else max(self.ends, ends_at)
        shown = round(self.clock.seconds * SECOND) + self.ahead
        if self.slow:
            self.clock.seconds += self.slow.pop(0) / SECOND
        return shown


class Gone:
    """A JVM half that has ended."""

    async def lease(self, ends_at: int | None) -> int:
        raise KernelUnavailable("it has ended")


@pytest.mark.parametrize("booted", [0.0, 3.0, 500.0, 10.0**6])
async def test_each_half_gets_the_moment_on_its_own_clock_however_long_the_machine_runs(booted: float) -> None:
    clock = Clock(booted)
    # The last one's clock shows the moment zero, or one before it.
    halves = [Half(clock, ahead) for ahead in (0, 10**15, -(10**12), -round((booted + 4) * SECOND))]
    leases = JvmLeases(lambda: [*halves, Gone()], clock)
    await leases.prolong(booted + 4)
    for half in halves:
        assert half.ends == pytest.approx((booted + 4) * SECOND + half.ahead, abs=1000)


async def test_a_slow_answer_makes_the_lease_shorter_and_never_longer() -> None:
    clock = Clock(100.0)
    half = Half(clock, 0, slow=[2 * SECOND, SECOND])
    leases = JvmLeases(lambda: [half], clock)
    await leases.prolong(104.0)
    assert half.ends == pytest.approx(102 * SECOND, abs=1000)
    await leases.prolong(106.0)
    assert half.ends == pytest.approx(106 * SECOND, abs=1000)


@pytest.mark.parametrize("jump", [3600 * SECOND, -3600 * SECOND])
async def test_a_half_whose_clock_jumps_gets_the_moment_on_the_clock_as_it_is(jump: int) -> None:
    clock = Clock(10_000.0)
    half = Half(clock, 5 * SECOND)
    leases = JvmLeases(lambda: [half], clock)
    await leases.prolong(10_004.0)
    assert half.ends == 10_009 * SECOND
    half.ahead += jump
    half.ends = None
    await leases.prolong(10_005.0)
    assert half.ends == 10_010 * SECOND + jump


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere CLOCK_MONOTONIC counts suspended time")
def test_the_clock_of_leases_counts_the_time_in_which_the_machine_was_suspended(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {time.CLOCK_BOOTTIME: 3700.0, time.CLOCK_MONOTONIC: 100.0}
    monkeypatch.setattr(time, "clock_gettime", shown.__getitem__)
    assert SystemLeaseClock().now() == 3700.0
