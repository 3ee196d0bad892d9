"""Replicas that have not answered whether they are members."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from amino_dms.api import CoordinatorKernel

_PAUSE = 2.0
"""Seconds between two questions to the same replica."""


class Unanswered:
    """Asks them again, each for as long as it is there: an answer may have been lost, or a kernel has stood still.

    Arguments:
        kernel: of the coordinator.
        ask: the answer of a replica, by its number; None: it gives none.
        came: is told of a replica that answers.
    """

    def __init__(self, kernel: CoordinatorKernel, ask: Callable[[int], Awaitable[object | None]], came: Callable[[int], None]) -> None:
        self._kernel, self._ask, self._came = kernel, ask, came
        self._numbers: set[int] = set()

    def add(self, number: int) -> None:
        """A replica has not answered."""
        if number not in self._numbers:
            self._numbers.add(number)
            self._kernel.spawn(self._again(number))

    async def _again(self, number: int) -> None:
        while any(replica.number == number for replica in self._kernel.replicas()):
            await self._kernel.clock.sleep(_PAUSE)
            if await self._ask(number) is not None:
                break
        self._numbers.discard(number)
        self._came(number)
