"""The time that leases are measured in."""

from __future__ import annotations

import time
from typing import Protocol

COUNTS_SUSPENDED_TIME = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""On Linux CLOCK_MONOTONIC stands still while the machine is suspended; elsewhere it goes on."""


class LeaseClock(Protocol):
    """A clock that is never set and goes on while the machine is suspended."""

    def now(self) -> float:
        """Seconds since a moment that means nothing."""
        ...


class SystemLeaseClock:
    """The clock of this machine.

    The event loop and `time.monotonic` have another one: their moments must not be compared with these.
    """

    def now(self) -> float:
        return time.clock_gettime(COUNTS_SUSPENDED_TIME)
