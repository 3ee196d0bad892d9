"""What an object of a played JVM half lets in."""

from __future__ import annotations

import asyncio

import pytest
from amino_testkit.half.guest import GuestCall
from amino_testkit.half.played_object import Management, Phase, PlayedObject


def call(method: str, *chain: str) -> GuestCall:
    return GuestCall("turns", method, (), {}, method, chain, 60.0)


async def entered(waiting: asyncio.Task[str | None]) -> bool:
    for _ in range(20):
        await asyncio.sleep(0)
    return waiting.done()


@pytest.mark.parametrize(("rule", "sibling_waits"), [("alone", True), ("", False)])
async def test_two_calls_of_one_chain_wait_for_one_another_where_calls_run_alone(rule: str, sibling_waits: bool) -> None:
    played = PlayedObject("turns", 1, "key", Management.NONE, concurrent=True, rule=rule)
    played.phase = Phase.ACTIVE
    outer, sibling = call("outer", "c", "pair.both"), call("sibling", "c", "pair.both")
    outside = await played.enter(outer)
    waiting = asyncio.ensure_future(played.enter(sibling))
    assert await entered(waiting) is not sibling_waits
    inner = call("inner", "c", "pair.both", "turns.outer", "pair.back")
    played.leave(inner, await played.enter(inner))
    played.leave(outer, outside)
    assert await entered(waiting)
