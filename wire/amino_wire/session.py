"""Frames over a gRPC stream, for clients that may only open HTTP/2."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, cast

import grpc
import grpc.aio

from amino_wire.connection import FEATURES, FrameConnection
from amino_wire.error_base import AminoError
from amino_wire.error_transport import from_rpc_error
from amino_wire.error_tree import FrameInvalid, KernelUnavailable
from amino_wire.incoming import IncomingCall
from amino_wire.outgoing import FailedCall, Title
from amino_wire.pb.common_pb2 import Frame
from amino_wire.protocol import MESSAGE_LIMIT, STATE_MESSAGE_LIMIT, Metadata, Outcome
from amino_wire.values import DEFAULT, Codec

CHANNEL_OPTIONS: tuple[tuple[str, Any], ...] = (
    ("grpc.max_receive_message_length", MESSAGE_LIMIT),
    ("grpc.max_send_message_length", MESSAGE_LIMIT),
    ("grpc.http2.bdp_probe", 0),
    ("grpc.enable_http_proxy", 0),
)
"""For channels and servers that carry sessions: whole frames, no probing between two frames."""
STATE_CHANNEL_OPTIONS: tuple[tuple[str, Any], ...] = (
    ("grpc.max_receive_message_length", STATE_MESSAGE_LIMIT),
    ("grpc.max_send_message_length", STATE_MESSAGE_LIMIT),
    *CHANNEL_OPTIONS[2:],
)
"""For channels from a kernel to the OMS, over which whole states go."""


class SessionConnection(FrameConnection):
    """Frames over `ClientService.Session`. Made by `connect`. Calls that are made while a frame is being written leave in the next one."""

    _stream: grpc.aio.StreamStreamCall[Frame, Frame] | None = None

    @classmethod
    async def connect(
        cls,
        channel: grpc.aio.Channel,
        *,
        client_id: str,
        proof: Sequence[tuple[str, str]] = (),
        codec: Codec = DEFAULT,
        on_request: Callable[[list[IncomingCall]], None] | None = None,
        on_lost: Callable[[AminoError], None] | None = None,
        on_failed: Callable[[FailedCall], bool] | None = None,
        title: Title = str,
        budget_ms: int = 0,
        opaque: bool = False,
        peer: str = "the kernel",
    ) -> SessionConnection:
        """Opens a session on a channel. No hello is exchanged: the stream's metadata says who calls.

        Arguments:
            channel: made with CHANNEL_OPTIONS.
            client_id: of this end.
            proof: metadata by which a kernel shows that it is one.
            codec, on_request, on_lost, on_failed, title, budget_ms, opaque, peer: as FrameConnection.

        Raises:
            KernelUnavailable: nobody answers there.
        """
        connection = cls(
            peer, codec=codec, on_request=on_request, on_lost=on_lost, on_failed=on_failed, title=title, budget_ms=budget_ms, opaque=opaque
        )
        opener = cast(Any, channel).stream_stream
        open_session: Any = opener(
            "/amino.v1.ClientService/Session", request_serializer=Frame.SerializeToString, response_deserializer=Frame.FromString
        )
        says = ((Metadata.CLIENT, client_id), (Metadata.FEATURES, ",".join(FEATURES)))
        stream: grpc.aio.StreamStreamCall[Frame, Frame] = open_session(metadata=(*says, *proof))
        try:
            await stream.wait_for_connection()
        except grpc.RpcError as error:
            refused = from_rpc_error(error, what=peer)
            # No call has left on a session that did not come about.
            refused.outcome = Outcome.NOT_RUN
            raise refused from None
        connection._begin(stream)
        return connection

    def _begin(self, stream: grpc.aio.StreamStreamCall[Frame, Frame]) -> None:
        self._stream = stream
        self._unsent: list[bytes] = []
        self._wake = asyncio.Event()
        self._may_read = asyncio.Event()
        self._may_read.set()
        self._tasks = [asyncio.ensure_future(self._read(stream)), asyncio.ensure_future(self._send(stream))]

    async def _read(self, stream: grpc.aio.StreamStreamCall[Frame, Frame]) -> None:
        read = stream.read
        reason: AminoError = KernelUnavailable(f"{self.peer} ended the session")
        try:
            while True:
                frame = await read()
                if not isinstance(frame, Frame):  # grpc.aio.EOF
                    break
                self.receive(frame.data)
                if not self._may_read.is_set():
                    await self._may_read.wait()
        except FrameInvalid as error:
            reason = error
        except grpc.RpcError as error:
            reason = from_rpc_error(error, what=self.peer)
        except asyncio.CancelledError:
            reason = KernelUnavailable(f"the session with {self.peer} was closed")
        self.lost(reason)

    async def _send(self, stream: grpc.aio.StreamStreamCall[Frame, Frame]) -> None:
        write = stream.write
        try:
            while True:
                await self._wake.wait()
                unsent, self._unsent = self._unsent, []
                for data in unsent:
                    await write(Frame(data=data))
                if not self._unsent:
                    self._wake.clear()
                    self._outgoing.resume()
        except grpc.RpcError as error:
            self.lost(from_rpc_error(error, what=self.peer))
        except asyncio.InvalidStateError:
            self.lost(KernelUnavailable(f"{self.peer} ended the session"))

    def _write(self, data: bytes) -> None:
        if self._lost is not None or self._stream is None:
            return
        self._unsent.append(data)
        self._wake.set()
        self._pause()

    def _press(self, pressed: bool) -> None:
        if pressed:
            self._may_read.clear()
        else:
            self._may_read.set()

    def _disconnect(self) -> None:
        if self._stream is not None:
            self._stream.cancel()
            for task in self._tasks:
                task.cancel()
