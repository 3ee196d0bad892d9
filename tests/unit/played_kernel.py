"""A kernel without a JVM: a real gRPC `KernelService` that keeps objects in a dictionary, and a lease with the OMS when told to."""

# ruff: noqa: N802 - the names are those of the protocol

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from amino_wire.errors import AminoError, EpochStale, Unavailable, abort, from_rpc_error
from amino_wire.pb import common_pb2, oms_pb2, oms_pb2_grpc

LANGUAGES = ("js", "python")


@dataclass(slots=True)
class Held:
    """An object that a played kernel has."""

    epoch: int
    replica: int
    created: int = 1  # how often its constructor ran
    record: common_pb2.ObjectRecord = field(default_factory=common_pb2.ObjectRecord)


class PlayedKernel(oms_pb2_grpc.KernelServiceServicer):
    """Makes, moves and drops objects as a kernel does; `before_create` may wait, raise or end the process first."""

    def __init__(self, kernel_id: str, oms: Any, labels: dict[str, str] | None = None, languages: tuple[str, ...] = LANGUAGES) -> None:
        self.kernel_id, self.labels, self.languages = kernel_id, labels or {}, languages
        self.oms: Any = oms  # a stub of the ObjectManagementService
        self.objects: dict[str, Held] = {}
        self.passive: dict[str, Held] = {}
        self.received: dict[str, oms_pb2.ReceiveObjectRequest] = {}
        self.changed: list[oms_pb2.ObjectChangedRequest] = []
        self.incarnation = 0
        self.address = ""
        self.before_create: Callable[[oms_pb2.CreateObjectRequest], Awaitable[None]] | None = None

    async def register(self, *, new_life: bool = False) -> oms_pb2.RegisterKernelResponse:
        """Registers with the OMS, with what it has unless it begins a new life; drops what it is told to."""
        if new_life:
            self.objects.clear()
            self.incarnation = 0
        listed = [oms_pb2.ObjectEpoch(id=key, epoch=held.epoch, replica=held.replica) for key, held in self.objects.items()]
        response = await self.oms.RegisterKernel(
            oms_pb2.RegisterKernelRequest(
                kernel_id=self.kernel_id,
                endpoints=common_pb2.Endpoints(grpc=self.address),
                labels=self.labels,
                languages=self.languages,
                incarnation=self.incarnation,
                objects=listed,
            )
        )
        self.incarnation = response.incarnation
        for key in response.fenced:
            self.objects.pop(key, None)
        return response

    async def keep_alive(self, lost: tuple[oms_pb2.ObjectEpoch, ...] = ()) -> bool:
        """One sign of life; whether the OMS knew this life."""
        request = oms_pb2.KeepAliveRequest(
            kernel_id=self.kernel_id, incarnation=self.incarnation, load=len(self.objects), objects=len(self.objects), lost=lost
        )
        return (await self.oms.KeepAlive(request)).known

    async def live(self, stop: asyncio.Event, interval: float = 0.1) -> None:
        """Keeps its lease, and registers again whenever the OMS asks for it or has been away, until `stop`."""
        while not stop.is_set():
            try:
                if not await self.keep_alive():
                    await self.register()
            except grpc.aio.AioRpcError:
                pass
            try:
                await asyncio.wait_for(stop.wait(), interval)
            except TimeoutError:
                pass

    async def CreateObject(self, request: oms_pb2.CreateObjectRequest, context: Any) -> oms_pb2.CreateObjectResponse:
        if self.before_create is not None:
            try:
                await self.before_create(request)
            except AminoError as error:
                await abort(context, error)
        held = self.objects.get(request.object.id)
        if held is None or held.epoch != request.object.epoch:
            self.objects[request.object.id] = Held(request.object.epoch, request.replica, record=request.object)
        members = [common_pb2.Member(name="incr", arity=1), common_pb2.Member(name="get", read_only=True)]
        return oms_pb2.CreateObjectResponse(interface=common_pb2.Interface(name="Counter", members=members))

    async def DestroyObject(self, request: oms_pb2.DestroyObjectRequest, context: Any) -> oms_pb2.DestroyObjectResponse:
        self.objects.pop(request.object_id, None)
        self.passive.pop(request.object_id, None)
        return oms_pb2.DestroyObjectResponse()

    async def MoveObject(self, request: oms_pb2.MoveObjectRequest, context: Any) -> oms_pb2.MoveObjectResponse:
        committed = await asyncio.shield(self._move(request))  # to its end, even where the OMS is killed meanwhile
        if committed is None:
            await abort(context, EpochStale("somebody else moved it"))
        return oms_pb2.MoveObjectResponse(object=committed)

    async def _move(self, request: oms_pb2.MoveObjectRequest) -> common_pb2.ObjectRecord | None:
        record = request.object
        moved = common_pb2.ObjectRecord()
        moved.CopyFrom(record)
        moved.epoch += 1
        replicas = [replica for replica in record.replicas if replica.number != request.replica]
        replicas.append(common_pb2.Replica(number=request.replica, kernel_id=request.target.id))
        commit = oms_pb2.CommitLocationRequest(
            object_id=record.id, expected_epoch=record.epoch, replicas=replicas, request_id=f"{self.kernel_id}/{record.id}/{record.epoch}"
        )
        async with grpc.aio.insecure_channel(request.target.endpoints.grpc) as channel:
            target = oms_pb2_grpc.KernelServiceStub(channel)
            await target.ReceiveObject(oms_pb2.ReceiveObjectRequest(object=moved, replica=request.replica))
            committed = await self._committed(commit)
            order = oms_pb2.ActivateObjectRequest(object_id=record.id, epoch=moved.epoch, drop=committed is None)
            await target.ActivateObject(order)
        if committed is not None:
            self.objects.pop(record.id, None)
        return committed

    async def _committed(self, request: oms_pb2.CommitLocationRequest) -> common_pb2.ObjectRecord | None:
        """The outcome of a commit, asked for until it is known; None: refused."""
        while True:
            try:
                return (await self.oms.CommitLocation(request, wait_for_ready=True)).object
            except grpc.aio.AioRpcError as error:
                if not isinstance(from_rpc_error(error), Unavailable):
                    return None

    async def ReceiveObject(self, request: oms_pb2.ReceiveObjectRequest, context: Any) -> oms_pb2.ReceiveObjectResponse:
        self.received[request.object.id] = request
        self.passive[request.object.id] = Held(request.object.epoch, request.replica, record=request.object)
        return oms_pb2.ReceiveObjectResponse()

    async def ActivateObject(self, request: oms_pb2.ActivateObjectRequest, context: Any) -> oms_pb2.ActivateObjectResponse:
        held = self.passive.pop(request.object_id, None)
        if held is not None and not request.drop:
            self.objects[request.object_id] = held
        return oms_pb2.ActivateObjectResponse()

    async def Waits(self, request: oms_pb2.WaitsRequest, context: Any) -> oms_pb2.WaitsResponse:
        """Stands for a question that real kernels are not asked: which objects are here."""
        return oms_pb2.WaitsResponse(waits=[oms_pb2.Wait(waiting_chain=key, call_number=held.epoch) for key, held in self.objects.items()])

    async def ObjectChanged(self, request: oms_pb2.ObjectChangedRequest, context: Any) -> oms_pb2.ObjectChangedResponse:
        self.changed.append(request)
        held = self.objects.get(request.object.id)
        if held is not None and not request.deleted:
            held.epoch = request.object.epoch
        return oms_pb2.ObjectChangedResponse()


@asynccontextmanager
async def playing(kernel: PlayedKernel) -> AsyncIterator[PlayedKernel]:
    """Serves the kernel on a loopback port of the system's choice."""
    server = grpc.aio.server()
    oms_pb2_grpc.add_KernelServiceServicer_to_server(kernel, server)
    kernel.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    try:
        yield kernel
    finally:
        await server.stop(None)
