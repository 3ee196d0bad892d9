"""The service through gRPC, with played kernels: names, creation, requests sent again, health, addresses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import amino
import grpc
import pytest
from amino_oms.service.server import SERVICE_NAME, serve
from amino_oms.settings import OmsSettings
from amino_wire.errors import (
    AddressRefused,
    ArgumentInvalid,
    FrameInvalid,
    GuestException,
    KernelUnavailable,
    NameNotFound,
    NameTaken,
    NoKernelMatches,
    ObjectNotFound,
    PortTaken,
)
from amino_wire.pb import client_pb2, common_pb2, oms_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from tests.unit.oms_world import World, error_of, selector, world

ACTIVE = common_pb2.OBJECT_STATE_ACTIVE


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


async def test_a_registered_object_is_found_by_name_and_id(here: World) -> None:
    kernel = await here.kernel("k1")
    registered = await here.register("counter", labels={"team": "a"}, args=b"\x91\x05")
    assert registered.status.state == ACTIVE
    assert [member.name for member in registered.interface.members] == ["incr", "get"]
    assert registered.status.replicas[0].endpoints.grpc == kernel.address
    assert await here.get("counter") == await here.get(registered.id) == registered
    assert kernel.objects[registered.id].record.spec.constructor_args == b"\x91\x05"


async def test_an_instance_takes_after_its_class(here: World) -> None:
    await here.kernel("k1")
    model = await here.register("counter", selector=selector([("region", "not_in", ("moon",))]), concurrent=True)
    created = (await here.stub.Create(client_pb2.CreateRequest(class_name="counter", args=b"\x91\x07"))).object
    assert (created.spec.class_of, created.name, created.spec.constructor_args, created.spec.concurrent) == (
        model.id,
        "",
        b"\x91\x07",
        True,
    )
    assert (created.spec.artifact, created.spec.selector, created.interface) == (model.spec.artifact, model.spec.selector, model.interface)
    grandchild = (await here.stub.Create(client_pb2.CreateRequest(class_name=created.id, name="third"))).object
    assert grandchild.spec.class_of == model.id
    assert (await here.get("third")).id == grandchild.id


async def test_a_name_belongs_to_one_object(here: World) -> None:
    await here.kernel("k1")
    first = await here.register("counter")
    artifact = await here.artifact()
    error = await error_of(here.stub.Register(client_pb2.RegisterRequest(name="counter", artifact=artifact)))
    assert isinstance(error, NameTaken)
    assert first.id in str(error)
    attempts = await asyncio.gather(*(here.register("race") for _ in range(20)), return_exceptions=True)
    assert len([attempt for attempt in attempts if isinstance(attempt, common_pb2.ObjectRecord)]) == 1
    assert len(here.kernels["k1"].objects) == 2


async def test_replace_gives_the_name_to_the_new_object_and_deletes_the_old(here: World) -> None:
    kernel = await here.kernel("k1")
    old = await here.register("counter")
    new = await here.register("counter", replace=True)
    await here.settled()
    assert (await here.get("counter")).id == new.id != old.id
    assert isinstance(await error_of(here.stub.Get(client_pb2.GetRequest(name_or_id=old.id))), ObjectNotFound)
    assert list(kernel.objects) == [new.id]


async def test_a_replacement_that_fails_leaves_the_old_object(here: World) -> None:
    kernel = await here.kernel("k1")
    old = await here.register("counter")

    async def fail(request: oms_pb2.CreateObjectRequest) -> None:
        raise GuestException("boom", type="RangeError")

    kernel.before_create = fail
    artifact = await here.artifact()
    error = await error_of(here.stub.Register(client_pb2.RegisterRequest(name="counter", artifact=artifact, replace=True)))
    assert isinstance(error, GuestException)
    assert error.guest_class == "RangeError"
    assert (await here.get("counter")).id == old.id
    assert (await here.stub.List(client_pb2.ListRequest())).total == 1


async def test_a_name_that_does_not_exist_is_answered_with_those_like_it(here: World) -> None:
    await here.kernel("k1")
    for name in ("counter", "counters", "basket"):
        await here.register(name)
    error = await error_of(here.stub.Get(client_pb2.GetRequest(name_or_id="countre")))
    assert isinstance(error, NameNotFound) and "did you mean 'counter' or 'counters'?" in error.message
    error = await error_of(here.stub.Get(client_pb2.GetRequest(name_or_id="zebra")))
    assert isinstance(error, NameNotFound) and "did you mean" not in error.message


async def test_a_constructor_that_fails_leaves_nothing(here: World) -> None:
    kernel = await here.kernel("k1")

    async def fail(request: oms_pb2.CreateObjectRequest) -> None:
        raise GuestException("boom", type="TypeError")

    kernel.before_create = fail
    artifact = await here.artifact()
    request = client_pb2.RegisterRequest(name="counter", artifact=artifact, request_id="r1", labels={"a": "b"})
    assert isinstance(await error_of(here.stub.Register(request)), GuestException)
    kernel.before_create = None
    assert isinstance(await error_of(here.stub.Get(client_pb2.GetRequest(name_or_id="counter"))), NameNotFound)
    store = here.oms.services.registry.store
    leftovers = [entry.key for entry in (await store.range("/")).entries]
    assert {key.split("/")[1] for key in leftovers} <= {"artifacts", "cluster-secret", "interfaces", "kernels", "store"}
    assert (await here.stub.Register(request)).object.status.state == ACTIVE


async def test_a_request_sent_again_makes_nothing_new(here: World) -> None:
    kernel = await here.kernel("k1")
    artifact = await here.artifact()
    request = client_pb2.RegisterRequest(name="counter", artifact=artifact, request_id="r1")
    answers = await asyncio.gather(*(here.stub.Register(request) for _ in range(10)))
    later = await here.stub.Register(request)
    assert {answer.object.id for answer in (*answers, later)} == {later.object.id}
    assert len(kernel.objects) == 1
    create = client_pb2.CreateRequest(class_name="counter", request_id="r2")
    first = (await here.stub.Create(create)).object
    await here.restart()
    assert (await here.stub.Create(create)).object.id == first.id
    await here.stub.Delete(client_pb2.DeleteRequest(name_or_id=first.id))
    assert isinstance(await error_of(here.stub.Create(create)), ObjectNotFound)


async def test_a_caller_that_hangs_up_may_ask_again(here: World) -> None:
    kernel = await here.kernel("k1")
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def wait(request: oms_pb2.CreateObjectRequest) -> None:
        entered.set()
        await go_on.wait()

    kernel.before_create = wait
    request = client_pb2.RegisterRequest(name="counter", artifact=await here.artifact(), request_id="r1")
    call = here.stub.Register(request)
    waiting = asyncio.ensure_future(call)
    await asyncio.wait_for(entered.wait(), 10)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    again = asyncio.ensure_future(here.stub.Register(request))
    await asyncio.sleep(0)
    go_on.set()
    assert (await again).object.status.state == ACTIVE
    assert len(kernel.objects) == 1


async def test_deleting_frees_the_name_and_the_instance(here: World) -> None:
    kernel = await here.kernel("k1")
    first = await here.register("counter", labels={"a": "b"})
    await here.stub.Delete(client_pb2.DeleteRequest(name_or_id="counter"))
    assert kernel.objects == {}
    assert isinstance(await error_of(here.stub.Delete(client_pb2.DeleteRequest(name_or_id=first.id))), ObjectNotFound)
    assert (await here.register("counter")).id != first.id


@pytest.mark.parametrize("name", ["", "@kernel", " a", "a\n", "x" * 201, "0123456789abcdefghjk"])
async def test_names_that_cannot_be(here: World, name: str) -> None:
    await here.kernel("k1")
    error = await error_of(here.stub.Register(client_pb2.RegisterRequest(name=name, artifact=await here.artifact())))
    assert isinstance(error, ArgumentInvalid)


async def test_an_object_goes_to_the_least_loaded_kernel_that_matches(here: World) -> None:
    await here.kernel("k1", region="eu")
    await here.kernel("k2", region="us")
    await here.kernel("k3", region="us", languages=("ruby",))
    europe = selector([("region", "in", ("eu",))])
    for number in range(4):
        await here.register(f"eu{number}", selector=europe)
    anywhere = [(await here.register(f"any{number}")).status.replicas[0].kernel_id for number in range(6)]
    assert (anywhere.count("k1"), anywhere.count("k2")) == (1, 5)
    await here.kernels["k1"].keep_alive()
    assert (await here.register("one more", selector=europe)).status.replicas[0].kernel_id == "k1"
    moon = client_pb2.RegisterRequest(name="m", artifact=await here.artifact(), selector=selector([("region", "in", ("moon",))]))
    error = await error_of(here.stub.Register(moon))
    assert isinstance(error, NoKernelMatches)
    assert "'region = moon'" in str(error)
    assert "region: eu, us" in str(error)


async def test_without_kernels_the_error_says_so(here: World) -> None:
    error = await error_of(here.stub.Register(client_pb2.RegisterRequest(name="a", artifact=await here.artifact())))
    assert isinstance(error, NoKernelMatches)
    assert "amino kernel" in str(error)


async def test_a_kernel_that_ends_while_it_makes_an_object_is_replaced_by_another(here: World) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")

    async def die(request: oms_pb2.CreateObjectRequest) -> None:
        raise ConnectionError("the process ends")

    unreachable = "127.0.0.1:1"
    record = here.oms.services.directory.get("k1")
    record.endpoints.grpc = unreachable
    registered = await here.register("counter")
    assert (registered.status.replicas[0].kernel_id, registered.status.epoch) == ("k2", 2)
    assert list(second.objects) == [registered.id]
    assert first.objects == {}
    here.oms.services.directory.get("k2").endpoints.grpc = unreachable
    error = await error_of(here.stub.Register(client_pb2.RegisterRequest(name="other", artifact=await here.artifact())))
    assert isinstance(error, KernelUnavailable)
    assert isinstance(await error_of(here.stub.Get(client_pb2.GetRequest(name_or_id="other"))), NameNotFound)


async def test_health_and_reflection_answer(here: World) -> None:
    health = health_pb2_grpc.HealthStub(here.channel)
    for name in ("", SERVICE_NAME):
        assert (await health.Check(health_pb2.HealthCheckRequest(service=name))).status == health_pb2.HealthCheckResponse.SERVING
    reflection = reflection_pb2_grpc.ServerReflectionStub(here.channel)
    call = reflection.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
    names = [service.name for service in (await call.read()).list_services_response.service]
    call.cancel()
    assert SERVICE_NAME in names


async def test_addresses_beyond_loopback_and_taken_ports_are_refused(here: World, tmp_path: Path) -> None:
    with pytest.raises(AddressRefused, match=r"0\.0\.0\.0"):
        await serve(here.oms, OmsSettings(tmp_path, host="0.0.0.0", port=0))
    port = int(here.server.address.rsplit(":", 1)[1])
    with pytest.raises(PortTaken, match=str(port)):
        await serve(here.oms, replace(here.settings, port=port))


async def test_an_unknown_rpc_is_unimplemented(here: World) -> None:
    call = here.channel.unary_unary("/amino.v1.ObjectManagementService/Nonsense")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call(b"")
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_a_client_that_is_given_the_port_of_the_oms_is_told(here: World) -> None:
    with pytest.raises(FrameInvalid, match="kernels and the OMS have ports of their own"):
        async with amino.connect(here.server.address):
            pass
