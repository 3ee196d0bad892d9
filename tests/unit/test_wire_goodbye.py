"""A goodbye that says which calls are still answered: what happens to the others (`tests/conformance/goodbye.json`)."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from amino.attempts import Lost
from amino.lane_requests import ask
from amino_wire import errors
from amino_wire.outgoing import FailedCall
from amino_wire.pb import client_pb2
from amino_wire.protocol import Feature, Goodbye, Outcome
from amino_wire.values import decode

from tests.support.lane_peer import Peer, connect, until

CASES = json.loads((Path(__file__).parents[1] / "conformance/goodbye.json").read_text())["cases"]
Calls = dict[tuple[int, int], "asyncio.Future[Any]"]


def goodbye(last: int) -> list[Any]:
    return [5, ["KERNEL_UNAVAILABLE", "AminoError", "the kernel stops", "", {Goodbye.LAST: last}, None, 1]]


def answer(peer: Peer, places: list[list[int]], value: str) -> None:
    for seq, index in places:
        peer.send([2, seq, [index], [value]])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
@pytest.mark.parametrize("opaque", [False, True])
async def test_calls_end_as_the_goodbye_says(peer: Peer, case: dict[str, Any], opaque: bool) -> None:
    losses: list[errors.AminoError] = []
    lane = await connect(peer, on_lost=losses.append, opaque=opaque)
    assert Feature.GOODBYE in peer.greeting[1]["features"]
    calls: Calls = {}
    for seq, count in enumerate(case["requests"]):
        calls |= {(seq, index): lane.call("a", "m", (index,)) for index in range(count)}
        assert (await peer.read())[1] == seq
    answer(peer, case["answered"], "before")
    peer.send(goodbye(case["last"]))
    await until(lambda: lane.closed)
    ended = {(seq, index) for seq, index in (*case["answered"], *case["not_run"])}
    assert {place for place, call in calls.items() if call.done()} == ended
    for seq, index in case["not_run"]:
        error = calls[seq, index].exception()
        assert isinstance(error, errors.KernelUnavailable) and error.outcome is Outcome.NOT_RUN, error
    assert len(losses) == 1
    with pytest.raises(errors.KernelUnavailable) as refused:
        lane.call("a", "m", ())
    assert refused.value.outcome is Outcome.NOT_RUN
    answer(peer, case["late"], "after")
    for seq, index in case["late"]:
        value = await calls[seq, index]
        assert (decode(value.data) if opaque else value) == "after"
    assert await peer.ended()
    assert len(losses) == 1


async def test_what_the_connection_loses_afterwards_may_have_run(peer: Peer) -> None:
    lane = await connect(peer)
    call = lane.call("a", "m", ())
    await peer.read()
    peer.send(goodbye(0))
    await until(lambda: lane.closed)
    assert not call.done()
    peer.writer.close()
    with pytest.raises(errors.KernelUnavailable) as lost:
        await call
    assert lost.value.outcome is Outcome.UNKNOWN


async def test_calls_that_were_not_run_may_be_taken_over_in_their_order(peer: Peer) -> None:
    taken: list[Any] = []

    def take(call: FailedCall) -> bool:
        taken.append(call.args[0])
        call.future.set_result("elsewhere")
        return True

    lane = await connect(peer, on_failed=take)
    calls: list[asyncio.Future[Any]] = []
    for number in range(3):
        calls.append(lane.call("a", "m", (number,)))
        await peer.read()
    peer.send(goodbye(0))
    await until(lambda: lane.closed)
    assert taken == [1, 2]
    peer.send([1, 0, ["here"]])
    assert await asyncio.gather(*calls) == ["here", "elsewhere", "elsewhere"]


async def test_a_request_that_was_not_carried_out_is_made_again(peer: Peer) -> None:
    lane = await connect(peer)
    asking = asyncio.ensure_future(ask(lane, "Get", client_pb2.GetRequest(name_or_id="x"), 30.0))
    await peer.read()
    peer.send(goodbye(-1))
    with pytest.raises(Lost) as lost:
        await asking
    assert lost.value.sent


async def test_a_goodbye_in_place_of_a_hello_refuses_the_connection(tmp_path: Path) -> None:
    peer = Peer(tmp_path)
    await peer.start(hello=goodbye(-1))
    with pytest.raises(errors.KernelUnavailable, match="the kernel stops") as refused:
        await connect(peer)
    assert refused.value.outcome is Outcome.NOT_RUN
    await peer.stop()
