"""A kernel without a JVM: a real gRPC `KernelService` that keeps objects in a dictionary, and a lease with the OMS when told to."""

# ruff: noqa: N802 - the names are those of the protocol

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import grpc
from amino_wire.errors import AminoError, Conflict, EpochStale, Moved, NotFound, ObjectNotFound, abort, from_rpc_error, to_message
from amino_wire.instances import instance_id, object_of
from amino_wire.pb import client_pb2, common_pb2, oms_pb2, oms_pb2_grpc
from amino_wire.proof import OMS, ClusterSecret, ProvingStub
from amino_wire.protocol import VERSION, Metadata

LANGUAGES = ("js", "python")


@dataclass(slots=True)
class Held:
    """An object that a played kernel has."""

    epoch: int
    path: str
    created: int = 1  # how often its constructor ran
    record: common_pb2.ObjectRecord = field(default_factory=common_pb2.ObjectRecord)

    def state(self, instance: str) -> common_pb2.InstanceState:
        """What its kernel reports of it."""
        generation = self.record.spec.generation
        return common_pb2.InstanceState(instance=instance, epoch=self.epoch, generation=generation)


PAGE = 5000
"""How many instances it lists in one message."""


class PlayedKernel(oms_pb2_grpc.KernelServiceServicer):
    """Makes, moves and drops objects as a kernel does; `before_create` may wait, raise or end the process first."""

    def __init__(self, kernel_id: str, oms: Any, labels: dict[str, str] | None = None, languages: tuple[str, ...] = LANGUAGES) -> None:
        self.kernel_id, self.labels, self.languages = kernel_id, labels or {}, languages
        self.secret = ClusterSecret()
        self.oms: Any = ProvingStub(oms, self.secret, OMS)  # `oms` is a stub of the ObjectManagementService
        self.objects: dict[str, Held] = {}
        self.passive: dict[str, Held] = {}
        self.leaving: set[str] = set()
        self.joined = asyncio.Event()
        self.received: dict[str, oms_pb2.ReceiveObjectRequest] = {}
        self.changed: list[oms_pb2.ObjectChangedRequest] = []
        self.incarnation = 0
        self.address = ""
        self.before_create: Callable[[oms_pb2.CreateObjectRequest], Awaitable[None]] | None = None
        self.note: Callable[[str], None] = lambda _: (
            None
        )  # hears what happens to which object, for a reader who looks for the reason of a failure

    async def register(self, *, new_life: bool = False) -> oms_pb2.RegisterKernelResponse:
        """Registers with the OMS, with what it has unless it begins a new life; drops what it is told to."""
        if new_life:
            self.objects.clear()
            self.passive.clear()
            self.leaving.clear()
            self.incarnation = 0
            self.joined.clear()
        listed = [held.state(key) for key, held in sorted(self.objects.items())]
        response = await self.oms.RegisterKernel(
            oms_pb2.RegisterKernelRequest(
                wire_version=VERSION,
                kernel_id=self.kernel_id,
                endpoints=common_pb2.Endpoints(grpc=self.address),
                labels=self.labels,
                languages=self.languages,
                incarnation=self.incarnation,
                instances=listed[:PAGE],
                more=len(listed) > PAGE,
            )
        )
        self.incarnation = response.incarnation
        self.secret.take(response.cluster_secret)
        fenced = set(response.fenced)
        for begin in range(PAGE, len(listed), PAGE):
            page = await self.oms.ListInstances(
                oms_pb2.ListInstancesRequest(
                    kernel_id=self.kernel_id,
                    incarnation=self.incarnation,
                    after=listed[begin - 1].instance,
                    instances=listed[begin : begin + PAGE],
                    more=len(listed) > begin + PAGE,
                )
            )
            assert page.known, f"the listing of {self.kernel_id} was broken off"
            fenced.update(page.fenced)
        self.joined.set()
        self.note(f"registered in life {self.incarnation} with {len(listed)} objects")
        for each in listed:
            held = self.objects.get(each.instance)
            # It may have come back by a move while the OMS was answering.
            if each.instance in fenced and held is not None and held.epoch <= each.epoch:
                self.note(f"{each.instance} fenced")
                del self.objects[each.instance]
        return response

    async def keep_alive(self, lost: tuple[common_pb2.InstanceState, ...] = ()) -> bool:
        """One sign of life; whether the OMS knew this life."""
        request = oms_pb2.KeepAliveRequest(
            kernel_id=self.kernel_id, incarnation=self.incarnation, load=len(self.objects), objects=len(self.objects), lost=lost
        )
        return (await self.oms.KeepAlive(request)).known

    async def live(self, stop: asyncio.Event, interval: float = 0.1) -> None:
        """Keeps its lease until `stop`, registers again whenever the OMS asks for it or has been away, and settles what stays passive."""
        doubted: set[str] = set()
        while not stop.is_set():
            try:
                if not self.secret.known or not await self.keep_alive():
                    await self.register()
                for object_id in doubted:
                    if object_id in self.passive:
                        await self.settle(object_id)
                doubted = set(self.passive)
            except grpc.aio.AioRpcError:
                pass
            try:
                await asyncio.wait_for(stop.wait(), interval)
            except TimeoutError:
                pass

    async def settle(self, object_id: str) -> None:
        """Asks the OMS what has become of the move by which an object has come."""
        arrived = self.passive[object_id]
        try:
            record: common_pb2.ObjectRecord | None = (await self.oms.Get(client_pb2.GetRequest(name_or_id=object_of(object_id)))).object
        except grpc.aio.AioRpcError as error:
            if not isinstance(from_rpc_error(error), NotFound):
                raise
            record = None
        if self.passive.get(object_id) is not arrived or (record is not None and record.status.epoch < arrived.epoch):
            return
        here = record is not None and any(each.kernel_id == self.kernel_id for each in record.status.replicas)
        self._activate(object_id, arrived.epoch, drop=not here or record is None or record.status.epoch != arrived.epoch)

    async def CreateObject(self, request: oms_pb2.CreateObjectRequest, context: Any) -> oms_pb2.CreateObjectResponse:
        await self._ready(request, context)
        self._make(request)
        return oms_pb2.CreateObjectResponse(interface=self._interface())

    async def CreateObjects(self, request: oms_pb2.CreateObjectsRequest, context: Any) -> oms_pb2.CreateObjectsResponse:
        response = oms_pb2.CreateObjectsResponse(interface=self._interface())
        orders = [oms_pb2.CreateObjectRequest(object=record, path="0") for record in request.objects]
        for place, order in enumerate(orders):
            try:
                await self._check(order)
            except AminoError as error:
                if not request.each:
                    await abort(context, error)
                response.failures[place].CopyFrom(to_message(error))
        for place, order in enumerate(orders):
            if place not in response.failures:
                self._make(order)
        return response

    async def _ready(self, request: oms_pb2.CreateObjectRequest, context: Any) -> None:
        try:
            await self._check(request)
        except AminoError as error:
            await abort(context, error)

    async def _check(self, request: oms_pb2.CreateObjectRequest) -> None:
        if self.before_create is not None:
            await self.before_create(request)
        await self._check_life(request)

    def _make(self, request: oms_pb2.CreateObjectRequest) -> None:
        record = request.object
        key = instance_id(record.id, request.path)
        held = self.objects.get(key)
        if held is None or held.epoch < record.status.epoch:
            self.note(f"{key} made in epoch {record.status.epoch}")
            self.passive.pop(key, None)
            self.objects[key] = Held(record.status.epoch, request.path, record=record)

    def _interface(self) -> common_pb2.Interface:
        members = [common_pb2.Member(name="incr", arity=1), common_pb2.Member(name="get", read_only=True)]
        return common_pb2.Interface(name="Counter", members=members)

    async def _check_life(self, request: oms_pb2.CreateObjectRequest) -> None:
        for replica in request.object.status.replicas:
            if replica.path == request.path and replica.kernel_incarnation:
                await self.joined.wait()
                if replica.kernel_incarnation != self.incarnation:
                    raise EpochStale(f"this is life {self.incarnation}, not {replica.kernel_incarnation}")

    async def DestroyObject(self, request: oms_pb2.DestroyObjectRequest, context: Any) -> oms_pb2.DestroyObjectResponse:
        key = instance_id(request.object_id, request.path)
        for objects in (self.objects, self.passive):
            held = objects.get(key)
            if held is not None and held.epoch <= request.epoch:
                self.note(f"{key} destroyed in epoch {held.epoch} by order of {request.epoch}")
                del objects[key]
        return oms_pb2.DestroyObjectResponse()

    async def MoveObject(self, request: oms_pb2.MoveObjectRequest, context: Any) -> oms_pb2.MoveObjectResponse:
        record, key = request.object, instance_id(request.object.id, request.path)
        if key not in self.objects:
            await abort(context, Moved(f"the object {record.id} is not here"))
        if key in self.leaving:
            await abort(context, Conflict(f"the object {record.id} is on the move already"))
        self.leaving.add(key)
        try:
            committed = await asyncio.shield(asyncio.create_task(self._move(request)))  # to its end, even where the OMS is killed meanwhile
        except grpc.aio.AioRpcError as error:
            await abort(context, from_rpc_error(error))
        if committed is None:
            await abort(context, EpochStale("somebody else moved it"))
        return oms_pb2.MoveObjectResponse(object=committed)

    async def _move(self, request: oms_pb2.MoveObjectRequest) -> common_pb2.ObjectRecord | None:
        record, key = request.object, instance_id(request.object.id, request.path)
        moved = common_pb2.ObjectRecord()
        moved.CopyFrom(record)
        moved.status.epoch += 1
        replicas = [replica for replica in record.status.replicas if replica.path != request.path]
        life = request.target.incarnation
        replicas.append(common_pb2.Replica(path=request.path, kernel_id=request.target.id, kernel_incarnation=life))
        commit = oms_pb2.CommitLocationRequest(
            object_id=record.id,
            expected_epoch=record.status.epoch,
            replicas=replicas,
            request_id=f"{self.kernel_id}/{record.id}/{record.status.epoch}",
        )
        try:
            async with grpc.aio.insecure_channel(request.target.endpoints.grpc) as channel:
                target = oms_pb2_grpc.KernelServiceStub(channel)
                await target.ReceiveObject(oms_pb2.ReceiveObjectRequest(object=moved, path=request.path))
                self.note(f"{record.id} given to {request.target.id} in life {life}")
                committed = await self._committed(commit)
                self.note(f"{record.id} {'stays' if committed is None else 'has left'}")
                if committed is not None:
                    self.objects.pop(key, None)
                order = oms_pb2.ActivateObjectRequest(
                    object_id=record.id, path=request.path, epoch=moved.status.epoch, drop=committed is None
                )
                with suppress(grpc.aio.AioRpcError):  # a target that hears nothing asks by itself
                    await target.ActivateObject(order)
            return committed
        finally:
            self.leaving.discard(key)

    async def _committed(self, request: oms_pb2.CommitLocationRequest) -> common_pb2.ObjectRecord | None:
        """The outcome of a commit, asked for until it is known; None: refused."""
        while True:
            try:
                return (await self.oms.CommitLocation(request, wait_for_ready=True)).object
            except grpc.aio.AioRpcError as error:
                if any(key == Metadata.ERROR for key, _ in error.trailing_metadata() or ()):
                    return None

    async def ReceiveObject(self, request: oms_pb2.ReceiveObjectRequest, context: Any) -> oms_pb2.ReceiveObjectResponse:
        key = instance_id(request.object.id, request.path)
        if key in self.objects:
            await abort(context, EpochStale(f"the object {request.object.id} is active here"))
        self.note(f"{request.object.id} received in epoch {request.object.status.epoch}")
        self.received[request.object.id] = request
        self.passive[key] = Held(request.object.status.epoch, request.path, record=request.object)
        return oms_pb2.ReceiveObjectResponse()

    async def ActivateObject(self, request: oms_pb2.ActivateObjectRequest, context: Any) -> oms_pb2.ActivateObjectResponse:
        if not self._activate(instance_id(request.object_id, request.path), request.epoch, drop=request.drop):
            await abort(context, ObjectNotFound(f"the object {request.object_id} is not here in epoch {request.epoch}"))
        return oms_pb2.ActivateObjectResponse()

    async def CopyState(self, request: oms_pb2.CopyStateRequest, context: Any) -> oms_pb2.CopyStateResponse:
        key = instance_id(request.object_id, request.path)
        held = self.passive.get(key) or self.objects.get(key)
        if held is None or (request.epoch and held.epoch != request.epoch):
            await abort(context, Moved(f"the object {request.object_id} is not here in epoch {request.epoch}"))
        return oms_pb2.CopyStateResponse()

    def _activate(self, object_id: str, epoch: int, *, drop: bool) -> bool:
        arrived = self.passive.get(object_id)
        if arrived is not None and (arrived.epoch == epoch or (arrived.epoch > epoch and not drop)):
            self.note(f"{object_id} {'dropped' if drop else 'active'} in epoch {arrived.epoch}")
            del self.passive[object_id]
            if not drop:
                self.objects[object_id] = arrived
        held = self.objects.get(object_id)
        return drop or (held is not None and held.epoch >= epoch)

    async def Waits(self, request: oms_pb2.WaitsRequest, context: Any) -> oms_pb2.WaitsResponse:
        """Stands for a question that real kernels are not asked: which objects are here."""
        return oms_pb2.WaitsResponse(waits=[oms_pb2.Wait(waiting_chain=key, call_number=held.epoch) for key, held in self.objects.items()])

    async def ObjectChanged(self, request: oms_pb2.ObjectChangedRequest, context: Any) -> oms_pb2.ObjectChangedResponse:
        self.changed.append(request)
        here = {key: held for key, held in self.objects.items() if object_of(key) == request.object.id}
        for held in here.values():
            if not request.deleted:
                held.epoch = max(held.epoch, request.object.status.epoch)
                held.record = request.object
        return oms_pb2.ObjectChangedResponse(applied=[held.state(key) for key, held in here.items()])


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
