"""The lease as JVM halves keep it: on their own clocks, never longer than ours."""

from __future__ import annotations

import time

from amino_dms.api import SystemClock
from amino_kernel.halves.jvm_leases import JvmLeases
from amino_wire.errors import KernelUnavailable


class Half:
    """A JVM half whose clock is ahead of ours, and whose answers take a while."""

    def __init__(self, ahead: int, slow: tuple[int, ...] = ()) -> None:
        self.ahead = ahead
        self.ends = 0
        self._slow = list(slow)

    async def lease(self, ends_at: int) -> int:
        self.ends = max(self.ends, ends_at)
        return time.monotonic_ns() + self.ahead - (self._slow.pop(0) if self._slow else 0)


class Gone:
    """A JVM half that has ended."""

    async def lease(self, ends_at: int) -> int:
        raise KernelUnavailable("it has ended")


async def test_each_half_gets_the_moment_on_its_own_clock_and_none_that_is_later() -> None:
    halves = [Half(0), Half(10**15), Half(-(10**12))]
    ends = time.monotonic() + 4
    await JvmLeases(lambda: [*halves, Gone()], SystemClock()).prolong(ends)
    for half in halves:
        assert 0 < half.ends <= int(ends * 1e9) + half.ahead
        assert half.ends > int((ends - 4) * 1e9) + half.ahead


async def test_a_slow_answer_makes_the_lease_shorter_until_a_quick_one_came() -> None:
    half = Half(0, slow=(2 * 10**9,))
    leases, ends = JvmLeases(lambda: [half], SystemClock()), time.monotonic() + 4
    await leases.prolong(ends)
    assert half.ends <= int((ends - 2) * 1e9)
    await leases.prolong(ends)
    assert int((ends - 1) * 1e9) < half.ends <= int(ends * 1e9)
