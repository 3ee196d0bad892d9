"""Calls for the log leave at once while few entries are on their way, and together while others are; none waits for long."""

from __future__ import annotations

import asyncio

import pytest
from amino_dms.replication.entries import LoggedCall
from amino_dms.replication.gathering import UNDER_WAY, Gathering
from amino_dms.replication.waiting import Wanted


class Taken:
    """Takes what has gathered at the end of each turn of the loop, as a kernel does."""

    def __init__(self) -> None:
        self.gathering = Gathering(lambda: self._soon())
        self.entries: list[list[int]] = []

    def _soon(self) -> None:
        asyncio.get_running_loop().call_soon(self._take)

    def _take(self) -> None:
        self.entries.append([wanted.call.number for wanted in self.gathering.take()])
        self.gathering.left()

    def add(self, *numbers: int) -> None:
        for number in numbers:
            self.gathering.add(Wanted(LoggedCall("caller", number, 1, 0, "incr"), lambda _: None))


async def turn() -> None:
    """Returns when all has happened that is to happen soon."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def filled() -> Taken:
    """As many entries are on their way as may be."""
    taken = Taken()
    for number in range(UNDER_WAY):
        taken.add(number)
        await turn()
    assert taken.entries == [[number] for number in range(UNDER_WAY)]
    return taken


async def test_calls_of_one_turn_leave_together() -> None:
    taken = Taken()
    taken.add(1, 2, 3)
    await turn()
    assert taken.entries == [[1, 2, 3]]


@pytest.mark.parametrize("forgets", [False, True])
async def test_calls_gather_until_an_entry_has_arrived(forgets: bool) -> None:
    taken = await filled()
    taken.add(10)
    await turn()
    taken.add(11)
    await turn()
    assert len(taken.entries) == UNDER_WAY
    if forgets:
        taken.gathering.forget()
        taken.add(12)
    else:
        taken.gathering.arrived()
    await turn()
    assert taken.entries[UNDER_WAY:] == [[10, 11, 12] if forgets else [10, 11]]


async def test_calls_do_not_gather_for_long() -> None:
    taken = await filled()
    taken.add(10)
    async with asyncio.timeout(5.0):
        while len(taken.entries) == UNDER_WAY:
            await asyncio.sleep(0.001)
    taken.add(11)
    async with asyncio.timeout(5.0):
        while len(taken.entries) == UNDER_WAY + 1:
            await asyncio.sleep(0.001)
    assert taken.entries[UNDER_WAY:] == [[10], [11]]


async def test_an_arrival_with_nothing_gathered_asks_for_nothing() -> None:
    taken = await filled()
    taken.gathering.arrived()
    await turn()
    assert len(taken.entries) == UNDER_WAY
