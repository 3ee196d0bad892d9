"""The service and a kernel in one process (`amino up`): their requests to each other without gRPC in between."""

# ruff: noqa: N802 - the names are those of the protocol

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, NoReturn, TypeVar

from amino_wire.errors import AminoError, DeadlineExceeded, InternalError, OmsUnavailable, as_error, from_message
from amino_wire.pb import client_pb2, common_pb2, oms_pb2
from amino_wire.protocol import Metadata

from amino_oms.membership.kernel_calls import KernelCalls
from amino_oms.oms import Oms

Request = TypeVar("Request")
Answer = TypeVar("Answer")

PUT_SECONDS = 5.0
"""For values that are put together."""


class DirectStub:
    """Has the methods of `ObjectManagementServiceStub` that kernels use; they raise AminoErrors instead of grpc's.

    Requests and answers are nobody else's: the service copies what it keeps and what it gives away.
    """

    def __init__(self, oms: Oms) -> None:
        self.RegisterKernel = _unary(oms.register_kernel)
        self.KeepAlive = _unary(oms.keep_alive)
        self.Leave = _unary(oms.leave)
        self.Register = _unary(oms.register)
        self.Create = _unary(oms.create)
        self.CreateMany = _unary(oms.create_many)
        self.RegisterKind = _unary(oms.register_kind)
        self.ListKinds = _unary(oms.list_kinds)
        self.DeleteKind = _unary(oms.delete_kind)
        self.GetOrCreate = _unary(oms.get_or_create)
        self.Get = _unary(oms.get)
        self.List = _unary(oms.list)
        self.Delete = _unary(oms.delete)
        self.Move = _unary(oms.move)
        self.Restart = _unary(oms.restart)
        self.Sleep = _unary(oms.sleep)
        self.Wake = _unary(oms.wake)
        self.Kernels = _unary(oms.kernels)
        self.Attach = _unary(oms.attach)
        self.ListInstances = _unary(oms.list_instances)
        self.PutArtifact = _unary(oms.put_artifact)
        self.CommitLocation = _unary(oms.commit_location)
        self.CallCoordinator = _unary(oms.call_coordinator)
        self.DurablePut = _unary(oms.durable_put)
        self.DurablePutMany = _unary(oms.durable_put_many)
        self.DurableGet = _unary(oms.durable_get)
        self.LogAppend = _unary(oms.services.registry.logs.append)
        self.LogRead = _unary(oms.services.registry.logs.read)
        self.LogTrim = _unary(oms.services.registry.logs.trim)
        self.BeginTransaction = _unary(oms.transactions.begin)
        self.EndTransaction = _unary(oms.transactions.end)
        self.ListTransactions = _unary(oms.transactions.list)
        self.JoinTransaction = _unary(oms.transactions.join)
        self.TransactionOutcome = _unary(oms.transactions.outcome)
        self._oms = oms

    def put_soon(self, requests: Sequence[oms_pb2.DurablePutRequest]) -> asyncio.Future[list[oms_pb2.DurablePutResponse]]:
        """As `DurablePutMany`, without a task. A request that cannot be stored is an error here."""
        answers = self._oms.services.registry.values.put_soon(requests)
        late = asyncio.get_running_loop().call_later(PUT_SECONDS, _is_late, answers)
        answers.add_done_callback(lambda _: late.cancel())
        return answers

    def Watch(self, request: client_pb2.WatchRequest, timeout: float | None = None) -> AsyncIterator[client_pb2.WatchResponse]:  # noqa: ARG002
        """See `Watch`."""
        return self._oms.watch(request)

    def GetArtifact(self, request: oms_pb2.GetArtifactRequest, timeout: float | None = None) -> AsyncIterator[oms_pb2.GetArtifactResponse]:  # noqa: ARG002
        """See `GetArtifact`."""
        return self._oms.get_artifact(request)


