"""What cannot work says what is wrong, with which thing, and what to do. The list is that of issue 3."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
import pytest_asyncio
from amino_wire.errors import (
    AminoError,
    ArgumentInvalid,
    ArtifactInvalid,
    KernelUnavailable,
    LanguageUnknown,
    MemberNotFound,
    NameTaken,
    NativeNotAllowed,
    NotFound,
    ValueInvalid,
)
from amino_wire.frames import FRAME_LIMIT, HELLO, REQUEST, VERSION, pack
from amino_wire.pb import client_pb2, client_pb2_grpc, common_pb2, oms_pb2

from tests.cluster.as_kernel import as_kernel
from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import NOT_SERVING, Cluster, KernelProcess, cluster, environment

pytestmark = [pytest.mark.cluster, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(200)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Cluster]:
    async with cluster(Path(tmp_path_factory.mktemp("one")), "north") as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def client(one: Cluster) -> AsyncGenerator[Client]:
    async with Client(one.kernels["north"].address) as made:
        yield made


def fresh() -> str:
    return f"object-{uuid.uuid4().hex[:6]}"


async def test_a_language_that_does_not_exist(client: Client) -> None:
    with pytest.raises(LanguageUnknown, match=r"cobol.*js"):
        await client.register(fresh(), "x", "cobol", entry="object.cob")


async def test_bitcode_where_native_code_is_not_allowed(client: Client) -> None:
    with pytest.raises(NativeNotAllowed, match=r"--allow native.*wasm"):
        await client.register(fresh(), "BC", "llvm", entry="object.bc")


async def test_a_syntax_error_names_file_and_line(client: Client) -> None:
    with pytest.raises(ArtifactInvalid, match=r"object\.js:3"):
        await client.register(fresh(), "module.exports = class {\n  incr( { }\n};")


async def test_an_artifact_that_raises_as_it_is_read(client: Client) -> None:
    with pytest.raises(ArtifactInvalid, match="at load"):
        await client.register(fresh(), "throw new Error('at load');")


@pytest.mark.parametrize(("language", "source"), [("js", ""), ("js", "const a = 1;"), ("python", "a = 1"), ("ruby", "A = 1")])
async def test_an_artifact_without_a_class(client: Client, language: str, source: str) -> None:
    with pytest.raises(ArtifactInvalid, match="class"):
        await client.register(fresh(), source, language)


async def test_a_failed_registration_leaves_the_name_free(client: Client) -> None:
    name = fresh()
    with pytest.raises(ArtifactInvalid):
        await client.register(name, "module.exports = class {")
    assert (await client.register(name, COUNTER_JS)).name == name


async def test_a_constructor_that_raises_is_the_registration_s_error(client: Client) -> None:
    with pytest.raises(AminoError, match="not like this"):
        await client.register(fresh(), "module.exports = class A { constructor() { throw new Error('not like this'); } };")


async def test_a_missing_member_names_the_nearest(client: Client) -> None:
    record = await client.register(fresh(), COUNTER_JS)
    with pytest.raises(MemberNotFound, match="incr"):
        await client.call(record.id, "inrc")


async def test_wrong_arity(client: Client) -> None:
    record = await client.register(fresh(), "module.exports = class A { both(a, b) { return a + b; } };")
    with pytest.raises(ArgumentInvalid, match="both"):
        await client.call(record.id, "both", 1, 2, 3)


async def test_an_unknown_object(client: Client) -> None:
    with pytest.raises(NotFound, match="nobody"):
        await client.call("nobody", "incr")


async def test_a_name_that_is_taken(client: Client) -> None:
    name = fresh()
    await client.register(name, COUNTER_JS)
    with pytest.raises(NameTaken, match=name):
        await client.register(name, COUNTER_JS)


async def test_a_value_that_cannot_travel(client: Client) -> None:
    record = await client.register(fresh(), "module.exports = class A { give() { return { hidden: { f() {} } }; } };")
    with pytest.raises(ValueInvalid, match="hidden"):
        await client.call(record.id, "give")


async def lane_socket(client: Client, greeting: bytes = b"") -> socket.socket:
    hello = await client.ask("Hello", client_pb2.HelloRequest(client_id="raw", wire_version=VERSION))
    host, _, port = hello.endpoints.lane_tcp.rpartition(":")
    connection = socket.create_connection((host, int(port)), 10)
    connection.sendall(greeting)
    return connection


def read_all(connection: socket.socket) -> bytes:
    connection.settimeout(20)
    received = b""
    try:
        while data := connection.recv(65536):
            received += data
    except ConnectionResetError:
        pass
    return received


@pytest.mark.parametrize(
    "garbage",
    [
        (FRAME_LIMIT + 1).to_bytes(4, "little") + b"x",
        (3).to_bytes(4, "little") + b"\xc1\xc1\xc1",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["huge", "nonsense", "http"],
)
async def test_a_frame_that_is_none_closes_its_connection_and_no_other(client: Client, garbage: bytes) -> None:
    record = await client.register(fresh(), COUNTER_JS)
    connection = await lane_socket(client, garbage)
    assert b"FRAME_INVALID" in await asyncio.to_thread(read_all, connection) or garbage.startswith(b"GET")
    connection.close()
    assert await client.call(record.id, "incr") == 1


async def test_a_truncated_frame_is_never_run(client: Client) -> None:
    record = await client.register(fresh(), COUNTER_JS)
    connection = await lane_socket(client, (100).to_bytes(4, "little") + b"\x94\x00")
    connection.close()
    assert await client.call(record.id, "incr") == 1


async def test_half_a_frame_holds_nobody_else_up_and_is_run_when_it_is_whole(client: Client) -> None:
    record = await client.register(fresh(), COUNTER_JS)
    hello = await client.ask("Hello", client_pb2.HelloRequest(client_id="raw", wire_version=VERSION))
    greeting = pack((HELLO, {"v": VERSION, "client": "raw", "token": hello.lane_token, "role": "client"}))
    request = pack((REQUEST, 0, 0, [record.id, "incr", [5]]))
    data = b"".join(len(frame).to_bytes(4, "little") + frame for frame in (greeting, request))
    connection = await lane_socket(client, data[:-4])
    assert await client.call(record.id, "incr") == 1
    connection.sendall(data[-4:])

    async def was_run() -> bool:
        return bool(await client.call(record.id, "get") == 6)

    await until(was_run)
    connection.close()


async def test_a_huge_call_is_refused_before_it_is_sent(client: Client) -> None:
    session = await client.session()
    with pytest.raises(ValueInvalid):
        await session.invoke("nobody", "incr", [b"x" * (FRAME_LIMIT + 1)])
    session.close()


@pytest.mark.parametrize("size", [FRAME_LIMIT + 1, FRAME_LIMIT + (1 << 20)], ids=["kernel", "grpc"])
async def test_a_session_s_huge_frame_ends_its_session_and_no_other(client: Client, size: int) -> None:
    record = await client.register(fresh(), COUNTER_JS)
    large = (("grpc.max_send_message_length", -1),)
    async with grpc.aio.insecure_channel(client.address, options=large) as channel, asyncio.timeout(60):
        stream: Any = client_pb2_grpc.ClientServiceStub(channel).Session(metadata=(("amino-client", "raw"),))
        await stream.write(common_pb2.Frame(data=b"x" * size))
        try:
            answer = await stream.read()
        except grpc.aio.AioRpcError as error:
            assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        else:
            assert b"FRAME_INVALID" in answer.data and await stream.read() is grpc.aio.EOF
    assert await client.call(record.id, "incr") == 1


async def test_a_call_to_a_dead_kernel(tmp_path: Path) -> None:
    async with cluster(tmp_path, "north", "south") as made, Client(made.kernels["north"].address) as near:
        record = await near.register("far", COUNTER_JS, on="south")
        assert await near.call(record.id, "incr") == 1
        await made.kernels["south"].kill()
        with pytest.raises(KernelUnavailable, match="amino kernels"):
            await near.call(record.id, "incr", budget_ms=5000)


async def refusal(tmp_path: Path, environ: dict[str, str] | None = None, **settings: Any) -> tuple[int, str]:
    """The exit status and the log of a kernel that cannot start."""
    kernel = KernelProcess("refused", tmp_path, "127.0.0.1:1", settings)
    command, order = kernel.command()
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**environment(), **(environ or {})},
    )
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(order.encode())
    output = await asyncio.wait_for(child.stdout.read(), 60)
    return await child.wait(), output.decode()


async def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, output = await refusal(tmp_path, port=port)
    assert status != 0 and "PORT_TAKEN" in output and str(port) in output and "--port" in output


async def test_an_address_that_others_can_reach(tmp_path: Path) -> None:
    status, output = await refusal(tmp_path, host="0.0.0.0")
    assert status != 0 and "ADDRESS_REFUSED" in output and "--insecure" in output


async def test_a_jvm_that_is_none(tmp_path: Path) -> None:
    status, output = await refusal(tmp_path, {"AMINO_JAVA_HOME": str(tmp_path)})
    assert status != 0 and "JVM_UNUSABLE" in output and str(tmp_path) in output


async def test_a_jvm_that_is_too_old(tmp_path: Path) -> None:
    (tmp_path / "lib/server").mkdir(parents=True)
    (tmp_path / "lib/server/libjvm.so").touch()
    (tmp_path / "release").write_text('JAVA_VERSION="1.8.0_392"\n')
    status, output = await refusal(tmp_path, {"AMINO_JAVA_HOME": str(tmp_path)})
    assert status != 0 and "JVM_UNUSABLE" in output and "1.8.0_392" in output


async def test_a_jvm_that_does_not_start(tmp_path: Path) -> None:
    status, output = await refusal(tmp_path, jvm_options=["-XX:NoSuchOption"])
    assert status != 0 and "JVM_UNUSABLE" in output and "doctor" in output


async def test_jars_that_are_missing_offline(tmp_path: Path) -> None:
    status, output = await refusal(tmp_path, {"AMINO_CACHE": str(tmp_path / "empty")}, offline=True)
    assert status != 0 and "JARS_MISSING" in output and "offline" in output and "AMINO_CACHE" in output


async def test_a_setting_that_does_not_exist(tmp_path: Path) -> None:
    status, output = await refusal(tmp_path, lanuages=["js"])
    assert status != 0 and "lanuages" in output


async def test_no_oms_is_said_at_once_and_waited_for(tmp_path: Path) -> None:
    kernel = KernelProcess("alone", tmp_path, "127.0.0.1:1", {})
    await kernel.start(NOT_SERVING)
    try:
        async with Client(kernel.address) as alone:
            with pytest.raises(AminoError, match="OMS") as caught:
                await alone.ask("Get", client_pb2.GetRequest(name_or_id="x"), timeout=20)
            assert caught.value.code == "OMS_UNAVAILABLE"
    finally:
        await kernel.stop()


NO_VALUES = (b"\x93\x01", b"\xc1", b"\x01", b"\x91\x01\x01", b"\xdd\xff\xff\xff\xff", b"\x91" * 3000 + b"\x90", b"\x92\x01\xc7\xff\x07")
"""Cut short, no msgpack, no list, bytes behind it, 4 billion items, nested too deep, an extension that is cut short."""


@pytest.mark.parametrize("part", ["args", "kwargs"])
@pytest.mark.parametrize("method", ["Register", "Create", "CreateMany", "Command"])
async def test_bytes_that_are_no_arguments_end_their_request_and_nothing_else(client: Client, method: str, part: str) -> None:
    record = await client.register(fresh(), COUNTER_JS)
    for number, data in enumerate(NO_VALUES):
        given: dict[str, Any] = {part: data}
        requests: dict[str, Any] = {
            "Register": lambda: client_pb2.RegisterRequest(name=fresh(), artifact=record.spec.artifact, **given),  # noqa: B023
            "Create": lambda: client_pb2.CreateRequest(class_name=record.name, **given),  # noqa: B023
            "CreateMany": lambda: client_pb2.CreateManyRequest(class_name=record.name, instances=[{}, given]),  # noqa: B023
            "Command": lambda: client_pb2.CommandRequest(target=record.id, command="checkpoint", **given),  # noqa: B023
        }
        with pytest.raises(AminoError) as raised:
            await client.ask(method, requests[method]())
        assert raised.value.code in ("VALUE_INVALID", "MEMBER_NOT_FOUND"), raised.value
        assert await client.call(record.id, "incr") == number + 1


async def test_a_state_that_is_none_is_refused_by_the_kernel(one: Cluster, client: Client) -> None:
    record = await client.register(fresh(), COUNTER_JS)
    kernels = await as_kernel(one.oms.address, client)
    for number, data in enumerate(NO_VALUES):
        arriving = common_pb2.ObjectRecord()
        arriving.CopyFrom(record)
        arriving.id, arriving.status.epoch = f"{record.id}{number}", record.status.epoch + 1
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await kernels.ReceiveObject(oms_pb2.ReceiveObjectRequest(object=arriving, path="0", state=data))
        assert raised.value.code() is grpc.StatusCode.INVALID_ARGUMENT, raised.value
        assert await client.call(record.id, "incr") == number + 1
