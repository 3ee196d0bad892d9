"""Objects half made when the service or a kernel ended: finished, removed, or made elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_wire.errors import (
    NameNotFound,
    ObjectNotFound,
)
from amino_wire.pb import client_pb2, common_pb2, oms_pb2

from tests.unit.oms_world import World, error_of, world

ACTIVE, LOST = common_pb2.OBJECT_STATE_ACTIVE, common_pb2.OBJECT_STATE_LOST


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


async def test_an_object_half_made_when_the_service_ended_is_finished_if_its_kernel_has_it(here: World) -> None:
    first = await here.kernel("k1")
    artifact = await here.artifact()
    made, answer = asyncio.Event(), asyncio.Event()
    creating = asyncio.Event()

    async def hold(request: oms_pb2.CreateObjectRequest) -> None:
        creating.set()
        await answer.wait()
        made.set()

    first.before_create = hold
    request = client_pb2.RegisterRequest(name="counter", artifact=artifact, request_id="r1")
    call = asyncio.ensure_future(error_of(here.stub.Register(request)))
    await asyncio.wait_for(creating.wait(), 10)
    assert (await here.get("counter")).status.state == common_pb2.OBJECT_STATE_CREATING
    await here.restart()
    await call
    answer.set()
    first.before_create = None
    record = await here.get("counter")
    assert record.status.state == common_pb2.OBJECT_STATE_CREATING
    again = asyncio.ensure_future(here.stub.Register(request))
    # The kernel made the object although nobody was there to hear of it.
    await first.CreateObject(oms_pb2.CreateObjectRequest(object=record), None)
    await first.register()
    finished = (await asyncio.wait_for(again, 10)).object
    assert (finished.id, finished.status.state) == (record.id, ACTIVE)
    assert [member.name for member in finished.interface.members] == ["incr", "get"]


async def test_an_object_half_made_when_the_service_ended_goes_if_its_kernel_lacks_it(here: World) -> None:
    first = await here.kernel("k1")
    artifact = await here.artifact()
    creating = asyncio.Event()

    async def never(request: oms_pb2.CreateObjectRequest) -> None:
        creating.set()
        await asyncio.Event().wait()

    first.before_create = never
    request = client_pb2.RegisterRequest(name="counter", artifact=artifact, request_id="r1")
    call = asyncio.ensure_future(error_of(here.stub.Register(request)))
    await asyncio.wait_for(creating.wait(), 10)
    lost = (await here.get("counter")).id
    await here.restart()
    await call
    first.before_create = None
    again = asyncio.ensure_future(here.stub.Register(request))
    await asyncio.sleep(0)
    await first.register()
    finished = (await asyncio.wait_for(again, 10)).object
    assert (finished.id != lost, finished.status.state) == (True, ACTIVE)
    await here.stub.Delete(client_pb2.DeleteRequest(name_or_id="counter"))
    assert isinstance(await error_of(here.stub.Get(client_pb2.GetRequest(name_or_id="counter"))), NameNotFound)


async def test_an_object_deleted_while_it_is_made_is_gone(here: World) -> None:
    first = await here.kernel("k1")
    artifact = await here.artifact()
    creating, go_on = asyncio.Event(), asyncio.Event()

    async def hold(request: oms_pb2.CreateObjectRequest) -> None:
        creating.set()
        await go_on.wait()

    first.before_create = hold
    call = asyncio.ensure_future(error_of(here.stub.Register(client_pb2.RegisterRequest(name="counter", artifact=artifact))))
    await asyncio.wait_for(creating.wait(), 10)
    await here.stub.Delete(client_pb2.DeleteRequest(name_or_id="counter"))
    go_on.set()
    assert isinstance(await call, ObjectNotFound)
    await here.settled()
    assert first.objects == {}


async def test_a_kernel_whose_lease_ends_while_it_makes_an_object_loses_it_to_another(here: World) -> None:
    first = await here.kernel("k1")
    artifact = await here.artifact()
    creating, go_on = asyncio.Event(), asyncio.Event()

    async def hold(request: oms_pb2.CreateObjectRequest) -> None:
        creating.set()
        await go_on.wait()

    first.before_create = hold
    call = asyncio.ensure_future(here.stub.Register(client_pb2.RegisterRequest(name="counter", artifact=artifact)))
    await asyncio.wait_for(creating.wait(), 10)
    second = await here.kernel("k2")
    await here.die(first)
    go_on.set()
    record = (await asyncio.wait_for(call, 10)).object
    assert (record.status.state, record.status.epoch, record.status.replicas[0].kernel_id) == (ACTIVE, 2, "k2")
    response = await first.register()
    assert list(response.fenced) in ([record.id], [])
    assert (list(first.objects), list(second.objects)) == ([], [record.id])
