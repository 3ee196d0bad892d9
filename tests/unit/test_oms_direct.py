"""The service and a kernel in one process: the same answers and errors as over gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
from amino_oms.main import create_oms
from amino_oms.oms import Oms
from amino_oms.service.direct import DirectKernels, DirectStub
from amino_oms.service.kernel_connections import KernelConnections
from amino_wire.errors import ArgumentInvalid, DeadlineExceeded, GuestException, NameNotFound, NameTaken, OmsUnavailable
from amino_wire.pb import client_pb2, common_pb2, oms_pb2, oms_pb2_grpc
from amino_wire.proof import ClusterSecret

from tests.unit.played_kernel import PlayedKernel, playing

ADDRESS = "127.0.0.1:1"  # where nobody answers: what comes to this kernel has come directly
ACTIVE = common_pb2.OBJECT_STATE_ACTIVE


@pytest.fixture
async def kernels() -> AsyncIterator[DirectKernels]:
    yield DirectKernels(KernelConnections(ClusterSecret()))


@pytest.fixture
async def oms(tmp_path: Path, kernels: DirectKernels) -> AsyncIterator[Oms]:
    made = await create_oms(tmp_path / "oms", kernels=kernels)
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture
async def kernel(oms: Oms, kernels: DirectKernels) -> PlayedKernel:
    here = PlayedKernel("k1", DirectStub(oms))
    here.address = ADDRESS
    kernels.use(ADDRESS, here)
    await here.register()
    return here


async def register(stub: DirectStub, name: str) -> common_pb2.ObjectRecord:
    source = b"module.exports = class Counter {}"

    async def parts() -> AsyncIterator[client_pb2.PutArtifactRequest]:
        yield client_pb2.PutArtifactRequest(artifact=common_pb2.Artifact(language="js", entry="counter.js"))
        yield client_pb2.PutArtifactRequest(chunk=source)

    artifact = (await stub.PutArtifact(parts(), timeout=10)).artifact
    return (await stub.Register(client_pb2.RegisterRequest(name=name, artifact=artifact), timeout=10)).object


async def test_objects_are_made_and_deleted_without_grpc(oms: Oms, kernel: PlayedKernel) -> None:
    stub = DirectStub(oms)
    record = await register(stub, "counter")
    one = (await stub.Create(client_pb2.CreateRequest(class_name="counter"), timeout=10)).object
    many = await stub.CreateMany(client_pb2.CreateManyRequest(class_name="counter", instances=[client_pb2.Instance()] * 3))
    ids = {record.id, one.id, *(each.id for each in many.objects)}
    assert set(kernel.objects) == ids
    assert (one.status.state, one.interface, one.status.replicas[0].endpoints.grpc) == (ACTIVE, record.interface, ADDRESS)
    await stub.Delete(client_pb2.DeleteRequest(name_or_id=one.id))
    assert set(kernel.objects) == ids - {one.id}
    async with aclosing(stub.Watch(client_pb2.WatchRequest())) as events:  # type: ignore[type-var]
        seen = [(await anext(events)).object.id for _ in range(4)]
    assert set(seen) == ids - {one.id}


async def test_what_is_given_away_is_not_the_services_own(oms: Oms, kernel: PlayedKernel) -> None:
    stub = DirectStub(oms)
    record = await register(stub, "counter")
    record.name = "spoiled"
    kernel.objects[record.id].record.name = "spoiled"
    made = await stub.CreateMany(client_pb2.CreateManyRequest(class_name="counter", instances=[client_pb2.Instance(name="a")]))
    made.objects[0].name = made.interface.name = "spoiled"
    found = (await stub.Get(client_pb2.GetRequest(name_or_id="a"))).object
    assert (found.name, found.interface.name) == ("a", "Counter")
    assert (await stub.Get(client_pb2.GetRequest(name_or_id="counter"))).object.name == "counter"


async def test_errors_are_those_of_the_service_and_of_the_kernel(oms: Oms, kernel: PlayedKernel) -> None:
    stub = DirectStub(oms)
    await register(stub, "counter")
    with pytest.raises(NameTaken, match="belongs to"):
        await register(stub, "counter")
    with pytest.raises(NameNotFound):
        await stub.Get(client_pb2.GetRequest(name_or_id="nobody"))

    async def fail(request: oms_pb2.CreateObjectRequest) -> None:
        raise GuestException("no", details={"n": 1})

    kernel.before_create = fail
    with pytest.raises(GuestException, match="no") as caught:
        await stub.Create(client_pb2.CreateRequest(class_name="counter"))
    assert caught.value.details == {"n": 1}

    async def never(request: oms_pb2.CreateObjectRequest) -> None:
        await asyncio.Event().wait()

    kernel.before_create = never
    with pytest.raises(OmsUnavailable, match="all the same"):
        await stub.Create(client_pb2.CreateRequest(class_name="counter"), timeout=0.05)
    record = oms.services.directory.get("k1")
    with pytest.raises(DeadlineExceeded, match="k1"):
        await oms.services.kernels.create_object(record, oms_pb2.CreateObjectRequest(), 0.05)


async def test_values_that_are_put_together_have_answers_of_their_own(oms: Oms) -> None:
    stub = DirectStub(oms)

    def put(key: str, expected: int) -> oms_pb2.DurablePutRequest:
        return oms_pb2.DurablePutRequest(key=key, value=b"x", expected_version=expected)

    first = await stub.put_soon([put("a", 0), put("b", 0)])
    second = await stub.put_soon([put("a", 0), put("b", 1), put("c", -1)])
    assert [(each.stored, each.version) for each in first] == [(True, 1), (True, 1)]
    assert [(each.stored, each.version) for each in second] == [(False, 1), (True, 2), (True, 1)]
    with pytest.raises(ArgumentInvalid, match="key"):
        stub.put_soon([put("", 0)])
    assert (await stub.DurableGet(oms_pb2.DurableGetRequest(key="b"))).version == 2


async def test_other_kernels_are_reached_over_grpc(oms: Oms, kernel: PlayedKernel) -> None:
    stub = DirectStub(oms)
    async with playing(PlayedKernel("k2", DirectStub(oms))) as second:
        await second.register()
        made = await asyncio.gather(*(register(stub, f"n{number}") for number in range(4)))
        assert {record.id for record in made} == set(kernel.objects) | set(second.objects)
        assert kernel.objects and second.objects
        await asyncio.gather(*(stub.Delete(client_pb2.DeleteRequest(name_or_id=record.id)) for record in made))
        assert not kernel.objects and not second.objects


def test_nothing_that_kernels_ask_is_forgotten() -> None:
    offered = {name for name in vars(oms_pb2_grpc.ObjectManagementServiceServicer) if name[0].isupper()}
    direct = DirectStub.__init__.__code__.co_names
    assert offered <= {*direct, *vars(DirectStub)}


async def test_parts_of_chains_are_asked_without_grpc(oms: Oms, kernels: DirectKernels, kernel: PlayedKernel) -> None:
    class Parts:
        async def CallPart(self, request: oms_pb2.CallPartRequest, context: object) -> oms_pb2.CallPartResponse:  # noqa: N802
            return oms_pb2.CallPartResponse(value=request.args)

    kernels.use(kernel.address, Parts())
    asked = await oms.services.kernels.call_part(oms.services.directory.get("k1"), oms_pb2.CallPartRequest(args=b"vote"), 1.0)
    assert asked.value == b"vote"
