"""The service of this kernel for the OMS and for other kernels."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

import grpc
import grpc.aio
from amino_dms.chain import INSTANCE_MANAGER
from amino_kernel.calls.deadlock_watch import DeadlockWatch
from amino_kernel.instances.arrivals import Arrivals
from amino_kernel.instances.hosting import Hosting
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.local_instance import LocalInstance
from amino_kernel.instances.mover import Mover
from amino_kernel.managers import ManagedChains
from amino_kernel.managers.client_questions import ClientQuestions
from amino_kernel.membership.membership import Membership
from amino_wire.errors import EpochStale, MemberNotFound, Moved, abort, from_message, to_message
from amino_wire.instances import FIRST, instance_id
from amino_wire.pb import common_pb2, oms_pb2, oms_pb2_grpc
from amino_wire.proof import ClusterSecret, KernelsOnly, nothing
from amino_wire.records import title_of
from amino_wire.state_pieces import ArrivingStates
from amino_wire.values import DEFAULT, encode
from amino_wire.whole import read_map

Context = grpc.aio.ServicerContext[Any, Any]
Answer = TypeVar("Answer")

JOIN_SECONDS = 5.0
_SERVICE = oms_pb2.DESCRIPTOR.services_by_name["KernelService"]


class KernelService(oms_pb2_grpc.KernelServiceServicer):
    """Thin: each method finds the right part of the kernel and turns its errors into statuses."""

    def __init__(
        self,
        hosting: Hosting,
        mover: Mover,
        arrivals: Arrivals,
        table: InstanceTable,
        deadlocks: DeadlockWatch,
        chains: ManagedChains,
        questions: ClientQuestions,
        membership: Membership,
        elsewhere: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self._hosting = hosting
        self._mover = mover
        self._arrivals = arrivals
        self._table = table
        self._deadlocks = deadlocks
        self._chains = chains
        self._questions = questions
        self._membership = membership
        self._elsewhere = elsewhere
        self._arriving = ArrivingStates()

    async def CreateObject(self, request: oms_pb2.CreateObjectRequest, context: Context) -> oms_pb2.CreateObjectResponse:  # noqa: N802
        await _guard(context, self._check_life(request.object, request.path))
        interface = await _guard(context, self._hosting.create(request.object, request.path, request.state))
        return oms_pb2.CreateObjectResponse(interface=interface)

    async def CreateObjects(self, request: oms_pb2.CreateObjectsRequest, context: Context) -> oms_pb2.CreateObjectsResponse:  # noqa: N802
        if not request.objects:
            return oms_pb2.CreateObjectsResponse()
        await _guard(context, self._check_life(request.objects[0], FIRST))
        interface, failures = await _guard(context, self._hosting.create_many(request.objects, each=request.each))
        response = oms_pb2.CreateObjectsResponse(interface=interface)
        for place, error in failures.items():
            response.failures[place].CopyFrom(to_message(error))
        return response

    async def DestroyObject(self, request: oms_pb2.DestroyObjectRequest, context: Context) -> oms_pb2.DestroyObjectResponse:  # noqa: N802
        await _guard(context, self._hosting.destroy(request.object_id, request.path, request.epoch))
        return oms_pb2.DestroyObjectResponse()

    async def MoveObject(self, request: oms_pb2.MoveObjectRequest, context: Context) -> oms_pb2.MoveObjectResponse:  # noqa: N802
        record, lost = await _guard(context, self._mover.move(request))
        return oms_pb2.MoveObjectResponse(object=record, lost=lost)

    async def PrepareObject(self, request: oms_pb2.PrepareObjectRequest, context: Context) -> oms_pb2.PrepareObjectResponse:  # noqa: N802
        await _guard(context, self._hosting.prepare(request.object))
        return oms_pb2.PrepareObjectResponse()

    async def ReceiveObject(self, request: oms_pb2.ReceiveObjectRequest, context: Context) -> oms_pb2.ReceiveObjectResponse:  # noqa: N802
        state = await _guard(context, self._take(request))
        if state is None:
            return oms_pb2.ReceiveObjectResponse()
        await _guard(context, self._hosting.receive(request.object, request.path, state, request.manager_state, request.attempt))
        self._arrivals.expect(instance_id(request.object.id, request.path))
        return oms_pb2.ReceiveObjectResponse()

    async def _take(self, request: oms_pb2.ReceiveObjectRequest) -> bytes | None:
        return self._arriving.take(request, asyncio.get_running_loop().time())

    async def ActivateObject(self, request: oms_pb2.ActivateObjectRequest, context: Context) -> oms_pb2.ActivateObjectResponse:  # noqa: N802
        if request.drop:
            await _guard(context, self._hosting.drop_passive(request.object_id, request.path, request.epoch, request.attempt))
        else:
            await _guard(context, self._hosting.activate(request.object_id, request.path, request.epoch, request.attempt))
            self._arrivals.activated(instance_id(request.object_id, request.path))
        return oms_pb2.ActivateObjectResponse()

    async def Waits(self, request: oms_pb2.WaitsRequest, context: Context) -> oms_pb2.WaitsResponse:  # noqa: ARG002, N802
        waits = await _guard(context, self._deadlocks.local_waits())
        messages = [
            oms_pb2.Wait(
                waiting_chain=each.waiting_chain,
                waiting_call=each.waiting_call,
                holder_chain=each.holder_chain,
                holder_call=each.holder_call,
                call_number=each.call_number,
            )
            for each in waits
        ]
        return oms_pb2.WaitsResponse(waits=messages)

    async def AbortWait(self, request: oms_pb2.AbortWaitRequest, context: Context) -> oms_pb2.AbortWaitResponse:  # noqa: N802
        return oms_pb2.AbortWaitResponse(aborted=await _guard(context, self._abort_wait(request)))

    async def CallPart(self, request: oms_pb2.CallPartRequest, context: Context) -> oms_pb2.CallPartResponse:  # noqa: N802
        return oms_pb2.CallPartResponse(value=await _guard(context, self._call_part(request)))

    async def ObjectChanged(self, request: oms_pb2.ObjectChangedRequest, context: Context) -> oms_pb2.ObjectChangedResponse:  # noqa: N802
        if request.deleted:
            await _guard(context, self._hosting.deleted(request.object))
            return oms_pb2.ObjectChangedResponse()
        # An exchange of managers comes to its end, also when the OMS has stopped waiting for it.
        following = asyncio.ensure_future(self._hosting.follow(request.object))
        applied: list[common_pb2.InstanceState] = await _guard(context, asyncio.shield(following))
        return oms_pb2.ObjectChangedResponse(applied=applied)

    async def KernelChanged(self, request: oms_pb2.KernelChangedRequest, context: Context) -> oms_pb2.KernelChangedResponse:  # noqa: ARG002, N802
        await self._elsewhere(request.former_address, request.kernel.endpoints.grpc)
        return oms_pb2.KernelChangedResponse()

    async def CopyState(self, request: oms_pb2.CopyStateRequest, context: Context) -> oms_pb2.CopyStateResponse:  # noqa: N802
        local = await _guard(context, self._local(request.object_id, request.path))
        if request.epoch and request.epoch != local.epoch:
            await abort(context, Moved(f"Object {local.name} is here in epoch {local.epoch}, not in epoch {request.epoch}."))
        snapshot = await _guard(context, local.runtime.bridge.snapshot(local.id, False))
        return oms_pb2.CopyStateResponse(state=snapshot.state.data)

    async def _abort_wait(self, request: oms_pb2.AbortWaitRequest) -> bool:
        return await self._deadlocks.abort_local(request.call_number, from_message(request.error))

    async def joined(self) -> None:
        """Returns when the OMS has told this kernel who may ask it. Raises OmsUnavailable where that takes too long."""
        await self._membership.wait_joined(JOIN_SECONDS)

    async def _check_life(self, record: common_pb2.ObjectRecord, path: str) -> None:
        """An order for an earlier life may reach this one at its old address; its instance would belong to no record."""
        wanted = next((each.kernel_incarnation for each in record.status.replicas if each.path == path), 0)
        if not wanted:
            return
        await self._membership.wait_joined(JOIN_SECONDS)
        if wanted != self._membership.incarnation:
            raise EpochStale(
                f"Object {title_of(record)} was to be made in life {wanted} of this kernel; "
                f"this is life {self._membership.incarnation}. Ask again where it is to be."
            )

    async def _call_part(self, request: oms_pb2.CallPartRequest) -> bytes:
        if not request.epoch:
            return await self._questions.answer(request)
        if request.part != INSTANCE_MANAGER:
            raise MemberNotFound(f"A kernel has instance managers to call, not a {request.part}.")
        kwargs = read_map(request.kwargs)
        args = DEFAULT.decode_array(request.args)
        asked = (request.object_id, request.path, request.chain_index, request.method)
        return encode(await self.own_part(*asked, args, kwargs, by_client=request.by_client))

    async def own_part(
        self, object_id: str, path: str, index: int, method: str, args: Sequence[Any], kwargs: Mapping[str, Any], *, by_client: bool
    ) -> Any:
        """Runs a method of an instance manager of this kernel.

        Args:
            by_client: A proxy in the process of a client asks.

        Raises:
            Moved: The replica is not here.
            AminoError: What the part raised.
        """
        return await self._chains.ask(await self._local(object_id, path), index, method, args, kwargs, by_client=by_client)

    async def _local(self, object_id: str, path: str) -> LocalInstance:
        local = self._table.get(instance_id(object_id, path))
        if local is None:
            raise Moved(f"Replica {path or FIRST} of object {object_id} is not in this kernel.")
        return local


def for_kernels(service: KernelService, secret: ClusterSecret, address: Callable[[], str]) -> oms_pb2_grpc.KernelServiceServicer:
    """The service as it is offered to everybody: only the OMS and other kernels get an answer, and proxies to their questions.

    Args:
        secret: Of the cluster.
        address: Answers that of this kernel.
    """
    methods: dict[str, Callable[[Any], bool]] = {method.name: nothing for method in _SERVICE.methods}
    methods["CallPart"] = _is_question
    return cast("oms_pb2_grpc.KernelServiceServicer", KernelsOnly(service, secret, address, methods, service.joined))


def _is_question(request: oms_pb2.CallPartRequest) -> bool:
    """Kernels among themselves name an epoch; a client, whose kernel is to find the part, names none."""
    return not request.epoch


async def _guard(context: Context, work: Awaitable[Answer]) -> Answer:
    try:
        return await work
    except Exception as error:
        await abort(context, error)
