"""Clients, kernels and the JVM half prove what they are when a connection opens, and a client may send only what is a client's."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
import pytest_asyncio
from amino_wire.errors import AminoError, ArgumentInvalid, FrameInvalid, MemberNotFound, NotFound, PermissionDenied, from_rpc_error
from amino_wire.frames import FLAG_MANAGERS_DONE, VERSION
from amino_wire.lane import LaneConnection
from amino_wire.pb import client_pb2, common_pb2, oms_pb2, oms_pb2_grpc
from amino_wire.proof import OMS, ClusterSecret
from amino_wire.values import DEFAULT, encode

from tests.cluster.client import Client
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import Cluster, cluster

pytestmark = [pytest.mark.cluster, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(200)]

METHODS = tuple(method.name for method in oms_pb2.DESCRIPTOR.services_by_name["KernelService"].methods)
FOR_KERNELS = ("ListInstances", "KeepAlive", "Leave", "CommitLocation", "CallCoordinator", "DurablePut", "DurableGet")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Cluster]:
    async with cluster(Path(tmp_path_factory.mktemp("two")), "north", "south") as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def client(two: Cluster) -> AsyncGenerator[Client]:
    async with Client(two.kernels["north"].address) as made:
        yield made


def fresh() -> str:
    return f"object-{uuid.uuid4().hex[:6]}"


async def hello_of(client: Client) -> client_pb2.HelloResponse:
    answer: client_pb2.HelloResponse = await client.ask("Hello", client_pb2.HelloRequest(client_id="raw", wire_version=VERSION))
    return answer


async def refusal(call: Any) -> AminoError:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call
    return from_rpc_error(raised.value, what="it")


async def test_a_client_has_no_say_in_what_the_halves_tell_each_other(client: Client) -> None:
    record = await client.register(fresh(), COUNTER_JS, on="north")
    session = await client.session()
    for connection in (await client.lane(), session):
        for target in ("@kernel", "", "@other"):
            for method, args in (
                ("lost", [[record.id]]),
                ("stuck", ["a", record.id, "m"]),
                ("log", [record.id, "info", "x"]),
                ("register", []),
            ):
                with pytest.raises(PermissionDenied):
                    await connection.invoke(target, method, args)
    for method in ("lost", "stuck", "log", "register", "unregister", "other"):
        with pytest.raises(PermissionDenied):
            await client.invoke("@kernel", method, [record.id])
    session.close()
    assert await client.call(record.id, "incr") == 1


async def test_what_a_client_may_ask_the_kernel(client: Client) -> None:
    record = await client.register(fresh(), COUNTER_JS)
    lane = await client.lane()
    assert (await lane.invoke("@kernel", "get", [record.name])).id == record.id
    assert (await client.invoke("@kernel", "get", record.name)).id == record.id


async def test_a_client_may_give_commands_to_deployment_managers(client: Client) -> None:
    record = await client.register(fresh(), COUNTER_JS, deployment_managers=[{"name": "OptimisticTransactions"}])
    session = await client.session()
    for connection in (await client.lane(), session):
        name = await connection.invoke("@kernel", "command", [record.id, "start_transaction", [], {}, ""])
        assert await connection.invoke("@kernel", "command", [record.id, "rollback", [name], {}, "OptimisticTransactions"]) is None
        with pytest.raises(MemberNotFound, match=r"no deployment manager .* has the command 'absent'"):
            await connection.invoke("@kernel", "command", [record.id, "absent", [], {}, ""])
        for words in ([], [record.id], [record.id, "rollback", name, {}, ""], [record.id, "rollback", [], {1: 2}, ""], [1, 2, [], {}, ""]):
            with pytest.raises(ArgumentInvalid, match="A command takes"):
                await connection.invoke("@kernel", "command", words)
        with pytest.raises(NotFound):
            await connection.invoke("@kernel", "command", ["absent", "rollback", [], {}, ""])
    session.close()
    assert await client.call(record.id, "incr") == 1


@pytest.mark.parametrize(
    "options", [{"flags": FLAG_MANAGERS_DONE}, {"flags": 7}, {"client_id": "another"}, {"headers": {"@fixed": [1, 2]}}], ids=str
)
async def test_a_client_speaks_for_itself_only(client: Client, options: dict[str, Any]) -> None:
    record = await client.register(fresh(), COUNTER_JS, deployment_managers=[{"name": "OptimisticTransactions"}])
    with pytest.raises(PermissionDenied):
        await client.call(record.id, "incr", **options)
    request = client_pb2.InvokeRequest(target=record.id, method="incr", args=DEFAULT.encode_array([]))
    encoded = {"flags": b"\x81\x09\x04", "client_id": b"\x81\x0b\xa1x", "headers": b"\x81\x08\x81\xa6@fixed\x92\x01\x02"}
    request.options = encoded[next(iter(options))]
    assert (await client.ask("Invoke", request)).error.code == "PERMISSION_DENIED"
    assert await client.call(record.id, "incr") == 1


@pytest.mark.parametrize("role", ["peer", "kernel"])
async def test_what_every_client_is_told_opens_no_other_role(client: Client, role: str) -> None:
    hello = await hello_of(client)
    for address in (hello.endpoints.lane_tcp, f"unix:{hello.endpoints.lane_unix}" if hello.endpoints.lane_unix else ""):
        for token in (hello.lane_token, "", None):
            if address:
                with pytest.raises(PermissionDenied):
                    await LaneConnection.connect(address, client_id="raw", token=token, role=role)


async def test_a_client_without_a_name_is_not_let_in(client: Client) -> None:
    hello = await hello_of(client)
    with pytest.raises(FrameInvalid, match="names its sender"):
        await LaneConnection.connect(hello.endpoints.lane_tcp, client_id="", token=hello.lane_token)


@pytest.mark.parametrize("metadata", [(), (("amino-kernel", "guess"),)], ids=["none", "wrong"])
@pytest.mark.parametrize("method", METHODS)
async def test_what_kernels_offer_one_another_is_not_for_clients(client: Client, method: str, metadata: Any) -> None:
    stub: Any = oms_pb2_grpc.KernelServiceStub(client.channel)
    request = oms_pb2.CallPartRequest(object_id="x", part="instance_manager", epoch=1) if method == "CallPart" else _empty(method)
    assert isinstance(await refusal(getattr(stub, method)(request, metadata=metadata)), PermissionDenied)


@pytest.mark.parametrize("method", FOR_KERNELS)
async def test_what_the_oms_offers_kernels_is_not_for_others(two: Cluster, method: str) -> None:
    async with grpc.aio.insecure_channel(two.oms.address) as channel:
        stub: Any = oms_pb2_grpc.ObjectManagementServiceStub(channel)
        assert isinstance(await refusal(getattr(stub, method)(_empty(method))), PermissionDenied)


def asked_part(client: Client, object_id: str, part: str, method: str, *args: Any) -> Any:
    """A question of a proxy in a client's process, as the Python SDK sends it."""
    stub: Any = oms_pb2_grpc.KernelServiceStub(client.channel)
    question = {"object_id": object_id, "part": part, "method": method, "args": DEFAULT.encode_array(args)}
    return stub.CallPart(oms_pb2.CallPartRequest(**question))


