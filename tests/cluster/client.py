"""A client in terms of the wire format, for tests of the kernel."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import grpc.aio
from amino_wire.artifacts import pack_files
from amino_wire.errors import Moved, from_message, from_rpc_error
from amino_wire.frames import VERSION, CallOptions
from amino_wire.lane import LaneConnection, SessionConnection
from amino_wire.pb import client_pb2, client_pb2_grpc, common_pb2
from amino_wire.values import DEFAULT, decode

CHUNK = 1024 * 1024
"""Bytes of an artifact in one message."""
ENTRIES = {"js": "object.js", "python": "object.py", "ruby": "object.rb"}


def selector(name: str) -> common_pb2.Selector:
    """Requires the kernel whose label `name` is this."""
    requirement = common_pb2.Requirement(key="name", operator=common_pb2.Requirement.OPERATOR_IN, values=[name])
    return common_pb2.Selector(terms=[common_pb2.Term(requirements=[requirement])])


class Client:
    """Speaks to one kernel: control over gRPC, calls over its lane."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.id = f"test-{uuid.uuid4().hex[:8]}"
        self.channel = grpc.aio.insecure_channel(address, options=(("grpc.max_reconnect_backoff_ms", 200),))
        self.service: Any = client_pb2_grpc.ClientServiceStub(self.channel)
        self._lane: LaneConnection | None = None
        self._connecting = asyncio.Lock()

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._lane is not None:
            self._lane.close()
        await self.channel.close(None)

    async def ask(self, method: str, request: Any, timeout: float = 60) -> Any:
        try:
            return await getattr(self.service, method)(request, timeout=timeout)
        except grpc.RpcError as error:
            raise from_rpc_error(error) from None

    async def register(
        self, name: str, source: str, language: str = "js", *args: Any, on: str = "", **fields: Any
    ) -> common_pb2.ObjectRecord:
        entry = fields.pop("entry", "") or ENTRIES[language]
        artifact = await self.put({entry: source.encode()}, entry, language, fields.pop("class_name", ""))
        return await self.register_artifact(name, artifact, *args, on=on, **fields)

    async def register_artifact(
        self, name: str, artifact: common_pb2.Artifact, *args: Any, on: str = "", **fields: Any
    ) -> common_pb2.ObjectRecord:
        """Registers what was uploaded."""
        request = client_pb2.RegisterRequest(
            name=name, artifact=artifact, args=DEFAULT.encode_array(args), request_id=uuid.uuid4().hex, **fields
        )
        if on:
            request.selector.CopyFrom(selector(on))
        return (await self.ask("Register", request)).object

    async def put(self, files: dict[str, bytes], entry: str, language: str = "js", class_name: str = "") -> common_pb2.Artifact:
        """Uploads an artifact, and answers how it is to be read."""
        packed = pack_files(files)
        artifact = common_pb2.Artifact(hash=packed.hash, language=language, entry=entry, class_name=class_name, size=len(packed.data))

        async def parts() -> Any:
            yield client_pb2.PutArtifactRequest(artifact=artifact)
            for first in range(0, len(packed.data), CHUNK):
                yield client_pb2.PutArtifactRequest(chunk=packed.data[first : first + CHUNK])

        return (await self.ask("PutArtifact", parts())).artifact

    async def create(self, class_name: str, *args: Any, on: str = "", name: str = "") -> common_pb2.ObjectRecord:
        request = client_pb2.CreateRequest(class_name=class_name, name=name, args=DEFAULT.encode_array(args), request_id=uuid.uuid4().hex)
        if on:
            request.selector.CopyFrom(selector(on))
        return (await self.ask("Create", request)).object

    async def get(self, name: str) -> common_pb2.ObjectRecord:
        return (await self.ask("Get", client_pb2.GetRequest(name_or_id=name))).object

    async def move(self, name: str, kernel_id: str, **fields: Any) -> client_pb2.MoveResponse:
        return await self.ask("Move", client_pb2.MoveRequest(name_or_id=name, kernel_id=kernel_id, **fields))

    async def invoke(self, target: str, method: str, *args: Any) -> Any:
        """One unary call."""
        request = client_pb2.InvokeRequest(target=target, method=method, args=DEFAULT.encode_array(args))
        answer = await self.ask("Invoke", request)
        if answer.HasField("error"):
            raise from_message(answer.error)
        return decode(answer.value)

    async def call(self, target: str, method: str, *args: Any, **options: Any) -> Any:
        """One call over the lane. A call that says it did not run, because the object moved, is sent again, as SDKs do."""
        while True:
            lane = await self.lane()
            try:
                return await lane.invoke(target, method, args, CallOptions(**options) if options else None)
            except Moved:
                await asyncio.sleep(0.005)

    async def lane(self) -> LaneConnection:
        async with self._connecting:
            return await self._connected()

    async def _connected(self) -> LaneConnection:
        if self._lane is None or self._lane.closed:
            hello = await self.ask("Hello", client_pb2.HelloRequest(client_id=self.id, wire_version=VERSION))
            self._lane = await LaneConnection.connect(hello.endpoints.lane_tcp, client_id=self.id, token=hello.lane_token)
        return self._lane

    async def session(self) -> SessionConnection:
        return await SessionConnection.connect(self.channel, client_id=self.id)


async def until(condition: Callable[[], Awaitable[Any]], seconds: float = 30.0, every: float = 0.05) -> Any:
    """Waits for a condition to answer something true, and answers that."""
    end = time.monotonic() + seconds
    while True:
        found = await condition()
        if found:
            return found
        assert time.monotonic() < end, f"the condition did not hold within {seconds} s; last: {found!r}"
        await asyncio.sleep(every)
