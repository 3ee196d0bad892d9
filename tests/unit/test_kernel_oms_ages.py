"""Reads that take an answer of some age: a kernel asks an OMS that stands by first, and the leader where that does not help."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from amino_kernel.links.oms_route import SHUNNED, OmsRoute
from amino_kernel.links.oms_stub import PROBE_SECONDS, FollowingStub
from amino_wire.errors import NameNotFound, NotLeader, abort
from amino_wire.pb import client_pb2, common_pb2

from tests.unit.oms_doors import Place
from tests.unit.oms_world import world

MARK = common_pb2.ObjectRecord(id="of the standby")
Answer = Callable[[client_pb2.GetRequest], Awaitable[client_pb2.GetResponse]]


class Standby:
    """An OMS that stands by, whose answers are a test's."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        async def refuse(request: Any, context: Any) -> Any:
            await abort(context, NotLeader("it stands by"))

        return refuse

    async def Get(self, request: client_pb2.GetRequest, context: Any) -> client_pb2.GetResponse:  # noqa: N802
        self.asked += 1
        try:
            return await self._answer(request)
        except Exception as error:
            await abort(context, error)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with world(tmp_path / "oms") as here, AsyncExitStack() as stack:
        await here.kernel("k1")
        await here.register("counter")
        yield Place(here, stack)


async def stub_of(place: Place, answer: Answer) -> tuple[Standby, FollowingStub]:
    """A kernel's way to the leader and to an OMS that stands by."""
    standby = Standby(answer)
    leader, other = place.here.server.address, (await place.door(standby)).address
    stub = FollowingStub((leader, other), place.here.oms.services.secret)
    place.stack.push_async_callback(stub.close)
    return standby, stub


async def aged(_: client_pb2.GetRequest) -> client_pb2.GetResponse:
    return client_pb2.GetResponse(object=MARK, age=client_pb2.Age(ms=300, revision=7, source="oms b"))


def question(ms: int) -> client_pb2.GetRequest:
    return client_pb2.GetRequest(name_or_id="counter", age_limit=client_pb2.AgeLimit(ms=ms) if ms else None)


async def test_a_read_that_takes_an_age_is_answered_by_the_standby_and_says_how_old_it_is(place: Place) -> None:
    _, stub = await stub_of(place, aged)
    answer: client_pb2.GetResponse = await stub.Get(question(5000))
    assert (answer.object, answer.age.revision, answer.age.source) == (MARK, 7, "oms b")
    # It has grown older on its way.
    assert 300 < answer.age.ms <= 5000


async def test_a_read_that_names_no_age_never_reaches_the_standby(place: Place) -> None:
    standby, stub = await stub_of(place, aged)
    answer: client_pb2.GetResponse = await stub.Get(question(0))
    assert (answer.object.name, answer.HasField("age"), standby.asked) == ("counter", False, 0)


async def test_an_answer_that_is_too_old_when_it_arrives_is_not_taken(place: Place) -> None:
    async def slow(request: client_pb2.GetRequest) -> client_pb2.GetResponse:
        await asyncio.sleep(0.05)
        return await aged(request)

    standby, stub = await stub_of(place, slow)
    answer: client_pb2.GetResponse = await stub.Get(question(301))
    assert (answer.object.name, answer.HasField("age"), standby.asked) == ("counter", False, 1)


@pytest.mark.parametrize("error", [NotLeader("it is too old"), NameNotFound("there is no such name")])
async def test_the_leader_is_asked_where_the_standby_refuses_or_does_not_know(place: Place, error: Exception) -> None:
    async def refuse(_: client_pb2.GetRequest) -> client_pb2.GetResponse:
        raise error

    standby, stub = await stub_of(place, refuse)
    for number in range(1, 3):
        answer: client_pb2.GetResponse = await stub.Get(question(5000))
        assert (answer.object.name, standby.asked) == ("counter", number)


async def test_a_standby_that_stands_still_costs_one_request_in_a_while_a_moment(place: Place) -> None:
    async def never(_: client_pb2.GetRequest) -> client_pb2.GetResponse:
        await asyncio.Event().wait()
        raise AssertionError

    standby, stub = await stub_of(place, never)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for _ in range(20):
        answer: client_pb2.GetResponse = await stub.Get(question(5000))
        assert answer.object.name == "counter"
    # As long as this was quick, one question was in vain.
    assert standby.asked == 1 or loop.time() - begun > SHUNNED
    assert loop.time() - begun >= PROBE_SECONDS


def test_those_that_stand_by_take_turns_and_one_that_is_shunned_gets_its_turn_later() -> None:
    route = OmsRoute(("a:1", "b:2", "c:3", "d:4"))
    firsts = {tuple(route.others(0.0)) for _ in range(3)}
    assert firsts == {("b:2", "c:3", "d:4"), ("c:3", "d:4", "b:2"), ("d:4", "b:2", "c:3")}
    route.shun("c:3", 0.0)
    assert {each for _ in range(3) for each in route.others(SHUNNED / 2)} == {"b:2", "d:4"}
    assert {each for _ in range(3) for each in route.others(SHUNNED)} == {"b:2", "c:3", "d:4"}
    assert OmsRoute(("a:1",)).others(0.0) == []
