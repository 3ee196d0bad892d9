"""When a leader lends its reads to the object's gate, and until when."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, cast

from amino_dms.api import InstanceKernel, Seat
from amino_dms.replication.lent_reads import LentReads
from amino_replication.leader import Lease

AHEAD = 5.0
"""Seconds that the gate's clock is ahead of the kernel's."""


class PlayedGate:
    """A kernel with its clock, and a gate whose answer takes a while. It is a leader's seat as well."""

    in_order = True

    def __init__(self) -> None:
        self.time = 100.0
        self.clock = self
        self.asked: list[float | None] = []
        """Until when reads were to be answered, in seconds of the kernel's clock; None: not any more."""
        self.lends: list[float] = []
        self.reads = 0
        self.lease_until, self.first = 100.5, 3
        self.tasks: list[asyncio.Task[None]] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        await asyncio.sleep(0)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.ensure_future(work))

    async def lend_reads(self, until: int | None) -> tuple[int, int]:
        self.time += 0.01
        reading = int((self.time + AHEAD) * 1e9)
        self.time += 0.02
        self.asked.append(None if until is None else until / 1e9 - AHEAD)
        return reading, self.reads

    def lease(self) -> Lease | None:
        return Lease(self.lease_until, self.first)

    def lent(self, until: float) -> None:
        self.lends.append(until)


def lending(gate: PlayedGate, position: int) -> LentReads:
    return LentReads(cast("InstanceKernel", gate), 0.1, lambda: cast("Seat", gate), lambda: position)


async def read(lent: LentReads, gate: PlayedGate, reads: int) -> None:
    for _ in range(reads):
        lent.passed()
    await asyncio.gather(*gate.tasks)


async def test_reads_are_lent_after_a_few_and_never_beyond_the_lease() -> None:
    gate = PlayedGate()
    await read(lending(gate, 3), gate, 7)
    assert not gate.asked
    await read(lending(gate, 3), gate, 8)
    assert len(gate.asked) > 1
    assert all(until is None or until <= gate.lease_until for until in gate.asked)
    assert set(gate.lends) == {gate.lease_until}, "the leader knows of it before the gate does"


async def test_nothing_is_lent_before_all_is_applied_that_was_answered_in_earlier_epochs() -> None:
    gate = PlayedGate()
    await read(lending(gate, 2), gate, 20)
    assert gate.asked == [None] and not gate.lends


async def test_reads_come_to_the_manager_again_where_nobody_reads() -> None:
    gate = PlayedGate()
    gate.lease_until = 1000.0
    lent = lending(gate, 3)
    await read(lent, gate, 8)
    asked = len(gate.asked)
    await read(lent, gate, 8)
    assert len(gate.asked) == 2 * asked, "it begins anew"


async def test_nothing_is_lent_after_the_end() -> None:
    gate = PlayedGate()
    lent = lending(gate, 3)
    for _ in range(8):
        lent.passed()
    await lent.end()
    assert gate.asked[-1] is None
    await asyncio.gather(*gate.tasks)
    await read(lent, gate, 20)
    assert set(gate.asked) == {None}
