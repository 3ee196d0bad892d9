"""The two clocks of the service, as a seam for tests."""

from __future__ import annotations

import time
from typing import Protocol

from amino_dms.api.clock import pause

_COUNTS_SUSPENDED_TIME = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""On Linux CLOCK_MONOTONIC stands still while the machine is suspended; elsewhere it goes on."""


def seconds_with_suspension() -> float:
    """Seconds that never go back, and go on while the machine is suspended; not to be compared with those of `Clock`."""
    return time.clock_gettime(_COUNTS_SUSPENDED_TIME)


class Clock(Protocol):
    """The service's knowledge of time. Leases are measured by `monotonic` alone. `time_ms` decides only when objects end that were
    made for a time, and that only where the service has one machine (`lifecycle/lifetime_clock.py`)."""

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...

    def time_ms(self) -> int:
        """Milliseconds since 1970, as this machine believes."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns after so many seconds of `monotonic`."""
        ...


class SystemClock:
    """The machine's clocks."""

    def monotonic(self) -> float:
        """See Clock."""
        return time.monotonic()

    def time_ms(self) -> int:
        """See Clock."""
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        """See Clock."""
        await pause(seconds)
