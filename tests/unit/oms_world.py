"""A whole object management service for tests: the real service over gRPC, played kernels, and a clock that stands still unless told."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from amino_dms.chain import Registry
from amino_oms.main import create_oms
from amino_oms.membership.kernel_calls import KernelSilent
from amino_oms.oms import Oms
from amino_oms.service.server import OmsServer, serve
from amino_oms.settings import OmsSettings
from amino_wire.errors import AminoError, from_rpc_error
from amino_wire.pb import client_pb2, common_pb2, oms_pb2, oms_pb2_grpc
from amino_wire.proof import OMS, ProvingStub

from tests.unit.played_kernel import LANGUAGES, PlayedKernel, playing

DEADLINE = 20.0
SOURCE = b"module.exports = class Counter { incr(n) { return this.n += n } }"


class TestClock:
    """A clock that stands still unless told."""

    __test__ = False

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def time_ms(self) -> int:
        return int(self.now * 1000)

    async def sleep(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            await asyncio.sleep(0.005)


@dataclass(slots=True)
class World:
    """The service with what a test needs to talk to it. `oms` can be called directly, `stub` goes through gRPC."""

    folder: Path
    clock: TestClock
    settings: OmsSettings
    stack: AsyncExitStack
    oms: Oms = field(init=False)
    server: OmsServer = field(init=False)
    channel: Any = field(init=False, default=None)
    stub: Any = field(init=False, default=None)
    kernels: dict[str, PlayedKernel] = field(default_factory=dict)
    managers: Registry | None = None

    async def start(self) -> None:
        """Starts the service over the folder."""
        self.oms = await create_oms(self.folder, clock=self.clock, settings=self.settings, managers=self.managers)
        self.server = await serve(self.oms, self.settings)
        self.channel = grpc.aio.insecure_channel(self.server.address, options=[("grpc.use_local_subchannel_pool", 1)])
        stub = oms_pb2_grpc.ObjectManagementServiceStub(self.channel)
        self.stub = ProvingStub(stub, self.oms.services.secret, OMS)
        for kernel in self.kernels.values():
            kernel.oms = self.stub

    async def stop(self) -> None:
        """Stops the service; the folder stays."""
        await self.server.stop(0)
        await self.oms.close()
        await self.channel.close(None)

    async def restart(self) -> None:
        """Stops and starts it."""
        await self.stop()
        await self.start()

    async def kernel(self, kernel_id: str, *, languages: tuple[str, ...] = LANGUAGES, **labels: str) -> PlayedKernel:
        """A kernel that has registered."""
        kernel = await self.stack.enter_async_context(playing(PlayedKernel(kernel_id, self.stub, labels, languages)))
        self.kernels[kernel_id] = kernel
        await kernel.register()
        return kernel

    async def die(self, kernel: PlayedKernel) -> None:
        """Lets the lease of one kernel end, while the others keep theirs."""
        steps = 4
        for _ in range(steps):
            for other in self.kernels.values():
                if other is not kernel and other.incarnation:
                    await other.keep_alive()
            self.clock.now += (self.settings.lease + self.settings.margin) / steps
        self.oms.tick()
        await self.settled()

    def lose_one_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The next order to make several objects is carried out by its kernel, and its answer is lost."""
        kernels, lost = self.oms.services.kernels, [True]
        create = kernels.create_objects

        async def once_silent(kernel: common_pb2.KernelRecord, request: oms_pb2.CreateObjectsRequest, timeout: float) -> Any:
            answer = await create(kernel, request, timeout)
            if lost:
                lost.pop()
                raise KernelSilent("the connection was lost")
            return answer

        monkeypatch.setattr(kernels, "create_objects", once_silent)

    async def settled(self) -> None:
        """Returns when nothing goes on in the background."""
        await self.oms.services.background.idle()

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        """Returns when a condition holds."""
        async with asyncio.timeout(DEADLINE):
            while not await condition():
                await asyncio.sleep(0.005)

    async def artifact(self, source: bytes = SOURCE, language: str = "js") -> common_pb2.Artifact:
        """An artifact that has been put."""
        artifact = common_pb2.Artifact(hash=hashlib.sha256(source).hexdigest(), language=language, entry="counter.js", size=len(source))
        parts = [client_pb2.PutArtifactRequest(artifact=artifact), client_pb2.PutArtifactRequest(chunk=source)]
        return (await self.stub.PutArtifact(iter(parts))).artifact

    async def register(self, name: str, **fields: Any) -> common_pb2.ObjectRecord:
        """A registered object."""
        artifact = fields.pop("artifact", None) or await self.artifact()
        return (await self.stub.Register(client_pb2.RegisterRequest(name=name, artifact=artifact, **fields))).object

    async def get(self, name_or_id: str) -> common_pb2.ObjectRecord:
        """An object's record."""
        return (await self.stub.Get(client_pb2.GetRequest(name_or_id=name_or_id))).object


async def error_of(call: Any) -> AminoError:
    """The error that an RPC ends with, made whole again."""
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return from_rpc_error(error)
    raise AssertionError("the request succeeded")


def selector(*terms: Iterable[tuple[str, str, tuple[str, ...]]]) -> common_pb2.Selector:
    """A selector of terms of (label, operator, values); the operator is `in`, `not_in`, `exists` or `not_exists`."""
    made = common_pb2.Selector()
    for term in terms:
        requirements = [
            common_pb2.Requirement(key=key, operator=common_pb2.Requirement.Operator.Value(f"OPERATOR_{name.upper()}"), values=values)
            for key, name, values in term
        ]
        made.terms.append(common_pb2.Term(requirements=requirements))
    return made


@asynccontextmanager
async def world(folder: Path, *, managers: Registry | None = None, **settings: Any) -> AsyncIterator[World]:
    """A service over an empty folder, with further settings."""
    async with AsyncExitStack() as stack:
        made = World(folder, TestClock(), OmsSettings(folder, port=0, lease=3.0, margin=1.0, **settings), stack, managers=managers)
        await made.start()
        try:
            yield made
        finally:
            await made.stop()
