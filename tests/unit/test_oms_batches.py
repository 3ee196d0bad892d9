"""Many objects by one request: all of them or none, once a request, whatever ends meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from amino_dms.api import DeploymentManager
from amino_dms.chain import Registry
from amino_oms.lifecycle.creation import BATCH_LIMIT
from amino_wire.errors import ArgumentInvalid, GuestException, NameNotFound, NameTaken, ObjectNotFound
from amino_wire.pb import client_pb2, common_pb2, oms_pb2

from tests.unit.held_commits import held_commits, stores
from tests.unit.oms_world import World, error_of, world

ACTIVE = common_pb2.OBJECT_STATE_ACTIVE


class Plain(DeploymentManager):
    """A manager without parts."""

    promise = "Nothing."


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms", managers=Registry([Plain])) as made:
        yield made


def many(count: int, names: Sequence[str] = (), **fields: Any) -> client_pb2.CreateManyRequest:
    """A request for so many counters, each with its number as its argument."""
    instances = [client_pb2.Instance(args=bytes([0x91, number % 128])) for number in range(count)]
    for instance, name in zip(instances, names, strict=False):
        instance.name = name
    return client_pb2.CreateManyRequest(class_name="counter", instances=instances, **fields)


async def ids(here: World) -> set[str]:
    """All objects but the first."""
    listed = (await here.stub.List(client_pb2.ListRequest(page_size=1000))).objects
    assert all(record.status.state == ACTIVE for record in listed)
    return {record.id for record in listed if record.name != "counter"}


async def held(here: World) -> set[str]:
    """All objects that kernels have, but the first."""
    await here.settled()
    found = [(key, each.record.name) for kernel in here.kernels.values() for key, each in kernel.objects.items()]
    return {key for key, name in found if name != "counter"}


async def test_many_objects_are_like_those_made_one_by_one(here: World) -> None:
    await here.kernel("k1", color="red"), await here.kernel("k2", color="red")
    model = await here.register("counter", concurrent=True)
    answer = await here.stub.CreateMany(many(230, ["first", "", "third"], labels={"team": "a"}))
    assert len(answer.objects) == 230
    assert [record.name for record in answer.objects[:4]] == ["first", "", "third", ""]
    assert answer.interface == model.interface
    for number, record in enumerate(answer.objects):
        assert (record.spec.class_of, record.status.state, record.status.epoch, record.spec.concurrent) == (model.id, ACTIVE, 1, True)
        assert record.spec.constructor_args == bytes([0x91, number % 128])
        assert record.status.replicas[0].endpoints.grpc == here.kernels[record.status.replicas[0].kernel_id].address
    assert {record.status.replicas[0].kernel_id for record in answer.objects} == {"k1", "k2"}
    one = await here.get("third")
    assert (one.id, one.interface, dict(one.spec.labels)) == (answer.objects[2].id, model.interface, {"team": "a"})
    assert await ids(here) == await held(here) == {record.id for record in answer.objects}
    listed = await here.stub.List(client_pb2.ListRequest(kernel_id="k2", page_size=1000))
    assert {record.id for record in listed.objects} == set(here.kernels["k2"].objects)


async def test_a_request_sent_again_answers_with_the_same_objects(here: World) -> None:
    await here.kernel("k1")
    await here.register("counter")
    first, second = await asyncio.gather(*(here.stub.CreateMany(many(5, request_id="r1")) for _ in range(2)))
    assert first == second
    await here.restart()
    await here.kernels["k1"].register()
    again = await here.stub.CreateMany(many(5, request_id="r1"))
    assert again == first
    assert len(await ids(here)) == 5
    await here.stub.Delete(client_pb2.DeleteRequest(name_or_id=first.objects[3].id))
    assert isinstance(await error_of(here.stub.CreateMany(many(5, request_id="r1"))), ObjectNotFound)


async def test_where_one_cannot_be_made_none_is(here: World) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")
    await here.register("counter")

    async def fail(request: oms_pb2.CreateObjectRequest) -> None:
        if request.object.spec.constructor_args == b"\x91\x63":
            raise GuestException("no")

    first.before_create = second.before_create = fail
    assert isinstance(await error_of(here.stub.CreateMany(many(250, request_id="r1"))), GuestException)
    assert await ids(here) == await held(here) == set()
    first.before_create = second.before_create = None
    assert len((await here.stub.CreateMany(many(250, request_id="r1"))).objects) == 250


async def test_names_of_many_objects_are_taken_together_or_not_at_all(here: World) -> None:
    await here.kernel("k1")
    await here.register("counter")
    await here.register("b")
    before = await ids(here)
    assert isinstance(await error_of(here.stub.CreateMany(many(3, ["a", "b", "c"]))), NameTaken)
    assert isinstance(await error_of(here.stub.Get(client_pb2.GetRequest(name_or_id="a"))), NameNotFound)
    async with held_commits(here.oms, stores(ACTIVE)) as door:
        racing = asyncio.ensure_future(error_of(here.stub.CreateMany(many(2, ["d", "e"]))))
        await asyncio.wait_for(door.arrived.wait(), 10)
        taking = asyncio.ensure_future(here.register("e"))
        await here.until(lambda: _waiting(door, 2))
        door.opened.set()
        assert isinstance(await racing, NameTaken)
        taken = await taking
    assert await ids(here) == await held(here) == before | {taken.id}
    for request in (many(2, ["x", "x"]), many(0), many(BATCH_LIMIT + 1), many(1, ["@x"])):
        assert isinstance(await error_of(here.stub.CreateMany(request)), ArgumentInvalid)


async def _waiting(door: Any, count: int) -> bool:
    return door.waiting >= count


async def test_what_no_record_speaks_of_is_dropped_after_a_crash(here: World) -> None:
    kernel = await here.kernel("k1")
    await here.register("counter")
    async with held_commits(here.oms, stores(ACTIVE)) as door:
        call = asyncio.ensure_future(error_of(here.stub.CreateMany(many(7, ["a"], request_id="r1"))))
        await asyncio.wait_for(door.arrived.wait(), 10)
        left = await held_now(here)
        assert len(left) == 7
        # The kernel loses its lease for a moment: what is being made is not to be dropped.
        assert list((await kernel.register()).fenced) == []
        await here.restart()
        await call
    # What the attempt took back before the crash was the end of it is gone already.
    still = await held_now(here)
    assert still <= left
    assert set((await kernel.register()).fenced) == still
    assert await held_now(here) == set()
    again = await here.stub.CreateMany(many(7, ["a"], request_id="r1"))
    assert await ids(here) == await held(here) == {record.id for record in again.objects}
    assert left.isdisjoint(await ids(here))


async def held_now(here: World) -> set[str]:
    """What kernels have at this moment, but the first object."""
    return {key for kernel in here.kernels.values() for key, each in kernel.objects.items() if each.record.name != "counter"}


async def test_a_kernel_that_ends_meanwhile_leaves_them_to_another(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")
    await here.register("counter")
    here.lose_one_answer(monkeypatch)
    made = (await here.stub.CreateMany(many(20))).objects
    assert {record.id for record in made} == await held(here) == await ids(here)
    assert len({record.status.replicas[0].kernel_id for record in made}) == 1

    async def begin_anew(request: oms_pb2.CreateObjectRequest) -> None:
        first.before_create = second.before_create = None
        await (first if request.object.status.replicas[0].kernel_id == "k1" else second).register(new_life=True)

    first.before_create = second.before_create = begin_anew
    await here.stub.CreateMany(many(20))
    await here.settled()
    now = (await here.stub.List(client_pb2.ListRequest(page_size=1000))).objects
    there = {record.id for record in now if record.status.state == ACTIVE}
    assert there == {key for kernel in here.kernels.values() for key in kernel.objects}


async def test_objects_with_deployment_managers_are_made_one_by_one(here: World) -> None:
    first = await here.kernel("k1")
    await here.register("counter", deployment_managers=[common_pb2.DeploymentManagerSpec(name="Plain")])
    made = await here.stub.CreateMany(many(6, ["a"], request_id="r1"))
    assert await here.stub.CreateMany(many(6, ["a"], request_id="r1")) == made
    assert [spec.name for record in made.objects for spec in record.spec.deployment_managers] == ["Plain"] * 6

    async def fail(request: oms_pb2.CreateObjectRequest) -> None:
        if request.object.spec.constructor_args == b"\x91\x03":
            raise GuestException("no")

    first.before_create = fail
    assert isinstance(await error_of(here.stub.CreateMany(many(6, ["b"], request_id="r2"))), GuestException)
    assert await ids(here) == await held(here) == {record.id for record in made.objects}
