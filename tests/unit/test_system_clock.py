"""A pause by a system's clock is never shorter than what was asked for, whatever the event loop does to its timers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
import uvloop
from amino_dms.api import Clock
from amino_dms.api.clock import SystemClock as ManagersClock
from amino_oms.clock import SystemClock as ServiceClock

PAUSES = (0.0004, 0.0014, 0.0024, 0.0104)


async def shortest(clock: Any, seconds: float) -> float:
    """Of some pauses, in seconds."""
    took: list[float] = []
    for _ in range(20):
        begun = time.monotonic()
        await clock.sleep(seconds)
        took.append(time.monotonic() - begun)
    return min(took)


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("clock", [ManagersClock(), ServiceClock()], ids=["managers", "service"])
def test_no_pause_ends_early(clock: Clock, run: Callable[[Any], None]) -> None:
    async def all_pauses() -> None:
        for seconds in PAUSES:
            assert await shortest(clock, seconds) >= seconds

    run(all_pauses())


def test_a_pause_of_nothing_lets_others_go_on() -> None:
    async def other() -> list[str]:
        ran: list[str] = []
        asyncio.get_running_loop().call_soon(ran.append, "other")
        await ManagersClock().sleep(-1)
        return ran

    assert asyncio.run(other()) == ["other"]
