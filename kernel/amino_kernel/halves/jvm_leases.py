"""Tells the JVM halves until when the kernel's lease lasts, so that they keep to it when this half is late or the process was stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol
from weakref import WeakKeyDictionary

from amino_dms.api import Clock
from amino_wire.errors import AminoError


class LeaseHolder(Protocol):
    """A JVM half: takes the end of the lease on its own clock (nanoseconds; 0: none), answers what that clock shows."""

    async def lease(self, ends_at: int) -> int: ...


class JvmLeases:
    """Keeps how far each JVM half's monotonic clock is ahead of ours; `halves` answers those that are up, `clock` is ours.

    Only a moment counts, never "so many seconds from now": an order may arrive long after it was sent. What the clock showed before its
    answer arrived is at most what it shows then, so the difference is never too large, and a lease there never ends after ours.
    """

    def __init__(self, halves: Callable[[], Sequence[LeaseHolder]], clock: Clock) -> None:
        self._halves = halves
        self._clock = clock
        self._ahead: WeakKeyDictionary[LeaseHolder, int] = WeakKeyDictionary()

    async def prolong(self, ends_at: float) -> None:
        """Prolongs the lease of every half.

        Args:
            ends_at: Seconds of our clock.
        """
        await asyncio.gather(*(self._prolong(half, int(ends_at * 1e9)) for half in self._halves()))

    async def _prolong(self, half: LeaseHolder, ends_at: int) -> None:
        try:
            if half not in self._ahead:
                await self._compare(half, 0)
            await self._compare(half, ends_at + self._ahead[half])
        except AminoError:
            return  # it has ended; its objects with it

    async def _compare(self, half: LeaseHolder, ends_at: int) -> None:
        ahead = await half.lease(ends_at) - int(self._clock.now() * 1e9)
        self._ahead[half] = max(ahead, self._ahead.get(half, ahead))
