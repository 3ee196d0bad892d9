"""Requests to kernels over gRPC, one channel a kernel."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar, cast

import grpc
import grpc.aio
from amino_wire.errors import from_rpc_error
from amino_wire.pb import common_pb2, oms_pb2
from amino_wire.pb.oms_pb2_grpc import KernelServiceStub
from amino_wire.proof import ClusterSecret, ProvingStub
from amino_wire.protocol import STATE_MESSAGE_LIMIT, Metadata
from amino_wire.state_pieces import pieces_of

from amino_oms.membership.kernel_calls import KernelSilent

Answer = TypeVar("Answer")

OPTIONS: tuple[tuple[str, Any], ...] = (
    ("grpc.max_receive_message_length", STATE_MESSAGE_LIMIT),
    ("grpc.max_send_message_length", STATE_MESSAGE_LIMIT),
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    # Kernels on other ports of the same address are other processes: no sharing of connections between channels.
    ("grpc.use_local_subchannel_pool", 1),
)


class KernelConnections:
    """See `KernelCalls`. Channels connect by themselves, and again after a loss.

    Arguments:
        secret: by which this service proves to kernels what it is.
        open_channel: gives a channel to an address; over sockets unless given.
    """

    def __init__(self, secret: ClusterSecret, open_channel: Callable[[str], grpc.aio.Channel] | None = None) -> None:
        self._secret = secret
        self._open_channel = open_channel or _over_sockets
        self._channels: dict[str, tuple[str, grpc.aio.Channel, Any]] = {}

    async def create_object(
        self, kernel: common_pb2.KernelRecord, request: oms_pb2.CreateObjectRequest, timeout: float
    ) -> oms_pb2.CreateObjectResponse:
        return await _answer(kernel, self._stub(kernel).CreateObject(request, timeout=timeout))

    async def create_objects(
        self, kernel: common_pb2.KernelRecord, request: oms_pb2.CreateObjectsRequest, timeout: float
    ) -> oms_pb2.CreateObjectsResponse:
        return await _answer(kernel, self._stub(kernel).CreateObjects(request, timeout=timeout))

    async def destroy_object(self, kernel: common_pb2.KernelRecord, request: oms_pb2.DestroyObjectRequest, timeout: float) -> None:
        await _answer(kernel, self._stub(kernel).DestroyObject(request, timeout=timeout))

    async def move_object(
        self, kernel: common_pb2.KernelRecord, request: oms_pb2.MoveObjectRequest, timeout: float
    ) -> oms_pb2.MoveObjectResponse:
        return await _answer(kernel, self._stub(kernel).MoveObject(request, timeout=timeout))

    async def object_changed(
        self, kernel: common_pb2.KernelRecord, request: oms_pb2.ObjectChangedRequest, timeout: float
    ) -> oms_pb2.ObjectChangedResponse:
        return await _answer(kernel, self._stub(kernel).ObjectChanged(request, timeout=timeout))

    async def kernel_changed(self, kernel: common_pb2.KernelRecord, request: oms_pb2.KernelChangedRequest, timeout: float) -> None:
        await _answer(kernel, self._stub(kernel).KernelChanged(request, timeout=timeout))

    async def call_part(
        self, kernel: common_pb2.KernelRecord, request: oms_pb2.CallPartRequest, timeout: float
    ) -> oms_pb2.CallPartResponse:
        return await _answer(kernel, self._stub(kernel).CallPart(request, timeout=timeout))

    async def receive_object(self, kernel: common_pb2.KernelRecord, request: oms_pb2.ReceiveObjectRequest, timeout: float) -> None:
        for piece in pieces_of(request):
            await _answer(kernel, self._stub(kernel).ReceiveObject(piece, timeout=timeout))

    async def activate_object(self, kernel: common_pb2.KernelRecord, request: oms_pb2.ActivateObjectRequest, timeout: float) -> None:
        await _answer(kernel, self._stub(kernel).ActivateObject(request, timeout=timeout))

    async def copy_state(self, kernel: common_pb2.KernelRecord, request: oms_pb2.CopyStateRequest, timeout: float) -> bytes:
        answer: oms_pb2.CopyStateResponse = await _answer(kernel, self._stub(kernel).CopyState(request, timeout=timeout))
        return answer.state

    async def forget(self, kernel_id: str) -> None:
        known = self._channels.pop(kernel_id, None)
        if known is not None:
            await known[1].close(None)

    async def close(self) -> None:
        """Closes all channels."""
        for kernel_id in list(self._channels):
            await self.forget(kernel_id)

    def _stub(self, kernel: common_pb2.KernelRecord) -> Any:
        known = self._channels.get(kernel.id)
        if known is not None and known[0] == kernel.endpoints.grpc:
            return known[2]
        channel = self._open_channel(kernel.endpoints.grpc)
        stub = ProvingStub(KernelServiceStub(channel), self._secret, kernel.endpoints.grpc)
        self._channels[kernel.id] = (kernel.endpoints.grpc, channel, stub)
        return stub


def _over_sockets(address: str) -> grpc.aio.Channel:
    return grpc.aio.insecure_channel(address, options=OPTIONS)


async def _answer(kernel: common_pb2.KernelRecord, call: Awaitable[Answer]) -> Answer:
    try:
        return await call
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        # Not we were cancelled but the channel was closed under the request, by `forget`.
        raise KernelSilent(f"the kernel {kernel.id} at {kernel.endpoints.grpc} died before it answered") from None
    except grpc.aio.AioRpcError as error:
        known = from_rpc_error(error, what=f"the kernel {kernel.id} at {kernel.endpoints.grpc}")
        if error.code() is grpc.StatusCode.UNAVAILABLE and not _has_detail(error):
            raise KernelSilent(known.message) from error
        raise known from error


def _has_detail(error: grpc.aio.AioRpcError) -> bool:
    metadata = cast("Iterable[tuple[str, Any]]", error.trailing_metadata() or ())
    return any(key == Metadata.ERROR for key, _ in metadata)
