"""Which OMS a kernel asks, and how long it goes on: by the addresses that it knows and the answers that it gets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import grpc
import pytest
from amino_kernel.links.oms_route import PATIENCE, Failure, Fate, Journey, OmsRoute, addresses_of, failure_of, may_repeat
from amino_kernel.links.replay import KEPT, Replay
from amino_wire.errors import ConfigInvalid
from amino_wire.pb import client_pb2, oms_pb2

SILENT = Failure(Fate.UNSENT)


def test_addresses_stand_with_commas() -> None:
    assert addresses_of("a:1") == ("a:1",)
    assert addresses_of(" a:1, b:2,") == ("a:1", "b:2")
    with pytest.raises(ConfigInvalid, match="names no OMS"):
        addresses_of(" , ")


class Ended(grpc.RpcError):
    """The end of a request, as gRPC tells it."""

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        super().__init__(details)
        self._code, self._details = code, details

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return self._details


@pytest.mark.parametrize(
    ("code", "details", "fate"),
    [
        (grpc.StatusCode.UNAVAILABLE, "failed to connect to all addresses", Fate.UNSENT),
        (grpc.StatusCode.UNAVAILABLE, "Socket closed", Fate.LOST),
        (grpc.StatusCode.INTERNAL, "Internal error from Core", Fate.LOST),
        (grpc.StatusCode.INTERNAL, "the OMS has a bug", Fate.ANSWERED),
        (grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded", Fate.ANSWERED),
    ],
)
def test_an_end_without_an_answer_of_ours_says_whether_another_attempt_may_follow(code: grpc.StatusCode, details: str, fate: Fate) -> None:
    assert failure_of(Ended(code, details)).fate is fate


def test_one_that_does_not_answer_is_followed_by_the_next() -> None:
    route = OmsRoute(("a:1", "b:2", "c:3"))
    asked: list[str] = []
    for _ in range(4):
        asked.append(route.current)
        route.failed(route.current, SILENT)
    assert asked == ["a:1", "b:2", "c:3", "a:1"]


def test_many_requests_that_fail_at_one_move_on_once() -> None:
    route = OmsRoute(("a:1", "b:2", "c:3"))
    for _ in range(10):
        route.failed("a:1", SILENT)
    assert route.current == "b:2"


def test_a_leader_that_is_named_is_asked_and_remembered_though_no_setting_has_it() -> None:
    route = OmsRoute(("a:1",))
    assert not route.several
    route.failed("a:1", Failure(Fate.REFUSED, "b:2"))
    assert (route.current, route.known, route.several) == ("b:2", ["a:1", "b:2"], True)
    route.failed("b:2", SILENT)
    assert route.current == "a:1"
    route.failed("a:1", Failure(Fate.REFUSED, "c:3"))
    assert (route.current, route.known) == ("c:3", ["a:1", "c:3"])


def test_a_leader_that_is_named_wrongly_keeps_nobody_from_being_asked() -> None:
    route, asked = OmsRoute(("a:1", "b:2", "c:3")), list[str]()
    while route.current != "c:3":
        asked.append(route.current)
        route.failed(route.current, Failure(Fate.REFUSED, "gone:4") if route.current == "b:2" else SILENT)
    assert asked == ["a:1", "b:2", "gone:4"]


def test_one_that_knows_no_leader_is_asked_again_when_it_is_the_only_one() -> None:
    route = OmsRoute(("a:1",))
    route.failed("a:1", Failure(Fate.REFUSED))
    assert route.current == "a:1"


def test_pauses_come_between_rounds_and_not_within_one() -> None:
    journey, now, pauses = Journey(0.0, 60.0), 0.0, list[float]()
    for asked, then in (("a", "b"), ("b", "a"), ("a", "b"), ("b", "a"), ("a", "b")):
        pause = journey.pause(now, asked, then)
        assert pause is not None
        pauses.append(pause)
        now += pause
    assert pauses[0] == pauses[2] == pauses[4] == 0.0
    assert 0 < pauses[1] < pauses[3]


@pytest.mark.parametrize(("seconds", "most"), [(None, PATIENCE), (300.0, PATIENCE), (2.0, 2.0)])
def test_a_request_goes_on_as_long_as_another_may_take_over_and_within_its_own_time(seconds: float | None, most: float) -> None:
    journey, now = Journey(100.0, seconds), 100.0
    while (pause := journey.pause(now, "a", "a")) is not None:
        now += pause
    assert most - 0.5 <= now - 100.0 <= most
    left = journey.left(now)
    assert left is None if seconds is None else left == pytest.approx(seconds - (now - 100.0))


@pytest.mark.parametrize(
    ("name", "request_id", "lost"),
    [("Register", "r1", True), ("Register", "", False), ("Get", "", True), ("Delete", "", False), ("Delete", "r2", True)],
)
def test_what_may_have_been_done_is_repeated_only_where_the_oms_does_it_once(name: str, request_id: str, *, lost: bool) -> None:
    made = {
        "Register": lambda: client_pb2.RegisterRequest(request_id=request_id),
        "Get": client_pb2.GetRequest,
        "Delete": lambda: client_pb2.DeleteRequest(request_id=request_id),
    }[name]()
    assert may_repeat(name, made, Fate.LOST) is lost
    assert may_repeat(name, made, Fate.UNSENT)
    assert may_repeat(name, made, Fate.REFUSED)
    assert not may_repeat("DurablePut", oms_pb2.DurablePutRequest(key="a"), Fate.LOST)


def part(size: int) -> client_pb2.PutArtifactRequest:
    return client_pb2.PutArtifactRequest(chunk=b"x" * size)


async def parts(*sizes: int) -> AsyncIterator[client_pb2.PutArtifactRequest]:
    for size in sizes:
        await asyncio.sleep(0)
        yield part(size)


async def test_an_upload_can_be_sent_again_from_its_first_message() -> None:
    replay = Replay(parts(1, 2, 3))
    first = replay.messages()
    assert await anext(first) == part(1)
    assert [each async for each in replay.messages()] == [part(1), part(2), part(3)]
    assert [each async for each in first] == [part(2), part(3)]
    assert replay.whole
    await replay.close()


async def test_an_attempt_that_ends_while_a_message_is_read_loses_none() -> None:
    replay = Replay(parts(1, 2))
    reading = asyncio.ensure_future(anext(replay.messages()))
    await asyncio.sleep(0)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert [each async for each in replay.messages()] == [part(1), part(2)]
    await replay.close()


async def test_an_upload_that_is_too_large_is_not_kept() -> None:
    replay = Replay(parts(KEPT // 2, KEPT // 2, KEPT // 2, 1))
    assert [len(each.chunk) async for each in replay.messages()] == [KEPT // 2, KEPT // 2, KEPT // 2, 1]
    assert not replay.whole
    await replay.close()
