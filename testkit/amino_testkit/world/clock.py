"""The clock of one simulated machine."""

from __future__ import annotations

import asyncio
from typing import Protocol


class Time(Protocol):
    """Where true time comes from."""

    @property
    def now(self) -> float: ...


class MachineClock:
    """A monotonic clock that began at another moment than others and runs a little faster or slower.

    Arguments:
        time: true time.
        offset: what the clock shows when the simulation begins.
        rate: its seconds per true second.
    """

    def __init__(self, time: Time, offset: float = 0.0, rate: float = 1.0) -> None:
        self._time = time
        self._shown = offset
        self._since = time.now
        self._rate = rate
        self._slept = 0.0
        self._asleep_since: float | None = None

    def now(self) -> float:
        """What it shows. It stands still while the machine is suspended."""
        return self._shown if self._asleep_since is not None else self._shown + (self._time.now - self._since) * self._rate

    def awake(self) -> float:
        """What it would show if it counted the time in which the machine was suspended."""
        asleep = 0.0 if self._asleep_since is None else self._time.now - self._asleep_since
        return self.now() + (self._slept + asleep) * self._rate

    def true_seconds(self, seconds: float) -> float:
        """How many true seconds so many of its seconds are; it must not be suspended meanwhile."""
        return seconds / self._rate

    def run_at(self, rate: float) -> None:
        """From now on it runs at another rate."""
        self._shown, self._since, self._rate = self.now(), self._time.now, rate

    def suspend(self) -> None:
        """The machine is suspended: the clock stands still."""
        if self._asleep_since is None:
            self._shown, self._asleep_since = self.now(), self._time.now

    def resume(self) -> None:
        """The machine goes on."""
        if self._asleep_since is not None:
            self._slept += self._time.now - self._asleep_since
            self._since, self._asleep_since = self._time.now, None


class LeaseClock:
    """The clock that leases are measured by (`amino_kernel.membership.lease_clock.LeaseClock`)."""

    def __init__(self, clock: MachineClock) -> None:
        self.now = clock.awake


class SimulatedClock:
    """The clock of the process in which it is asked, as its loop shows it (`amino_dms.api.Clock`)."""

    def now(self) -> float:
        """What it shows."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Returns after so many seconds of the clock."""
        await asyncio.sleep(max(0.0, seconds))


class ProcessClock:
    """The clock of the process that asks, as parts of Amino see it (`amino_dms.api.Clock`)."""

    def __init__(self, clock: MachineClock) -> None:
        self.now = clock.now

    async def sleep(self, seconds: float) -> None:
        """Returns after so many seconds of the clock."""
        await asyncio.sleep(max(0.0, seconds))
