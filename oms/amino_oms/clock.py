"""The two clocks of the service, as a seam for tests."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """What the service knows of time. Leases are measured by `monotonic` alone; nothing is decided by `time_ms`."""

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...

    def time_ms(self) -> int:
        """Milliseconds since 1970, for people to read."""
        ...


class SystemClock:
    """The machine's clocks."""

    def monotonic(self) -> float:
        """See Clock."""
        return time.monotonic()

    def time_ms(self) -> int:
        """See Clock."""
        return time.time_ns() // 1_000_000
