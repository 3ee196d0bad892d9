"""The servicer: each RPC is a method of `Oms`."""

# ruff: noqa: N802 - the names are those of the protocol

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import aclosing
from typing import Any, TypeVar

import grpc
import grpc.aio
from amino_wire.errors import abort
from amino_wire.pb import client_pb2, oms_pb2
from amino_wire.pb.oms_pb2_grpc import ObjectManagementServiceServicer

from amino_oms.oms import Oms

Answer = TypeVar("Answer")
Context = grpc.aio.ServicerContext[Any, Any]


class OmsServicer(ObjectManagementServiceServicer):
    """`amino.v1.ObjectManagementService` over an `Oms`."""

    def __init__(self, oms: Oms) -> None:
        self._oms = oms

    async def RegisterKernel(self, request: oms_pb2.RegisterKernelRequest, context: Context) -> oms_pb2.RegisterKernelResponse:
        return await _answer(context, self._oms.register_kernel(request))

    async def ListInstances(self, request: oms_pb2.ListInstancesRequest, context: Context) -> oms_pb2.ListInstancesResponse:
        return await _answer(context, self._oms.list_instances(request))

    async def KeepAlive(self, request: oms_pb2.KeepAliveRequest, context: Context) -> oms_pb2.KeepAliveResponse:
        return await _answer(context, self._oms.keep_alive(request))

    async def Leave(self, request: oms_pb2.LeaveRequest, context: Context) -> oms_pb2.LeaveResponse:
        return await _answer(context, self._oms.leave(request))

    async def Register(self, request: client_pb2.RegisterRequest, context: Context) -> client_pb2.RegisterResponse:
        return await _answer(context, self._oms.register(request))

    async def Create(self, request: client_pb2.CreateRequest, context: Context) -> client_pb2.CreateResponse:
        return await _answer(context, self._oms.create(request))

    async def CreateMany(self, request: client_pb2.CreateManyRequest, context: Context) -> client_pb2.CreateManyResponse:
        return await _answer(context, self._oms.create_many(request))

    async def RegisterKind(self, request: client_pb2.RegisterKindRequest, context: Context) -> client_pb2.RegisterKindResponse:
        return await _answer(context, self._oms.register_kind(request))

    async def ListKinds(self, request: client_pb2.ListKindsRequest, context: Context) -> client_pb2.ListKindsResponse:
        return await _answer(context, self._oms.list_kinds(request))

    async def DeleteKind(self, request: client_pb2.DeleteKindRequest, context: Context) -> client_pb2.DeleteKindResponse:
        return await _answer(context, self._oms.delete_kind(request))

    async def GetOrCreate(self, request: client_pb2.GetOrCreateRequest, context: Context) -> client_pb2.GetOrCreateResponse:
        return await _answer(context, self._oms.get_or_create(request))

    async def Get(self, request: client_pb2.GetRequest, context: Context) -> client_pb2.GetResponse:
        return await _answer(context, self._oms.get(request))

    async def List(self, request: client_pb2.ListRequest, context: Context) -> client_pb2.ListResponse:
        return await _answer(context, self._oms.list(request))

    async def Watch(self, request: client_pb2.WatchRequest, context: Context) -> AsyncGenerator[client_pb2.WatchResponse, None]:
        async with aclosing(_answers(context, self._oms.watch(request))) as responses:
            async for response in responses:
                yield response

    async def Delete(self, request: client_pb2.DeleteRequest, context: Context) -> client_pb2.DeleteResponse:
        return await _answer(context, self._oms.delete(request))

    async def Move(self, request: client_pb2.MoveRequest, context: Context) -> client_pb2.MoveResponse:
        return await _answer(context, self._oms.move(request))

    async def Restart(self, request: client_pb2.RestartRequest, context: Context) -> client_pb2.RestartResponse:
        return await _answer(context, self._oms.restart(request))

    async def Sleep(self, request: oms_pb2.SleepRequest, context: Context) -> oms_pb2.SleepResponse:
        return await _answer(context, self._oms.sleep(request))

    async def Wake(self, request: oms_pb2.WakeRequest, context: Context) -> oms_pb2.WakeResponse:
        return await _answer(context, self._oms.wake(request))

    async def Kernels(self, request: client_pb2.KernelsRequest, context: Context) -> client_pb2.KernelsResponse:
        return await _answer(context, self._oms.kernels(request))

    async def Attach(self, request: client_pb2.AttachRequest, context: Context) -> client_pb2.AttachResponse:
        return await _answer(context, self._oms.attach(request))

    async def PutArtifact(
        self, request_iterator: AsyncIterator[client_pb2.PutArtifactRequest], context: Context
    ) -> client_pb2.PutArtifactResponse:
        return await _answer(context, self._oms.put_artifact(request_iterator))

    async def GetArtifact(self, request: oms_pb2.GetArtifactRequest, context: Context) -> AsyncGenerator[oms_pb2.GetArtifactResponse, None]:
        async with aclosing(_answers(context, self._oms.get_artifact(request))) as parts:
            async for part in parts:
                yield part

    async def CommitLocation(self, request: oms_pb2.CommitLocationRequest, context: Context) -> oms_pb2.CommitLocationResponse:
        return await _answer(context, self._oms.commit_location(request))

    async def CallCoordinator(self, request: oms_pb2.CallPartRequest, context: Context) -> oms_pb2.CallPartResponse:
        return await _answer(context, self._oms.call_coordinator(request))

    async def DurablePut(self, request: oms_pb2.DurablePutRequest, context: Context) -> oms_pb2.DurablePutResponse:
        return await _answer(context, self._oms.durable_put(request))

    async def DurablePutMany(self, request: oms_pb2.DurablePutManyRequest, context: Context) -> oms_pb2.DurablePutManyResponse:
        return await _answer(context, self._oms.durable_put_many(request))

    async def DurableGet(self, request: oms_pb2.DurableGetRequest, context: Context) -> oms_pb2.DurableGetResponse:
        return await _answer(context, self._oms.durable_get(request))

    async def LogAppend(self, request: oms_pb2.LogAppendRequest, context: Context) -> oms_pb2.LogAppendResponse:
        return await _answer(context, self._oms.services.registry.logs.append(request))

    async def LogRead(self, request: oms_pb2.LogReadRequest, context: Context) -> oms_pb2.LogReadResponse:
        return await _answer(context, self._oms.services.registry.logs.read(request))

    async def LogTrim(self, request: oms_pb2.LogTrimRequest, context: Context) -> oms_pb2.LogTrimResponse:
        return await _answer(context, self._oms.services.registry.logs.trim(request))

    async def BeginTransaction(self, request: client_pb2.BeginTransactionRequest, context: Context) -> client_pb2.BeginTransactionResponse:
        return await _answer(context, self._oms.transactions.begin(request))

    async def EndTransaction(self, request: client_pb2.EndTransactionRequest, context: Context) -> client_pb2.EndTransactionResponse:
        return await _answer(context, self._oms.transactions.end(request))

    async def ListTransactions(self, request: client_pb2.ListTransactionsRequest, context: Context) -> client_pb2.ListTransactionsResponse:
        return await _answer(context, self._oms.transactions.list(request))

    async def JoinTransaction(self, request: oms_pb2.JoinTransactionRequest, context: Context) -> oms_pb2.JoinTransactionResponse:
        return await _answer(context, self._oms.transactions.join(request))

    async def TransactionOutcome(self, request: oms_pb2.TransactionOutcomeRequest, context: Context) -> oms_pb2.TransactionOutcomeResponse:
        return await _answer(context, self._oms.transactions.outcome(request))


async def _answer(context: Context, answer: Awaitable[Answer]) -> Answer:
    try:
        return await answer
    except Exception as error:
        await abort(context, error)


async def _answers(context: Context, answers: AsyncGenerator[Answer, None]) -> AsyncGenerator[Answer, None]:
    async with aclosing(answers):
        try:
            async for answer in answers:
                yield answer
        except Exception as error:
            await abort(context, error)