class DirectKernels:
    """See `KernelCalls`: the kernel of this process is called directly, once it is there, others through `others`."""

    def __init__(self, others: KernelCalls) -> None:
        self._others = others
        self._address = ""
        self._service: Any = None

    def use(self, address: str, service: Any) -> None:
        """From now on, `service` (a servicer of `KernelService`) is the kernel at an address."""
        self._address, self._service = address, service

    async def create_object(
        self, kernel: common_pb2.KernelRecord, request: oms_pb2.CreateObjectRequest, timeout: float
    ) -> oms_pb2.CreateObjectResponse:
        if kernel.endpoints.grpc != self._address:
            return await self._others.create_object(kernel, request, timeout)
        answer: oms_pb2.CreateObjectResponse = await _called(kernel, self._service.CreateObject, request, timeout)
        return answer

    async def create_objects(
        self, kernel: common_pb2.KernelRecord, request: oms_pb2.CreateObjectsRequest, timeout: float
    ) -> oms_pb2.CreateObjectsResponse:
        if kernel.endpoints.grpc != self._address:
            return await self._others.create_objects(kernel, request, timeout)
        answer: oms_pb2.CreateObjectsResponse = await _called(kernel, self._service.CreateObjects, request, timeout)
        return answer

    async def destroy_object(self, kernel: common_pb2.KernelRecord, request: oms_pb2.DestroyObjectRequest, timeout: float) -> None:
        if kernel.endpoints.grpc != self._address:
            return await self._others.destroy_object(kernel, request, timeout)
        await _called(kernel, self._service.DestroyObject, request, timeout)
        return None

    async def move_object(
        self, kernel: common_pb2.KernelRecord, request: oms_pb2.MoveObjectRequest, timeout: float
    ) -> oms_pb2.MoveObjectResponse:
        return await self._others.move_object(kernel, request, timeout)

    async def object_changed(
        self, kernel: common_pb2.KernelRecord, request: oms_pb2.ObjectChangedRequest, timeout: float
    ) -> oms_pb2.ObjectChangedResponse:
        return await self._others.object_changed(kernel, request, timeout)

    async def kernel_changed(self, kernel: common_pb2.KernelRecord, request: oms_pb2.KernelChangedRequest, timeout: float) -> None:
        await self._others.kernel_changed(kernel, request, timeout)

    async def call_part(
        self, kernel: common_pb2.KernelRecord, request: oms_pb2.CallPartRequest, timeout: float
    ) -> oms_pb2.CallPartResponse:
        if kernel.endpoints.grpc != self._address:
            return await self._others.call_part(kernel, request, timeout)
        answer: oms_pb2.CallPartResponse = await _called(kernel, self._service.CallPart, request, timeout)
        return answer

    async def receive_object(self, kernel: common_pb2.KernelRecord, request: oms_pb2.ReceiveObjectRequest, timeout: float) -> None:
        await self._others.receive_object(kernel, request, timeout)

    async def activate_object(self, kernel: common_pb2.KernelRecord, request: oms_pb2.ActivateObjectRequest, timeout: float) -> None:
        await self._others.activate_object(kernel, request, timeout)

    async def copy_state(self, kernel: common_pb2.KernelRecord, request: oms_pb2.CopyStateRequest, timeout: float) -> bytes:
        return await self._others.copy_state(kernel, request, timeout)

    async def forget(self, kernel_id: str) -> None:
        await self._others.forget(kernel_id)


def _is_late(answers: asyncio.Future[Any]) -> None:
    if not answers.done():
        answers.set_exception(_late(PUT_SECONDS))


def _late(seconds: float | None) -> OmsUnavailable:
    return OmsUnavailable(f"the OMS in this process did not answer within {seconds} s; it may have done it all the same")


class _Aborted(Exception):
    def __init__(self, error: AminoError) -> None:
        super().__init__(str(error))
        self.error = error


class _Context:
    """The context that a servicer needs for a request that did not come over gRPC: a way to end it with an error."""

    async def abort(self, code: object, details: str, trailing_metadata: tuple[tuple[str, bytes], ...] = ()) -> NoReturn:  # noqa: ARG002
        for key, value in trailing_metadata:
            if key == Metadata.ERROR:
                raise _Aborted(from_message(common_pb2.Error.FromString(value)))
        raise _Aborted(InternalError(details))


def _unary(method: Callable[[Request], Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
    async def ask(request: Request, timeout: float | None = None, metadata: object = ()) -> Answer:  # noqa: ARG001
        try:
            async with asyncio.timeout(timeout):
                return await method(request)
        except AminoError:
            raise  # of the work itself, which may be a TimeoutError too
        except TimeoutError:
            raise _late(timeout) from None
        except Exception as error:
            raise as_error(error) from error

    return ask


async def _called(kernel: common_pb2.KernelRecord, method: Callable[..., Awaitable[Any]], request: Any, timeout: float) -> Any:
    try:
        async with asyncio.timeout(timeout):
            return await method(request, _Context())
    except AminoError:
        raise  # of the work itself, which may be a TimeoutError too
    except TimeoutError:
        raise DeadlineExceeded(f"the kernel {kernel.id} did not answer in time") from None
    except _Aborted as aborted:
        raise aborted.error from None
