"""How old a replica's state is: it asks now and then up to where everything was answered, and has that from then on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from amino_dms.api import Clock
from amino_dms.api.clock import SAFE


class Freshness:
    """No time travels: the age counts from before the question, on this replica's own clock.

    Arguments:
        clock: of this host.
        age: how old the state may be that a read sees, in seconds.
        point: asks for a position up to which everything is that has been answered to anybody before.
    """

    def __init__(self, clock: Clock, age: float, point: Callable[[], Awaitable[int]]) -> None:
        self._clock, self._age, self._point = clock, age * SAFE, point
        self._asked = float("-inf")
        self._position = 0
        self._asking: asyncio.Task[None] | None = None

    async def position(self) -> int:
        """The position that the state must have for a read that comes now. Reads that come together ask once.

        Raises:
            AminoError: nobody knows at the moment.
        """
        came = self._clock.now()
        while self._asked < came - self._age:
            if self._asking is None:
                self._asking = asyncio.ensure_future(self._ask())
            asking = self._asking
            try:
                await asyncio.shield(asking)
            finally:
                if asking.done() and self._asking is asking:
                    self._asking = None
        return self._position

    async def _ask(self) -> None:
        asked = self._clock.now()
        position = await self._point()
        self._asked, self._position = asked, position
