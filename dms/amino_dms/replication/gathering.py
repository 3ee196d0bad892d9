"""Calls that are to get into the log, and when: at once, or together with those that come while others are on their way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from amino_dms.replication.waiting import Wanted

UNDER_WAY: Final = 2
"""So many entries of calls are on their way to being final before further calls gather. An entry costs several times what a call costs."""
GATHER_SECONDS: Final = 0.005
"""How long calls gather at most: other kernels may be far away."""


class Gathering:
    """See the file's docstring. Without it, the answers of a small entry would bring the calls of the next small one, for ever.

    Arguments:
        leave: has somebody `take` what has gathered, soon.
    """

    def __init__(self, leave: Callable[[], None]) -> None:
        self._leave = leave
        self._wanted: list[Wanted] = []
        self._under_way = 0
        self._leaves = False
        self._timer: asyncio.TimerHandle | None = None

    def add(self, wanted: Wanted) -> None:
        """A call has come."""
        self._wanted.append(wanted)
        if self._under_way < UNDER_WAY:
            self._soon()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(GATHER_SECONDS, self._late)

    def take(self) -> list[Wanted]:
        """All that has gathered."""
        self._leaves = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        wanted, self._wanted = self._wanted, []
        return wanted

    def left(self) -> None:
        """An entry of calls is on its way."""
        self._under_way += 1

    def arrived(self) -> None:
        """It is no more, whatever became of it."""
        self._under_way -= 1
        if self._wanted:
            self._soon()

    def forget(self) -> None:
        """Nothing is on its way any more."""
        self._under_way = 0

    def _late(self) -> None:
        self._timer = None
        self._soon()

    def _soon(self) -> None:
        if not self._leaves:
            self._leaves = True
            self._leave()
