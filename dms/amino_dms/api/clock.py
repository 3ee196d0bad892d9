"""Time as parts see it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import Final, Protocol, TypeVar

T = TypeVar("T")

SAFE: Final = 0.98
"""Of a time that another node's clock measures too, this part is used: each clock may run up to one per cent wrong."""
_TICK = 0.001
"""Seconds that an event loop can wait at least."""


async def pause(seconds: float) -> None:
    """Returns after so many seconds, never earlier: what waits for the end of a lease acts as soon as this returns."""
    ends = time.monotonic() + seconds
    await asyncio.sleep(max(0.0, seconds))
    # Timers of uvloop fire up to half a millisecond early (findings/uvloop-early-timers.sh).
    while (left := ends - time.monotonic()) > 0:
        await asyncio.sleep(max(left, _TICK))


class Pausing(Protocol):
    """A clock as far as work can wait by it."""

    async def sleep(self, seconds: float) -> None:
        """Returns after so many seconds of this clock."""
        ...


class Clock(Pausing, Protocol):
    """One machine's monotonic clock. Its readings mean nothing to another machine."""

    def now(self) -> float:
        """Seconds since some moment."""
        ...


class SystemClock:
    """The monotonic clock of this process."""

    now = staticmethod(time.monotonic)

    async def sleep(self, seconds: float) -> None:
        """Returns after so many seconds, never earlier."""
        await pause(seconds)


async def within(clock: Pausing, seconds: float, awaited: Awaitable[T]) -> T:
    """The result of `awaited`, if it comes within so many seconds of `clock`.

    Raises:
        TimeoutError: it did not; it has been cancelled.
    """
    task = asyncio.ensure_future(awaited)
    timer = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait((task, timer), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise TimeoutError(f"nothing came within {seconds:g} s")
    finally:
        timer.cancel()
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