async def test_a_client_asks_questions_and_gives_no_orders(client: Client) -> None:
    manager = common_pb2.DeploymentManagerSpec(name="ConsensusRSM", config=encode({"replicas": 1}))
    record = await client.register(fresh(), COUNTER_JS, deployment_managers=[manager])
    orders = {"instance_manager": ("forget", "begin", "configured", "where"), "coordinator": ("group", "leave", "skipped")}
    for part, methods in orders.items():
        for method in methods:
            assert isinstance(await refusal(asked_part(client, record.id, part, method)), PermissionDenied)
    assert (await asked_part(client, record.id, "coordinator", "suspect", 0, 0)).value
    assert (await asked_part(client, record.id, "coordinator", "members")).value
    assert await client.call(record.id, "incr") == 1


async def test_a_client_writes_no_checkpoint(client: Client) -> None:
    record = await client.register(fresh(), COUNTER_JS, on="south", deployment_managers=[{"name": "DurableSerializableRPC"}])
    stub: Any = oms_pb2_grpc.KernelServiceStub(client.channel)

    def asked(method: str, *args: Any) -> Any:
        request = oms_pb2.CallPartRequest(object_id=record.id, part="store", method=method, args=DEFAULT.encode_array(args))
        return stub.CallPart(request)

    key = f"{record.id}/checkpoints/checkpoint"
    assert isinstance(await refusal(asked("put", key, {"writer": "me"}, -1)), PermissionDenied)
    assert (await asked("get", key)).value
    assert await client.call(record.id, "incr") == 1


async def test_a_session_with_a_wrong_proof_is_refused(client: Client) -> None:
    secret = ClusterSecret()
    secret.take("of another cluster")
    with pytest.raises(AminoError) as raised:
        connect: Any = type(await client.session()).connect
        session = await connect(client.channel, client_id="raw", proof=secret.shown_to(OMS))
        await session.invoke("nobody", "get", [])
    # The stream may have ended before its first frame left.
    assert raised.value.code in ("PERMISSION_DENIED", "KERNEL_UNAVAILABLE")


async def test_kernels_pass_calls_on_to_one_another(two: Cluster, client: Client) -> None:
    record = await client.register(fresh(), COUNTER_JS, on="south", deployment_managers=[{"name": "AtMostOnceRPC"}])
    session = await client.session()
    assert await session.invoke(record.id, "incr", []) == 1
    async with Client(two.kernels["south"].address) as there:
        assert await there.call(record.id, "incr") == 2
    session.close()


def _empty(method: str) -> Any:
    return {"CallCoordinator": oms_pb2.CallPartRequest}.get(method, getattr(oms_pb2, f"{method}Request", None))()
