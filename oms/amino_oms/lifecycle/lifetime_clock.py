"""The clock by which objects end that were made for a time, where several services may lead one after the other."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from amino_store.store import Store
from amino_store.transaction import Put, Transaction

from amino_oms.clock import Clock
from amino_oms.registry.keys import EXPIRING, LIFETIMES

KEPT_SECONDS: Final = 5.0
"""How often the clock's reading is stored at most. A new leader goes on from it, so each change may let objects live so much longer."""


class Moments(Protocol):
    """Says when objects end."""

    async def start(self) -> None:
        """To be awaited before the first reading."""
        ...

    async def now_ms(self) -> int:
        """Milliseconds since 1970, as far as machines agree on that."""
        ...


class DayClock:
    """The machine's time of day: there is no other machine."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def start(self) -> None:
        """See Moments."""

    async def now_ms(self) -> int:
        """See Moments."""
        return self._clock.time_ms()


class LifetimeClock:
    """Goes on from one leading service to the next: a machine whose time of day is a day ahead must not end objects a day early.

    It stands still while no service leads. While no object waits for its end, it is put right by the leader's time of day.

    Arguments:
        store: keeps its reading.
        clock: the machine's.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._base_ms, self._begun = 0, 0.0
        self._kept: float | None = None
        self._keeping = asyncio.Lock()

    async def start(self) -> None:
        """See Moments. Goes on from the last reading that is stored."""
        stored, day = await self._store.get(LIFETIMES), self._clock.time_ms()
        waiting = (await self._store.range(EXPIRING, limit=1)).entries
        before = int(stored.value) if stored is not None else day
        self._base_ms, self._begun = before if waiting else max(before, day), self._clock.monotonic()

    async def now_ms(self) -> int:
        """See Moments. Raises as a commit of the store."""
        # Many who ask at once share one commit.
        async with self._keeping:
            now = self._clock.monotonic()
            reading = self._base_ms + int((now - self._begun) * 1000)
            if self._kept is None or now - self._kept >= KEPT_SECONDS:
                await self._store.commit(Transaction(then=(Put(LIFETIMES, b"%d" % reading),)))
                self._kept = now
            return reading
