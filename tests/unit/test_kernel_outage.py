"""From when on a kernel says that no OMS answers: neither too early, for an OMS that only changes, nor late."""

from __future__ import annotations

import asyncio

import pytest
from amino_kernel.membership.outage import ASKED, PATIENCE, Outage


class PlayedClock:
    """A clock that goes on when a test says so."""

    def __init__(self) -> None:
        self.time = 100.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.time + seconds, sleeper))
        await sleeper

    async def advance(self, seconds: float) -> None:
        """Lets so many seconds pass."""
        for _ in range(3):
            await asyncio.sleep(0)
        self.time += seconds
        for end, sleeper in self._sleepers:
            if end <= self.time and not sleeper.done():
                sleeper.set_result(None)
        for _ in range(3):
            await asyncio.sleep(0)


class Played:
    """An outage, and how often it has begun."""

    def __init__(self) -> None:
        self.clock, self.told = PlayedClock(), 0
        self.outage = Outage(self.clock, self.clock, self._tell)

    async def _tell(self) -> None:
        self.told += 1


@pytest.fixture
async def played() -> Played:
    return Played()


async def test_a_long_lease_that_ends_unanswered_is_an_outage_a_second_after_it_was_asked_for_again(played: Played) -> None:
    played.outage.asking(held=True)
    await played.clock.advance(PATIENCE)
    assert played.outage.silent
    assert not played.outage.begun, "its objects answer"
    played.outage.asking(held=False)
    await played.clock.advance(ASKED / 2)
    played.outage.asking(held=False)
    assert not played.outage.begun
    await played.clock.advance(ASKED / 2)
    assert (played.outage.begun, played.told) == (True, 1)
    played.outage.answered()
    assert (played.outage.begun, played.outage.silent) == (False, False)


async def test_while_another_oms_may_begin_to_lead_callers_wait(played: Played) -> None:
    played.outage.asking(held=True)
    await played.clock.advance(2)
    played.outage.asking(held=False)
    await played.clock.advance(PATIENCE - 2.1)
    assert not played.outage.begun
    played.outage.answered()
    await played.clock.advance(PATIENCE)
    assert (played.outage.begun, played.told) == (False, 0)


async def test_a_kernel_that_stood_still_and_is_answered_says_nothing(played: Played) -> None:
    played.outage.asking(held=True)
    await played.clock.advance(60)
    played.outage.asking(held=False)
    await played.clock.advance(ASKED / 10)
    played.outage.answered()
    await played.clock.advance(60)
    assert played.told == 0


async def test_a_kernel_that_stops_says_nothing(played: Played) -> None:
    played.outage.asking(held=False)
    played.outage.close()
    await played.clock.advance(60)
    assert played.told == 0
