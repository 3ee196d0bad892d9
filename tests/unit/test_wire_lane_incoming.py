"""The lane against a peer played by hand: requests that come in."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgpack
import pytest
from amino_wire import errors
from amino_wire.frames import CallOptions
from amino_wire.incoming import IncomingCall
from amino_wire.lane import LaneConnection
from amino_wire.protocol import Outcome, Role
from amino_wire.values import EncodedValue, encode

from tests.support.lane_peer import Peer, connect, until


async def test_requests_that_arrive_are_answered_in_batches(peer: Peer) -> None:
    arrived: list[IncomingCall] = []
    lane = await connect(peer, on_request=arrived.extend)
    peer.send([0, 5, 1000, ["a", "m", [1, [2]], "@kernel", "log", ["x"]], {0: {1: {"k": 1}, 2: 9, 11: "client"}}])
    await until(lambda: len(arrived) == 2)
    first, second = arrived
    assert (first.target, first.method, first.args, first.options.kwargs, first.options.budget_ms) == ("a", "m", (1, [2]), {"k": 1}, 9)
    assert first.options.client_id == "client"
    assert (second.target, second.method, second.args) == ("@kernel", "log", ("x",))
    assert first.deadline < second.deadline
    lane.fail(second, errors.NameNotFound("none"))
    lane.answer(first, {"set": {1}})
    assert await peer.read() == [
        1,
        5,
        [
            {"set": msgpack.ExtType(2, b"\x91\x01")},
            msgpack.ExtType(8, msgpack.packb(["NAME_NOT_FOUND", "NameNotFound", "none", "", None, None, 1])),
        ],
    ]
    lane.close()


async def test_answers_in_their_own_time_and_answers_that_cannot_travel(peer: Peer) -> None:
    arrived: list[IncomingCall] = []
    lane = await connect(peer, on_request=arrived.extend)
    peer.send([0, 5, 0, ["a", "m", [], "a", "n", [], "a", "o", []]])
    await until(lambda: len(arrived) == 3)
    lane.answer(arrived[2], 3)
    assert await peer.read() == [2, 5, [2], [3]]
    lane.answer(arrived[2], "twice")
    lane.answer(arrived[0], object())
    lane.answer(arrived[1], b"x" * (17 << 20))
    frames = [await peer.read(), await peer.read()]
    payloads = [msgpack.unpackb(outcome.data) for frame in frames for outcome in frame[3]]
    assert [(payload[0], payload[6]) for payload in payloads] == [("VALUE_INVALID", Outcome.RAN)] * 2
    assert "an object cannot travel" in payloads[0][2]
    assert "a frame may have" in payloads[1][2]
    lane.close()


async def test_a_cancelled_request_tells_whoever_runs_it(peer: Peer) -> None:
    arrived: list[IncomingCall] = []
    told: list[str] = []
    lane = await connect(peer, on_request=arrived.extend)
    peer.send([0, 1, 0, ["a", "m", [], "a", "n", []]])
    await until(lambda: len(arrived) == 2)
    arrived[1].on_cancel = lambda: told.append("n")
    peer.send([3, 1, [1, 77]])
    peer.send([3, 4, [0]])
    await until(lambda: told == ["n"])
    assert (arrived[0].cancelled, arrived[1].cancelled) == (False, True)
    arrived[0].on_cancel = lambda: told.append("m")
    lane.close()
    assert told == ["n", "m"]


async def test_an_opaque_lane_passes_values_on_untouched(peer: Peer, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Peer(tmp_path / "other")
    await other.start()
    arrived: list[IncomingCall] = []
    lane = await connect(peer, on_request=arrived.extend, opaque=True)
    onward = await LaneConnection.connect(other.path, client_id="me", opaque=True)
    await other.connected
    # Keys that Python cannot tell apart pass all the same.
    odd = b"\x82\x01\xa1a\xc3\xa1b"
    kwargs = b"\x81\xa1k" + odd
    options = b"\x81\x00\x82\x01" + kwargs + b"\x03\xa2id"
    peer.send_bytes(b"\x95\x00\x07\x00\x93\xa1o\xa1m\x91" + odd + options)
    await until(lambda: len(arrived) == 1)
    call = arrived[0]
    assert call.args == EncodedValue(b"\x91" + odd)
    assert (call.options.kwargs, call.options.request_id) == (EncodedValue(kwargs), "id")
    future = onward.call(call.target, call.method, call.args, call.options)
    length = int.from_bytes(await other.reader.readexactly(4), "little")
    assert await other.reader.readexactly(length) == b"\x95\x00\x00\x00\x93\xa1o\xa1m\x91" + odd + options
    other.send_bytes(b"\x93\x01\x00\x91" + odd)
    result = await future
    assert result == EncodedValue(odd)
    lane.answer(call, result)
    length = int.from_bytes(await peer.reader.readexactly(4), "little")
    assert await peer.reader.readexactly(length) == b"\x93\x01\x07\x91" + odd
    failing = onward.call("o", "m", EncodedValue(b"\x90"))
    await other.read()
    other.send([1, 1, [msgpack.ExtType(8, msgpack.packb(["OBJECT_LOST", "", "gone", "", None, None]))]])
    with pytest.raises(errors.ObjectLost):
        await failing
    onward.close()
    lane.close()
    await other.stop()


async def test_ping_is_answered(peer: Peer) -> None:
    lane = await connect(peer)
    peer.send([6, 41])
    assert await peer.read() == [7, 41]
    lane.close()


async def test_too_many_unanswered_requests_are_not_read(peer: Peer) -> None:
    arrived: list[IncomingCall] = []
    lane = await connect(peer, on_request=arrived.extend)
    peer.send([0, 0, 0, ["a", "m", []] * 66_000])
    await until(lambda: len(arrived) == 66_000)
    peer.send([0, 1, 0, ["a", "late", []]])
    await peer.writer.drain()
    for call in arrived[:1000]:
        lane.answer(call, None)
    await until(lambda: len(arrived) == 66_001)
    assert (await peer.read())[0] == 2
    assert lane._incoming.unanswered == 65_001
    lane.close()


async def test_a_jvm_half_is_always_read_since_the_calls_that_it_waits_for_may_wait_for_its_answers(peer: Peer) -> None:
    arrived: list[IncomingCall] = []
    lane = await connect(peer, on_request=arrived.extend, role=Role.KERNEL)
    asked = lane.call("a", "m", [])
    request = await peer.read()
    peer.send([0, 0, 0, ["a", "m", []] * 66_000])
    await until(lambda: len(arrived) == 66_000)
    peer.send([1, request[1], ["answered"]])
    assert await asyncio.wait_for(asked, 10) == "answered"
    lane.close()


async def test_an_encoded_array_is_taken_as_arguments(peer: Peer) -> None:
    lane = await connect(peer)
    call = lane.call("a", "m", EncodedValue(encode([1, "x"])))
    assert await peer.read() == [0, 0, 0, ["a", "m", [1, "x"]]]
    peer.send([1, 0, [True]])
    assert await call is True
    lane.close()


NO_TEXT = b"\xa2\xff\xfe"
AMBIGUOUS = b"\x82\x01\xa1a\xc3\xa1b"
NO_KEY = b"\x81\x90\x01"
TORN = b"\xc7\x01\xff\x00"
"""A timestamp of one byte, which there is none of."""
UNREADABLE = {
    **{f"{key} no text": bytes((0x81, key)) + NO_TEXT for key in (3, 5, 7, 11)},
    **{f"{key} a number": bytes((0x81, key, 7)) for key in (1, 3, 4, 5, 6, 7, 8, 11)},
    **{f"{key} a text": bytes((0x81, key)) + b"\xa1x" for key in (1, 2, 4, 6, 8, 9, 10)},
    **{f"{key} ambiguous": bytes((0x81, key)) + AMBIGUOUS for key in (2, 3, 4, 5, 6, 7, 9, 10, 11)},
    **{f"{key} no key": bytes((0x81, key)) + NO_KEY for key in (2, 3, 4, 5, 6, 7, 9, 10, 11)},
    **{f"{key} torn": bytes((0x81, key)) + TORN for key in (2, 3, 4, 5, 6, 7, 9, 10, 11)},
    "6 with no text in it": b"\x81\x06\x92\xa1c" + NO_TEXT,
    "6 with a number in it": b"\x81\x06\x92\xa1c\x07",
    "2 negative": b"\x81\x02\xff",
    "a text as key": b"\x81\xa1x\x01",
    "no text as key": b"\x81" + NO_TEXT + b"\x01",
    "a list as key": b"\x81\x90\x01",
}


@pytest.mark.parametrize("options", list(UNREADABLE.values()), ids=list(UNREADABLE))
async def test_an_option_that_cannot_be_read_is_the_failure_of_its_own_call(peer: Peer, options: bytes) -> None:
    arrived: list[IncomingCall] = []
    lane = await connect(peer, on_request=arrived.extend, opaque=True)
    calls = b"\xa1o\xa1m\x90\xa1o\xa1n\x90"
    peer.send_bytes(b"\x95\x00\x07\x00\x96" + calls + b"\x81\x00" + options)
    await until(lambda: len(arrived) == 1)
    assert arrived[0].method == "n"
    refused = await peer.read()
    payload = msgpack.unpackb(refused[3][0].data)
    assert refused[:3] == [2, 7, [0]] and (payload[0], payload[6]) == ("FRAME_INVALID", Outcome.NOT_RUN)
    lane.answer(arrived[0], "fine")
    assert await peer.read() == [2, 7, [1], ["fine"]]
    lane.close()


@pytest.mark.parametrize("value", [NO_TEXT, AMBIGUOUS, NO_KEY, TORN, b"\xc0"], ids=["no text", "ambiguous", "no key", "torn", "nil"])
async def test_an_option_without_a_meaning_is_passed_over_unread(peer: Peer, value: bytes) -> None:
    arrived: list[IncomingCall] = []
    lane = await connect(peer, on_request=arrived.extend, opaque=True)
    peer.send_bytes(b"\x95\x00\x07\x00\x93\xa1o\xa1m\x90\x81\x00\x83\x0c" + value + b"\x1f" + value + b"\xcd\x01\x00" + value)
    await until(lambda: len(arrived) == 1)
    lane.close()


async def test_nil_is_an_absent_option(peer: Peer) -> None:
    arrived: list[IncomingCall] = []
    lane = await connect(peer, on_request=arrived.extend, opaque=True)
    nils = b"".join(bytes((key, 0xC0)) for key in range(1, 12))
    peer.send_bytes(b"\x95\x00\x07\x00\x93\xa1o\xa1m\x90\x81\x00\x8b" + nils)
    await until(lambda: len(arrived) == 1)
    assert arrived[0].options == CallOptions()
    lane.close()
