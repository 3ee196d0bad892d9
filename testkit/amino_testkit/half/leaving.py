"""How a played half takes leave of those that call it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from amino_wire.errors import KernelUnavailable
from amino_wire.protocol import Goodbye, Outcome

from amino_testkit.half.guest import WORK
from amino_testkit.network.lane import LaneEnd


async def leave(lanes: Sequence[LaneEnd], seconds: float) -> int:
    """Tells the other ends which of their requests are still answered. 0 when they are, or how many ends wait after the time."""
    last = {lane: max(lane.requests, default=-1) for lane in lanes if not lane.closed}
    for lane, number in last.items():
        lane.say_goodbye(KernelUnavailable("this kernel stops", details={Goodbye.LAST: number}, outcome=Outcome.NOT_RUN))
    end = asyncio.get_running_loop().time() + seconds
    while True:
        owing = sum(not lane.closed and any(request <= number for request in lane.requests) for lane, number in last.items())
        if not owing or asyncio.get_running_loop().time() >= end:
            return owing
        await asyncio.sleep(WORK)
