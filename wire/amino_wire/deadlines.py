"""Ends tasks whose time is over, all of them with one timer: `asyncio.timeout` for each call costs several times what this does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

LOOK_SECONDS = 0.02
"""How often tasks are looked at, and so how late one may be ended."""
MANY = 4096
"""Tasks from which on they are looked at less often."""


class Deadlines:
    """Belongs to one loop. Looks while somebody runs, and not otherwise.

    Arguments:
        now: the clock by which deadlines are said.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._ends: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def keep(self, work: Coroutine[Any, Any, T], deadline: float) -> T:
        """Awaits a coroutine in this task, and cancels it when its time is over.

        Arguments:
            work: runs in the calling task.
            deadline: in seconds of the clock.

        Raises:
            TimeoutError: its time was over.
        """
        task = asyncio.current_task(self._loop)
        assert task is not None, "a coroutine runs in a task"
        before = self._ends.get(task)
        if before is not None:
            # A call inside another call that is watched already: only a shorter time needs a watch of its own.
            async with asyncio.timeout(deadline - self._now() if deadline < before else None):
                return await work
        self._ends[task] = deadline
        if self._timer is None:
            self._timer = self._loop.call_later(LOOK_SECONDS, self._look)
        try:
            return await work
        except asyncio.CancelledError:
            # Somebody else's cancellation goes on.
            if task in self._late and task.uncancel() == 0:
                raise TimeoutError from None
            raise
        finally:
            del self._ends[task]
            self._late.discard(task)

    def _look(self) -> None:
        now = self._now()
        for task, end in self._ends.items():
            if now >= end and task not in self._late:
                self._late.add(task)
                task.cancel()
        pause = LOOK_SECONDS if len(self._ends) < MANY else 10 * LOOK_SECONDS
        self._timer = self._loop.call_later(pause, self._look) if self._ends else None
