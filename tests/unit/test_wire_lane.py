"""A lane against a peer that is played by hand, with msgpack and a socket and nothing of ours."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgpack
import pytest
from amino_wire import errors, sweeper
from amino_wire.frames import CallOptions
from amino_wire.lane import IncomingCall, LaneConnection
from amino_wire.outgoing import FailedCall
from amino_wire.protocol import Outcome
from amino_wire.values import EncodedValue

from tests.support.lane_peer import Peer, connect, until


async def test_hello_requests_and_replies_are_as_documented(peer: Peer) -> None:
    lane = await connect(peer, role="kernel", budget_ms=500)
    assert peer.greeting == [4, {"v": 2, "client": "me", "token": "t", "role": "kernel", "features": ["goodbye"]}]
    assert lane.peer_id == "k9"
    first = lane.call("a", "m", (1, "x"))
    second = lane.call("b", "n", [[1]], CallOptions(kwargs={"k": 2}, budget_ms=70, flags=3, chain=("c", "a.m")))
    assert await peer.read() == [0, 0, 500, ["a", "m", [1, "x"], "b", "n", [[1]]], {1: {1: {"k": 2}, 2: 70, 6: ["c", "a.m"], 9: 3}}]
    peer.send([1, 0, [7, None]])
    assert await asyncio.gather(first, second) == [7, None]
    lane.close()


@pytest.mark.parametrize("opaque", [False, True])
async def test_metadata_of_replies_is_passed_over(peer: Peer, opaque: bool) -> None:
    lane = await connect(peer, opaque=opaque)
    calls = [lane.call("a", "m", (number,)) for number in range(3)]
    await peer.read()
    peer.send([2, 0, [1], ["one"], {0: 17, 31: {"later": [1]}}])
    assert await calls[1] == (EncodedValue(b"\xa3one") if opaque else "one")
    calls.append(lane.call("a", "m", ()))
    await peer.read()
    peer.send([1, 1, [None], {}])
    assert await calls[3] == (EncodedValue(b"\xc0") if opaque else None)
    assert not lane.closed
    lane.close()


@pytest.mark.parametrize(
    ("said", "upgrade"),
    [({"v": 1}, "k9"), ({}, "k9"), ({"v": 3}, "this program"), ({"v": "2"}, "k9"), ({"v": True}, "k9"), ({"v": 2.0}, "k9")],
)
async def test_another_version_is_refused_with_the_side_to_upgrade(tmp_path: Path, said: dict[str, Any], upgrade: str) -> None:
    peer = Peer(tmp_path)
    await peer.start(hello=[4, {**said, "kernel": "k9"}])
    with pytest.raises(errors.FrameInvalid, match=f"upgrade {upgrade}$") as caught:
        await LaneConnection.connect(peer.path, client_id="me", peer="k9")
    await peer.connected
    assert caught.value.outcome is Outcome.NOT_RUN
    assert await peer.ended()
    assert peer.last[0] == 5
    assert peer.last[1][0] == "FRAME_INVALID"
    await peer.stop()


async def test_what_a_later_version_adds_to_hello_and_options_is_passed_over(tmp_path: Path) -> None:
    peer = Peer(tmp_path)
    await peer.start(hello=[4, {"v": 2, "kernel": "k9", "features": ["x"], "principal": {"later": 1}}])
    arrived: list[IncomingCall] = []
    lane = await connect(peer, on_request=arrived.extend)
    peer.send([0, 0, 0, ["a", "m", []], {0: {3: "id", 12: "baggage", 31: [1], 999: {"x": None}}}])
    await until(lambda: bool(arrived))
    assert arrived[0].options == CallOptions(request_id="id")
    lane.close()
    await peer.stop()


async def test_partial_replies_in_any_order(peer: Peer) -> None:
    lane = await connect(peer)
    calls = [lane.call("a", "m", (number,)) for number in range(4)]
    assert (await peer.read())[1] == 0
    peer.send([2, 0, [2], ["two"]])
    assert await calls[2] == "two"
    assert not calls[0].done()
    peer.send([2, 0, [3, 0], ["three", "zero"]])
    peer.send([2, 0, [1], [msgpack.ExtType(8, msgpack.packb(["GUEST_EXCEPTION", "E", "m", "s", {"a": 1}, None]))]])
    assert [await calls[3], await calls[0]] == ["three", "zero"]
    with pytest.raises(errors.GuestException) as caught:
        await calls[1]
    assert caught.value.details == {"a": 1}
    assert lane.unanswered == 0
    lane.close()


async def test_a_result_that_python_cannot_hold_fails_its_own_call_only(peer: Peer) -> None:
    lane = await connect(peer)
    calls = [lane.call("a", "m", (number,)) for number in range(4)]
    assert (await peer.read())[1] == 0
    # {1: 1, 1.0: 2}, which Python takes for one key, beside a string that is none, and a number.
    twins = b"\x82\x01\x01\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00\x02"
    peer.send_bytes(b"\x94\x02\x00\x93\x00\x01\x02\x93" + twins + b"\xa1\xff" + b"\x07")
    for call, word in ((calls[0], "tell apart"), (calls[1], "UTF-8")):
        with pytest.raises(errors.ValueInvalid, match=word):
            await call
    assert await calls[2] == 7
    peer.send_bytes(b"\x94\x02\x00\x91\x03\x91" + twins)
    with pytest.raises(errors.ValueInvalid):
        await calls[3]
    assert not lane.closed
    lane.close()


async def test_frames_in_pieces_and_several_at_once(peer: Peer) -> None:
    lane = await connect(peer)
    calls = []
    for number in range(3):
        calls.append(lane.call("a", "m", ()))
        assert (await peer.read())[1] == number
    data = b"".join(len(part).to_bytes(4, "little") + part for part in (msgpack.packb([1, number, [number]]) for number in range(3)))
    for start in range(0, len(data), 3):
        peer.writer.write(data[start : start + 3])
        await peer.writer.drain()
        await asyncio.sleep(0)
    assert await asyncio.gather(*calls) == [0, 1, 2]
    lane.close()


@pytest.mark.parametrize(
    "frame",
    [
        b"\xc1",
        b"",
        b"\x93\x01\x00",
        msgpack.packb([9, 1]),
        msgpack.packb({"a": 1}),
        msgpack.packb([1, 99, [1]]),
        msgpack.packb([1, 0, [1, 2]]),
        msgpack.packb([1, 0, 5]),
        msgpack.packb([2, 0, [5], [1]]),
        msgpack.packb([2, 0, [0, 0], [1, 1]]),
        msgpack.packb([2, 0, [0], [1, 2]]),
        msgpack.packb([1, 0, [1]]) + b"\xc0",
        msgpack.packb([1, 1 << 63, [1]]),
        msgpack.packb([2, 0, [True], [1]]),
        msgpack.packb([3, 0, ["a"]]),
        msgpack.packb([6, "a"]),
        msgpack.packb([7, 1, 1]),
        msgpack.packb([0, 1, 0, ["a", "b"]]),
        msgpack.packb([0, 1, 0, ["a", "b", []]]),
    ],
    ids=lambda data: data.hex() or "empty",
)
async def test_nonsense_ends_the_lane_with_a_goodbye_and_fails_what_waits(peer: Peer, frame: bytes) -> None:
    lane = await connect(peer)
    call = lane.call("a", "m", ())
    await peer.read()
    peer.send_bytes(frame)
    # The partial reply that answers a call twice answers it once first.
    if frame != msgpack.packb([2, 0, [0, 0], [1, 1]]):
        with pytest.raises(errors.KernelUnavailable, match="m of object a has no answer, it may have run"):
            await call
    assert await peer.ended()
    assert (peer.last[0], peer.last[1][0]) == (5, "FRAME_INVALID")
    with pytest.raises(errors.FrameInvalid):
        lane.call("a", "m", ())


async def test_a_frame_that_claims_too_much_is_refused_before_its_body(peer: Peer) -> None:
    await connect(peer)
    peer.writer.write((17 << 20).to_bytes(4, "little") + b"\0" * 10)
    assert await peer.ended()
    assert peer.last[1][0] == "FRAME_INVALID"


async def test_goodbye_says_why(peer: Peer) -> None:
    reasons: list[errors.AminoError] = []
    lane = await connect(peer, on_lost=reasons.append)
    call = lane.call("a", "m", ())
    await peer.read()
    peer.send([5, ["OVERLOADED", "Overloaded", "the kernel ends", "", None, None]])
    with pytest.raises(errors.KernelUnavailable, match="the kernel ends"):
        await call
    assert [type(reason) for reason in reasons] == [errors.Overloaded]


async def test_a_refused_token_is_told(tmp_path: Path) -> None:
    peer = Peer(tmp_path)
    await peer.start([5, ["PERMISSION_DENIED", "PermissionDenied", "wrong token", "", None, None]])
    with pytest.raises(errors.PermissionDenied, match="wrong token"):
        await LaneConnection.connect(peer.path, client_id="me")
    await peer.stop()


async def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(errors.KernelUnavailable, match="cannot be reached"):
        await LaneConnection.connect(str(tmp_path / "none.sock"), client_id="me")


async def test_cancel_is_sent_once_and_the_late_answer_is_ignored(peer: Peer) -> None:
    lane = await connect(peer)
    calls = [lane.call("a", "m", ()) for _ in range(3)]
    await peer.read()
    calls[1].cancel()
    assert await peer.read() == [3, 0, [1]]
    peer.send([1, 0, [1, msgpack.ExtType(8, msgpack.packb(["CANCELLED", "", "gone", "", None, None])), 3]])
    assert [await calls[0], await calls[2]] == [1, 3]
    assert lane.unanswered == 0
    lane.close()


async def test_deadlines_by_call_and_by_connection(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "GRACE_SECONDS", 0.0)
    lane = await connect(peer, budget_ms=40)
    short, long = lane.call("a", "m", ()), lane.call("a", "n", (), CallOptions(budget_ms=60_000))
    await peer.read()
    with pytest.raises(errors.DeadlineExceeded, match="within 40 ms"):
        await short
    assert await peer.read() == [3, 0, [0]]
    peer.send([2, 0, [0], ["too late"]])
    peer.send([2, 0, [1], ["in time"]])
    assert await long == "in time"
    lane.close()


async def test_a_peer_that_does_not_read_holds_frames_back_and_loses_nothing(peer: Peer) -> None:
    lane = await connect(peer)
    part = b"x" * (1 << 20)
    calls = []
    while not lane._outgoing.paused:
        calls.append(lane.call("a", "m", (part,)))
        await asyncio.sleep(0)
    calls += [lane.call("a", "last", (number,)) for number in range(5)]
    answered = 0
    while answered < len(calls):
        frame = await peer.read()
        count = len(frame[3]) // 3
        peer.send([1, frame[1], [answered + number for number in range(count)]])
        answered += count
    assert await asyncio.gather(*calls) == list(range(len(calls)))
    lane.close()


async def test_lost_calls_say_whether_they_were_sent_and_unsent_ones_may_be_taken_over(peer: Peer) -> None:
    taken: list[FailedCall] = []
    lane = await connect(peer, on_failed=lambda call: taken.append(call) is None)
    sent = lane.call("a", "m", (1,))
    await peer.read()
    unsent = lane.call("a", "n", (2,), CallOptions(request_id="r"))
    lane.close()
    with pytest.raises(errors.KernelUnavailable, match="may have run"):
        await sent
    assert [(call.method, call.args, call.options, call.error.outcome) for call in taken] == [("n", (2,), {3: "r"}, Outcome.NOT_RUN)]
    assert not unsent.done()


async def test_moved_may_be_taken_over_and_sent_again(peer: Peer) -> None:
    lanes: list[LaneConnection] = []
    lane = await connect(peer, on_failed=lambda call: lanes[0].send_again(call) is None)
    lanes.append(lane)
    call = lane.call("a", "m", ({"x": 1},), CallOptions(read_only=True))
    first = await peer.read()
    peer.send([1, 0, [msgpack.ExtType(8, msgpack.packb(["MOVED", "", "elsewhere", "", {"address": "x"}, None]))]])
    again = await peer.read()
    assert again[3:] == first[3:]
    peer.send([1, 1, ["there"]])
    assert await call == "there"
    lane.close()
