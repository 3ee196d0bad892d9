"""Frames over a gRPC stream, for those who may only open HTTP/2."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import Callable
from typing import Any, cast

import grpc
from google.protobuf.message import DecodeError

from amino_wire import frames
from amino_wire.connection import FrameConnection
from amino_wire.dialing import dial, send_at_once, unix_path
from amino_wire.error_base import AminoError
from amino_wire.error_transport import METADATA_KEY, from_message, from_status
from amino_wire.error_tree import FrameInvalid, KernelUnavailable
from amino_wire.http2 import ClientStream, End
from amino_wire.incoming import IncomingCall
from amino_wire.outgoing import FailedCall
from amino_wire.pb.common_pb2 import Error, Frame
from amino_wire.values import DEFAULT, Codec

CHANNEL_OPTIONS: tuple[tuple[str, Any], ...] = (
    ("grpc.max_receive_message_length", frames.FRAME_LIMIT + (1 << 16)),
    ("grpc.max_send_message_length", frames.FRAME_LIMIT + (1 << 16)),
    ("grpc.http2.bdp_probe", 0),
    ("grpc.enable_http_proxy", 0),
)
"""For channels, and for servers that take sessions: whole frames, no probing between two frames."""

CONNECT_SECONDS = 10.0
"""How long a peer may take to accept and to answer as an HTTP/2 server."""
SESSION = "/amino.v1.ClientService/Session"
_STATUS = {code.value[0]: code for code in grpc.StatusCode}


class SessionConnection(FrameConnection, asyncio.Protocol):
    """Frames over `ClientService.Session`. Made by `connect`."""

    _transport: asyncio.Transport | None = None

    @classmethod
    async def connect(
        cls,
        address: str,
        *,
        client_id: str,
        codec: Codec = DEFAULT,
        on_request: Callable[[list[IncomingCall]], None] | None = None,
        on_lost: Callable[[AminoError], None] | None = None,
        on_failed: Callable[[FailedCall], bool] | None = None,
        budget_ms: int = 0,
        opaque: bool = False,
        peer: str = "",
    ) -> SessionConnection:
        """Opens a session on a connection of its own. No hello is exchanged: the stream's metadata says who calls.

        Arguments:
            address: `host:port` of the kernel's gRPC, or the path of its Unix socket.
            client_id: who this end is.
            codec, on_request, on_lost, on_failed, budget_ms, opaque: as FrameConnection.
            peer: who answers there, for messages.

        Raises:
            KernelUnavailable: nobody answers there.
        """
        name = peer or f"the kernel at {address}"

        def make() -> SessionConnection:
            return cls(name, codec=codec, on_request=on_request, on_lost=on_lost, on_failed=on_failed, budget_ms=budget_ms, opaque=opaque)

        connection: SessionConnection | None = None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                connection = await dial(make, address)
                connection.begin("localhost" if unix_path(address) else address, client_id)
                await connection.greeted()
        except TimeoutError:
            _close(connection)
            raise KernelUnavailable(f"{name} does not answer at {address} within {CONNECT_SECONDS:.0f} s") from None
        except (OSError, ValueError) as error:
            _close(connection)
            raise KernelUnavailable(f"{name} does not answer ({error}). Is it running? `amino up` starts one.") from None
        except BaseException:
            _close(connection)
            raise
        return connection

    def begin(self, authority: str, client_id: str) -> None:
        """Opens the stream.

        Arguments:
            authority: who is addressed.
            client_id: who this end is; what a header cannot hold is replaced.
        """
        readable = "".join(each if " " < each < "\x7f" else "?" for each in client_id)
        self._stream.begin(SESSION, authority, (("user-agent", "amino"), ("amino-client", readable)))
        self._flush()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._stream = ClientStream(frames.FRAME_LIMIT + (1 << 16))
        self._writable = True
        send_at_once(transport)

    def data_received(self, data: bytes) -> None:
        stream = self._stream
        try:
            for message in stream.receive(data):
                self.receive(Frame.FromString(message).data)
        except DecodeError:
            self.refuse(FrameInvalid(f"{self.peer} sent a message that is no frame"))
        except FrameInvalid as error:
            self.refuse(error)
        self._flush()
        if stream.agreed and not self._hello.done():
            self._hello.set_result({})
        if self._outgoing.paused and self._writable and not stream.blocked:
            self._outgoing.resume()
        if stream.end is not None:
            self.lost(_reason(stream.end, self.peer))

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost(KernelUnavailable(f"the connection to {self.peer} was lost" + (f" ({exc})" if exc else "")))

    def eof_received(self) -> bool:
        return False

    def pause_writing(self) -> None:
        self._writable = False
        self._pause()

    def resume_writing(self) -> None:
        self._writable = True
        if not self._stream.blocked:
            self._outgoing.resume()

    def _write(self, data: bytes) -> None:
        if self._lost is None:
            self._stream.send(Frame(data=data).SerializeToString())
            self._flush()
            if self._stream.blocked:
                self._pause()

    def _flush(self) -> None:
        data = self._stream.take()
        if data and self._transport is not None:
            self._transport.write(data)

    def _press(self, pressed: bool) -> None:
        transport: Any = self._transport
        if transport is not None and not transport.is_closing():
            transport.pause_reading() if pressed else transport.resume_reading()

    def _disconnect(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            if self._stream.end is None:
                self._stream.cancel()
                self._flush()
            self._transport.close()


def _reason(end: End, peer: str) -> AminoError:
    """Why a session is over."""
    for name, value in end.metadata:
        if name == METADATA_KEY:
            try:
                return from_message(Error.FromString(b64decode(value + "=" * (-len(value) % 4))))
            except (ValueError, DecodeError):
                break
    if end.status is None:
        return KernelUnavailable(f"the session with {peer} is over: {end.message}")
    if end.status == 0:
        return KernelUnavailable(f"{peer} ended the session")
    return from_status(_STATUS.get(end.status), end.message, what=peer)


def _close(connection: SessionConnection | None) -> None:
    if connection is not None:
        connection.close()
