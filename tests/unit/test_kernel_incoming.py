"""Calls out of a JVM half: each has an answer, also a call that its caller has given up, or both halves would keep it for ever."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

from amino_kernel.calls.guest_requests import GuestRequests
from amino_kernel.calls.incoming import Incoming
from amino_kernel.calls.outside_requests import OutsideRequests
from amino_kernel.calls.router import Router
from amino_kernel.calls.turns import IN_A_TURN
from amino_kernel.halves.bridge import Bridge
from amino_kernel.halves.call import Call
from amino_wire.errors import as_error
from amino_wire.frames import CallOptions
from amino_wire.lane import IncomingCall
from amino_wire.values import EncodedValue


@dataclass
class Answers:
    """The other end: notes which calls were answered, and how."""

    codes: dict[int, str] = field(default_factory=dict[int, str])

    def answer(self, call: IncomingCall, _: Any) -> None:
        self.codes[call.index] = "ok"

    def fail(self, call: IncomingCall, error: BaseException) -> None:
        self.codes[call.index] = as_error(error).code


class Endless:
    """Calls that never end."""

    def taker(self, _: IncomingCall) -> None:
        return None

    def managed_here(self, _: IncomingCall) -> None:
        return None

    async def route(self, _: Call) -> EncodedValue:
        await asyncio.Event().wait()
        raise AssertionError


def calls(count: int) -> list[IncomingCall]:
    return [IncomingCall(1, index, "object", "method", EncodedValue(b"\x90"), CallOptions(), 60.0) for index in range(count)]


async def test_a_call_that_was_given_up_is_answered_whether_it_had_begun_or_not() -> None:
    incoming = Incoming(cast("Router", Endless()), cast("GuestRequests", None), cast("OutsideRequests", None))
    answers = Answers()
    arrived = calls(IN_A_TURN + 1)
    incoming.take(cast("Bridge", answers), arrived)
    begun, beginning, waiting = arrived[0], arrived[1], arrived[-1]
    beginning.cancel()
    waiting.cancel()
    await asyncio.sleep(0)
    begun.cancel()
    while len(answers.codes) < 3:
        await asyncio.sleep(0)
    assert answers.codes == {each.index: "CANCELLED" for each in (begun, beginning, waiting)}
    incoming.close()
