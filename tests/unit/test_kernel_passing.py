"""Names while no OMS answers: they resolve from what was heard, with an age, where a request takes it."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from amino_kernel.calls.passing import PATIENCE, PATIENCE_IN_OUTAGE, Passing
from amino_kernel.links.name_cache import NameCache
from amino_kernel.links.record_cache import RecordCache
from amino_wire.errors import AminoError, NameNotFound, OmsUnavailable
from amino_wire.pb import client_pb2, common_pb2

SECONDS = 20.0
HOUR = 3_600_000


class World:
    """A kernel's way to the OMS, whose answers are a test's; it is also the clock."""

    def __init__(self) -> None:
        self.time = 100.0
        self.stub = self
        self.answers: dict[str, common_pb2.ObjectRecord] = {}
        self.error: AminoError | None = None
        self.silent = False
        self.pause = 0.0
        self.standby: client_pb2.GetResponse | None = None
        self.asked = 0
        self.records = RecordCache(self.lookup, self.now, self.lookup)
        self.passing = Passing(cast("Any", self), self.joined, self.records, self, "kernel k1")

    def __getattr__(self, name: str) -> str:
        return name

    def now(self) -> float:
        return self.time

    async def joined(self, seconds: float) -> None:
        """The kernel has joined."""

    async def lookup(self, object_id: str) -> common_pb2.ObjectRecord:
        raise AssertionError(f"nobody asks for {object_id}")

    def patience(self, seconds: float) -> float:
        return seconds

    async def ask(self, method: str, request: Any, seconds: float) -> Any:
        self.asked += 1
        if self.silent:
            await asyncio.sleep(seconds)
            raise OmsUnavailable("silence")
        await asyncio.sleep(self.pause)
        if self.error is not None:
            raise self.error
        if method == "Delete":
            return client_pb2.DeleteResponse()
        if request.name_or_id not in self.answers:
            raise NameNotFound(request.name_or_id)
        return client_pb2.GetResponse(object=self.answers[request.name_or_id])

    async def ask_standby(self, name: str, request: Any) -> client_pb2.GetResponse | None:
        assert name == "Get"
        found = self.standby
        return found if found is not None and found.age.ms <= request.age_limit.ms else None

    async def get(self, name: str = "counter", *, outage_ms: int = HOUR, ms: int = 0) -> client_pb2.GetResponse:
        limit = client_pb2.AgeLimit(ms=ms, outage_ms=outage_ms) if ms or outage_ms else None
        answer: client_pb2.GetResponse = await self.passing.on("Get", client_pb2.GetRequest(name_or_id=name, age_limit=limit), SECONDS)
        return answer


def record(object_id: str = "o1", name: str = "counter", epoch: int = 1) -> common_pb2.ObjectRecord:
    return common_pb2.ObjectRecord(id=object_id, name=name, status=common_pb2.ObjectStatus(epoch=epoch))


@pytest.fixture
async def world() -> World:
    world = World()
    world.answers["counter"] = record()
    assert not (await world.get()).HasField("age")
    world.error = OmsUnavailable("there is none")
    return world


async def test_a_name_resolves_from_what_was_heard_and_its_age_grows(world: World) -> None:
    for seconds in (0.5, 10.0, 60.0):
        world.time += seconds
        for name in ("counter", "o1"):
            answer = await world.get(name)
            assert answer.object == record()
            assert (answer.age.ms, answer.age.source) == (1000 * (world.time - 100.0), "kernel k1")


async def test_an_age_beyond_the_limit_is_no_answer(world: World) -> None:
    world.time += 5
    assert (await world.get(outage_ms=5000)).age.ms == 5000
    for limit in (4999, 0):
        with pytest.raises(OmsUnavailable, match="there is none"):
            await world.get(outage_ms=limit)
    # A request that takes such an age at any time takes it in an outage as well.
    assert (await world.get(outage_ms=0, ms=5000)).age.ms == 5000


async def test_nothing_that_was_never_heard_resolves(world: World) -> None:
    with pytest.raises(OmsUnavailable):
        await world.get("other")


async def test_one_that_stands_by_knows_it_better_and_its_answer_is_remembered_with_its_age(world: World) -> None:
    world.time += 50
    world.standby = client_pb2.GetResponse(object=record("o2"), age=client_pb2.Age(ms=700, revision=9, source="oms b"))
    assert await world.get() == world.standby
    world.standby = None
    world.time += 1
    answer = await world.get()
    assert (answer.object.id, answer.age.ms, answer.age.source) == ("o2", 1700, "kernel k1")


async def test_a_place_that_the_kernel_has_learned_since_is_the_one_that_is_told(world: World) -> None:
    world.records.learn(record(epoch=4))
    assert (await world.get()).object.status.epoch == 4


async def test_a_name_that_the_oms_says_is_gone_or_that_was_deleted_here_does_not_resolve(world: World) -> None:
    outage, world.error = world.error, NameNotFound("gone")
    with pytest.raises(NameNotFound):
        await world.get()
    world.error = outage
    with pytest.raises(OmsUnavailable):
        await world.get("o1")
    world.error = None
    await world.get()
    await world.passing.on("Delete", client_pb2.DeleteRequest(name_or_id="counter"), SECONDS)
    world.error = outage
    with pytest.raises(OmsUnavailable):
        await world.get()


async def test_a_silent_oms_is_waited_for_a_moment_and_a_shorter_one_while_the_outage_lasts(world: World) -> None:
    loop = asyncio.get_running_loop()
    world.error = None
    assert not (await world.get()).HasField("age")
    world.silent = True
    for patience in (PATIENCE, PATIENCE_IN_OUTAGE):
        begun = loop.time()
        assert (await world.get()).HasField("age")
        assert patience <= loop.time() - begun < patience + 5
    world.silent = False
    world.answers["counter"] = record("o3")
    assert (await world.get()) == client_pb2.GetResponse(object=record("o3"))
    world.silent = True
    begun = loop.time()
    assert (await world.get()).object.id == "o3"
    assert loop.time() - begun >= PATIENCE


def test_a_cache_of_names_keeps_the_latest_and_believes_the_younger() -> None:
    names = NameCache(capacity=4)
    names.heard(record("o1", "a"), 10.0)
    names.heard(record("o2", "a"), 9.0)
    assert (found := names.find("a")) is not None
    assert (found[0].id, found[1]) == ("o1", 10.0)
    names.heard(record("o3", "b"), 11.0)
    names.heard(record("o4", ""), 12.0)
    assert [name for name in ("a", "o1", "o2", "b", "o3", "o4") if names.find(name)] == ["o2", "b", "o3", "o4"]
    names.gone("o3")
    assert names.find("b") is None
    names.heard(record("o5", "b"), 13.0)
    names.heard(record("o6", "b"), 14.0)
    names.gone("o5")
    assert (found := names.find("b")) is not None
    assert found[0].id == "o6"


async def test_a_leader_that_is_slow_once_is_believed_again_as_soon_as_it_answers(world: World) -> None:
    """It takes longer than is waited for in an outage: its answers come, though not to the callers that got older ones."""
    world.error, world.pause = None, 2 * PATIENCE_IN_OUTAGE
    world.answers["counter"] = record("o2")
    world.silent = True
    assert (await world.get()).object == record()
    world.silent = False
    deadline = asyncio.get_running_loop().time() + SECONDS
    while (answer := await world.get()).HasField("age"):
        assert asyncio.get_running_loop().time() < deadline
    assert answer.object == record("o2")
