"""Reports of callers to the coordinator of their object: about as many a second, whether callers are few or many."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from amino_wire.errors import AminoError

from amino_dms.api import ProxyKernel

TURN: Final = 1.0
"""Seconds between two looks of a coordinator at what it was told, and between two reports of a caller where callers are few."""
_REPORTS: Final = 20
"""Reports a second that all callers of an object make together, about."""
_LONGEST: Final = 30.0
"""Seconds between two reports of a caller where callers are many."""


class ReportTimes:
    """Of one caller: when it reports.

    Arguments:
        kernel: of its proxy.
        tell: makes a report; its result is the seconds until the next one. Where it raises an AminoError, the OMS is away, and the next
            one comes late.
    """

    def __init__(self, kernel: ProxyKernel, tell: Callable[[], Awaitable[float]]) -> None:
        self._kernel, self._tell = kernel, tell
        self._next = kernel.clock.now() + kernel.random.uniform(0, TURN)
        self._telling = False

    def called(self) -> None:
        """A call is made: a report may be due."""
        if not self._telling and self._kernel.clock.now() >= self._next:
            self._telling = True
            self._kernel.spawn(self._report())

    async def _report(self) -> None:
        pause = TURN
        try:
            pause = await self._tell()
        except AminoError:
            pause = _LONGEST
        finally:
            self._telling = False
            self._next = self._kernel.clock.now() + pause * self._kernel.random.uniform(0.8, 1.2)


class ReportPace:
    """Of a coordinator: how long callers pause. It looks at the reports once in a `TURN`."""

    def __init__(self) -> None:
        self._reports = 0
        self._pause = TURN

    def heard(self) -> float:
        """A caller reports. After how many seconds it may report again."""
        self._reports += 1
        return self._pause

    def turn(self) -> None:
        """A turn is over. As many callers as reported in it report again after the pause."""
        self._pause = min(_LONGEST, max(TURN, self._pause * self._reports / (_REPORTS * TURN)))
        self._reports = 0
