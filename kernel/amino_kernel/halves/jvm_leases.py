"""Tells the JVM halves until when the kernel's lease lasts, so that they keep to it when this half is late or the process was stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from amino_kernel.membership.lease_clock import LeaseClock
from amino_wire.errors import AminoError

NANOSECONDS = 1_000_000_000


class LeaseHolder(Protocol):
    """A JVM half: takes the end of the lease on its own clock (nanoseconds; None: no change) and answers what it shows."""

    async def lease(self, ends_at: int | None) -> int: ...


class JvmLeases:
    """Prolongs the leases of JVM halves, each by its own clock.

    Only a moment counts, never "so many seconds from now": an order may arrive long after it was sent. So each half is
    asked first what its clock shows. It showed less before its answer arrived than it shows then, so its lease never
    ends after ours. It is asked each time, since its clock jumps ahead when somebody sets the machine's time of day.

    Args:
        halves: Answers the JVM halves that are up.
        clock: The clock that the kernel's lease is measured with; like the halves' clocks it goes on during a suspend.
    """

    def __init__(self, halves: Callable[[], Sequence[LeaseHolder]], clock: LeaseClock) -> None:
        self._halves = halves
        self._clock = clock

    async def prolong(self, ends_at: float) -> None:
        """Prolongs the lease of every half.

        Args:
            ends_at: Seconds of our clock.
        """
        await asyncio.gather(*(self._prolong(half, ends_at) for half in self._halves()))

    async def _prolong(self, half: LeaseHolder, ends_at: float) -> None:
        try:
            shown = await half.lease(None)
            left = ends_at - self._clock.now()
            await half.lease(shown + int(left * NANOSECONDS))
        except AminoError:
            return  # it has ended; its objects with it
