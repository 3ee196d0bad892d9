"""The direct lane: frames over TCP or a Unix socket (`docs/wire.md`, section 2). `SessionConnection` carries the same over gRPC."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from amino_wire import frames
from amino_wire.connection import FrameConnection
from amino_wire.error_base import AminoError
from amino_wire.error_tree import FrameInvalid, KernelUnavailable
from amino_wire.incoming import IncomingCall
from amino_wire.outgoing import FailedCall, Title
from amino_wire.protocol import HELLO_MS, Outcome, Role
from amino_wire.session import SessionConnection
from amino_wire.values import DEFAULT, Codec

__all__ = ["IncomingCall", "LaneConnection", "SessionConnection"]

CONNECT_SECONDS = HELLO_MS / 1000
"""How long a peer may take to accept and to say hello."""


class LaneConnection(FrameConnection, asyncio.Protocol):
    """Frames over a socket. Made by `connect`."""

    _transport: asyncio.Transport | None = None
    _parts: list[bytes]
    _have = 0
    _wanted = 4
    _always_reads = False

    @classmethod
    async def connect(
        cls,
        address: str,
        *,
        client_id: str,
        token: str | None = None,
        role: str = Role.CLIENT,
        codec: Codec = DEFAULT,
        on_request: Callable[[list[IncomingCall]], None] | None = None,
        on_lost: Callable[[AminoError], None] | None = None,
        on_failed: Callable[[FailedCall], bool] | None = None,
        title: Title = str,
        budget_ms: int = 0,
        opaque: bool = False,
        peer: str = "",
    ) -> LaneConnection:
        """Opens a lane and exchanges hellos.

        Arguments:
            address: `host:port`, or the path of a Unix socket (`unix:path` or a path with a slash).
            client_id: of this end.
            token: the kernel's, for its lane.
            role: `client`, or `kernel` for the Python half of a kernel.
            codec, on_request, on_lost, on_failed, title, budget_ms, opaque: as FrameConnection.
            peer: the other end's name, for messages.

        Raises:
            KernelUnavailable: nobody answers there.
            PermissionDenied: the token is not right.
            FrameInvalid: the other end speaks another version of the wire.
        """
        loop = asyncio.get_running_loop()
        named = partial(cls, peer or f"the kernel at {address}", codec=codec, title=title, budget_ms=budget_ms, opaque=opaque)
        make = partial(named, on_request=on_request, on_lost=on_lost, on_failed=on_failed)
        connection: LaneConnection | None = None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                path = unix_path(address)
                if path is not None:
                    _, connection = await loop.create_unix_connection(make, path)
                else:
                    host, _, port = address.rpartition(":")
                    _, connection = await loop.create_connection(make, host.strip("[]"), int(port))
                # The answers that the calls of the JVM half wait for come on the same connection.
                connection._always_reads = role == Role.KERNEL
                connection.hello(client_id, token, role)
                await connection.greeted()
        except BaseException as error:
            if connection is not None:
                connection.close()
            raise _refusal(error, peer or "the kernel", address) from None
        return connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        handle = transport.get_extra_info("socket")
        if handle is not None and handle.family in (socket.AF_INET, socket.AF_INET6):
            handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def descriptor(self) -> int | None:
        handle = None if self._transport is None else self._transport.get_extra_info("socket")
        return None if handle is None or handle.fileno() < 0 else int(handle.fileno())

    def data_received(self, data: bytes) -> None:
        if self._have:
            self._parts.append(data)
            self._have += len(data)
            # A long frame is put together once, when all of it is here: each copy of what has come would hold up the loop.
            if self._have < self._wanted:
                return
            data = b"".join(self._parts)
        offset, end, self._wanted = 0, len(data), 4
        try:
            while end - offset >= 4:
                length = int.from_bytes(data[offset : offset + 4], "little")
                following = offset + 4 + length
                if following > end:
                    if length > frames.FRAME_LIMIT:
                        raise FrameInvalid(f"{self.peer} announced a frame of {length} bytes; the limit is {frames.FRAME_LIMIT}")
                    self._wanted = 4 + length
                    break
                self.receive(data[offset + 4 : following])
                offset = following
        except FrameInvalid as error:
            self.refuse(error)
        self._have = end - offset
        self._parts = [data[offset:]] if self._have else []

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost(KernelUnavailable(f"the connection to {self.peer} was lost" + (f" ({exc})" if exc else "")))

    def eof_received(self) -> bool:
        return False

    def pause_writing(self) -> None:
        self._pause()

    def resume_writing(self) -> None:
        self._outgoing.resume()

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(len(data).to_bytes(4, "little") + data)

    def _press(self, pressed: bool) -> None:
        transport: Any = self._transport
        if transport is not None and not transport.is_closing() and not self._always_reads:
            transport.pause_reading() if pressed else transport.resume_reading()

    def _disconnect(self) -> None:
        if self._transport is not None:
            self._transport.close()


def unix_path(address: str) -> str | None:
    """The path of an address that is a Unix socket's, else None."""
    if address.startswith("unix:"):
        return address.removeprefix("unix:")
    return address if "/" in address else None


def _refusal(error: BaseException, peer: str, address: str) -> BaseException:
    """Why a connection did not come about. No call has left on it."""
    if isinstance(error, AminoError):
        pass  # It says why by itself, though it may be one of Python's own kinds, too.
    elif isinstance(error, TimeoutError):
        error = KernelUnavailable(f"{peer} does not answer at {address} within {CONNECT_SECONDS:.0f} s")
    elif isinstance(error, (OSError, ValueError)):
        error = KernelUnavailable(f"{peer} cannot be reached at {address}: {error}")
    if isinstance(error, AminoError):
        error.outcome = Outcome.NOT_RUN
    return error
