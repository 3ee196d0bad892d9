"""A kernel's requests find whichever OMS leads: the real service, and doors before it that do not lead, stand still or break."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import grpc
import pytest
from amino.testing import free_port
from amino_kernel.links.oms_client import OmsClient
from amino_oms.service.gate import Gate
from amino_oms.service.server import guarded
from amino_oms.service.servicer import OmsServicer
from amino_store.etcd.refusals import slot_removed
from amino_wire.errors import NotLeader, OmsUnavailable, Outcome, abort
from amino_wire.pb import client_pb2, common_pb2, oms_pb2

from tests.unit.oms_doors import Door, Place
from tests.unit.oms_world import world

SECONDS = 20.0


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with world(tmp_path / "oms") as here, AsyncExitStack() as stack:
        await here.kernel("k1")
        yield Place(here, stack)


def registration(artifact: common_pb2.Artifact, name: str, request_id: str = "") -> client_pb2.RegisterRequest:
    return client_pb2.RegisterRequest(name=name, artifact=artifact, request_id=request_id or name)


async def test_a_client_with_only_the_standbys_address_finds_the_leader(place: Place) -> None:
    client = place.client(await place.standby(place.here.server.address))
    request = registration(await place.here.artifact(), "counter")
    made = (await client.ask(client.stub.Register, request)).object
    assert (await client.get("counter")).id == made.id
    assert [kernel.id for kernel in await client.kernels()] == ["k1"]


async def test_the_next_address_is_asked_where_nobody_listens_at_one(place: Place) -> None:
    client = place.client(f"127.0.0.1:{free_port()}", await place.standby(f"127.0.0.1:{free_port()}"), place.here.server.address)
    assert [kernel.id for kernel in await client.kernels()] == ["k1"]


async def test_a_request_waits_for_a_leader_and_says_so_when_none_comes(place: Place) -> None:
    gate, leader = Gate(), ""
    gate.refuse(lambda: NotLeader("nobody leads", details={"address": leader}))
    client = place.client((await place.door(gate)).address)
    with pytest.raises(OmsUnavailable, match="No OMS leads at the moment") as caught:
        await client.ask(client.stub.Kernels, client_pb2.KernelsRequest(), timeout=0.5)
    assert caught.value.outcome is Outcome.NOT_RUN
    asking = asyncio.ensure_future(client.kernels())
    await asyncio.wait({asking}, timeout=0.3)
    assert not asking.done()
    gate.open(guarded(place.here.oms))
    assert [kernel.id for kernel in await asyncio.wait_for(asking, SECONDS)] == ["k1"]


async def lose_first_answer(place: Place) -> tuple[Door, OmsClient]:
    """A leader that does the first request and breaks before it answers, with another address of it that goes on."""
    real, lost = guarded(place.here.oms), list[str]()

    async def broken(name: str, context: Any) -> None:
        if name not in lost:
            lost.append(name)
            await context.abort(grpc.StatusCode.UNAVAILABLE, "the connection broke")

    door = Door(real, broken)
    return door, place.client((await place.door(door)).address, place.here.server.address)


async def test_a_request_whose_answer_is_lost_is_sent_again_by_its_id(place: Place) -> None:
    door, client = await lose_first_answer(place)
    artifact = await place.here.artifact()
    # The leader had done it when it broke.
    await place.here.stub.Register(registration(artifact, "counter", "the same"))
    made = (await client.ask(client.stub.Register, registration(artifact, "counter", "the same"))).object
    assert made == await place.here.get("counter")
    assert door.asked == ["Register"]
    assert len(place.here.kernels["k1"].objects) == 1


async def test_a_request_of_a_leader_that_was_deposed_in_a_commit_is_sent_again_to_its_successor(place: Place) -> None:
    """The successor has removed the key that would have told whether the commit was done."""

    async def deposed(_: str, context: Any) -> None:
        await abort(context, slot_removed("etcd at 127.0.0.1:1"))

    door = Door(guarded(place.here.oms), deposed)
    client = place.client((await place.door(door)).address, place.here.server.address)
    made = (await client.ask(client.stub.Register, registration(await place.here.artifact(), "counter"))).object
    assert made == await place.here.get("counter")
    assert door.asked == ["Register"]


async def test_a_request_without_an_id_is_not_sent_again_when_it_may_have_been_done(place: Place) -> None:
    door, client = await lose_first_answer(place)
    await place.here.register("counter")
    with pytest.raises(OmsUnavailable):
        await client.ask(client.stub.Delete, client_pb2.DeleteRequest(name_or_id="counter"))
    assert door.asked == ["Delete"]
    assert (await client.get("counter")).name == "counter"


async def test_a_leader_that_stands_still_is_left_when_another_one_leads(place: Place) -> None:
    stands_still = asyncio.Event()

    async def never(_: str, __: Any) -> None:
        stands_still.set()
        await asyncio.Event().wait()

    gate = Gate()
    gate.refuse(lambda: NotLeader("it stands by"))
    second = await place.door(gate)
    client = place.client((await place.door(Door(OmsServicer(place.here.oms), never), serving=True)).address, second.address)
    artifact = await place.here.artifact()
    requests = [asyncio.ensure_future(client.ask(client.stub.Register, registration(artifact, f"c{n}"), 60.0)) for n in range(5)]
    requests.append(asyncio.ensure_future(client.kernels()))
    await asyncio.wait_for(stands_still.wait(), SECONDS)
    assert not any(each.done() for each in requests)
    gate.open(guarded(place.here.oms))
    await second.serving()
    answers = await asyncio.wait_for(asyncio.gather(*requests), SECONDS)
    assert {answer.object.name for answer in answers[:5]} == {f"c{n}" for n in range(5)}


async def test_the_kernel_hears_once_that_the_oms_which_answered_does_so_no_more(place: Place) -> None:
    server = await place.door(guarded(place.here.oms), serving=True)
    client, lost = place.client(server.address, place.here.server.address), list[str]()
    client.when_lost(lambda: lost.append("once"))
    await client.kernels()
    assert lost == []
    await server.stop(0)
    await asyncio.gather(*(client.kernels() for _ in range(10)))
    assert lost == ["once"]


async def test_a_leader_that_takes_its_time_is_waited_for(place: Place) -> None:
    go_on = asyncio.Event()

    async def slow(_: str, __: Any) -> None:
        await go_on.wait()

    door = Door(guarded(place.here.oms), slow)
    leader = await place.door(door, serving=True)
    client = place.client(leader.address, await place.standby(leader.address))
    asking = asyncio.ensure_future(client.kernels())
    await asyncio.wait({asking}, timeout=1.5)
    assert not asking.done()
    go_on.set()
    assert len(await asyncio.wait_for(asking, SECONDS)) == 1
    assert door.asked == ["Kernels"]


async def test_an_upload_and_a_download_find_the_leader(place: Place) -> None:
    client = place.client(await place.standby(place.here.server.address))
    source = random.Random(1).randbytes(3_000_000)
    digest = hashlib.sha256(source).hexdigest()

    async def parts() -> AsyncIterator[client_pb2.PutArtifactRequest]:
        yield client_pb2.PutArtifactRequest(artifact=common_pb2.Artifact(hash=digest, language="js", entry="c.js", size=len(source)))
        for begin in range(0, len(source), 1_000_000):
            yield client_pb2.PutArtifactRequest(chunk=source[begin : begin + 1_000_000])

    stored = (await client.stub.PutArtifact(parts(), timeout=SECONDS)).artifact
    other = place.client(await place.standby(place.here.server.address))
    found = b"".join([part.chunk async for part in other.stub.GetArtifact(oms_pb2.GetArtifactRequest(hash=stored.hash), timeout=SECONDS)])
    assert found == source


async def test_an_upload_whose_refusal_was_lost_asks_the_only_oms_that_is_known_once_more(place: Place) -> None:
    """gRPC says so where a part was being written when the refusal came."""
    source, asked = b"x" * 1000, list[str]()

    async def lost(name: str, context: Any) -> None:
        asked.append(name)
        if len(asked) == 1:
            await context.abort(grpc.StatusCode.INTERNAL, "Internal error from Core")

    client = place.client((await place.door(Door(guarded(place.here.oms), lost))).address)

    async def parts() -> AsyncIterator[client_pb2.PutArtifactRequest]:
        artifact = common_pb2.Artifact(hash=hashlib.sha256(source).hexdigest(), language="js", entry="c.js", size=len(source))
        yield client_pb2.PutArtifactRequest(artifact=artifact)
        yield client_pb2.PutArtifactRequest(chunk=source)

    stored = (await client.stub.PutArtifact(parts(), timeout=SECONDS)).artifact
    assert stored.hash == hashlib.sha256(source).hexdigest()
    assert asked == ["PutArtifact"] * 2


async def test_a_watch_finds_the_leader_and_ends_when_another_one_leads(place: Place) -> None:
    await place.here.register("counter")
    gate = Gate()
    gate.refuse(lambda: NotLeader("it stands by", details={"address": place.here.server.address}))
    second = await place.door(gate)
    client = place.client(second.address)
    watch = client.stub.Watch(client_pb2.WatchRequest())
    assert (await asyncio.wait_for(anext(watch), SECONDS)).object.name == "counter"
    assert (await asyncio.wait_for(anext(watch), SECONDS)).kind == client_pb2.WatchResponse.KIND_SYNCED
    await second.serving()
    with pytest.raises(OmsUnavailable, match="leads no more"):
        await asyncio.wait_for(anext(watch), SECONDS)


def put(value: bytes, expected: int) -> oms_pb2.DurablePutRequest:
    return oms_pb2.DurablePutRequest(key="o1/part/state", value=value, expected_version=expected)


async def test_a_durable_value_whose_answer_is_lost_is_stored_once_whether_or_not_it_was_stored(place: Place) -> None:
    _, client = await lose_first_answer(place)
    stored = await client.put_value(put(b"first", 0), 5)
    assert (stored.stored, stored.version) == (True, 1)
    _, client = await lose_first_answer(place)
    # The leader had done it when it broke.
    await place.here.stub.DurablePut(put(b"second", 1))
    stored = await client.put_value(put(b"second", 1), 6)
    assert (stored.stored, stored.version) == (True, 2)
    there = await client.ask(client.stub.DurableGet, oms_pb2.DurableGetRequest(key="o1/part/state"))
    assert (there.value, there.version) == (b"second", 2)


async def test_a_durable_value_whose_answer_is_lost_stays_in_doubt_where_another_one_is_there(place: Place) -> None:
    _, client = await lose_first_answer(place)
    await place.here.stub.DurablePut(put(b"another", 0))
    with pytest.raises(OmsUnavailable):
        await client.put_value(put(b"mine", 0), 4)
    assert (await client.ask(client.stub.DurableGet, oms_pb2.DurableGetRequest(key="o1/part/state"))).value == b"another"


async def test_a_durable_value_for_whichever_version_is_not_sent_again_when_it_may_have_been_stored(place: Place) -> None:
    door, client = await lose_first_answer(place)
    with pytest.raises(OmsUnavailable):
        await client.put_value(put(b"mine", -1), 4)
    assert door.asked == ["DurablePut"]
