"""Frames over a socket, each behind its length. An empty frame asks whether the other end reads, and is the answer to that."""

from __future__ import annotations

import asyncio
import socket
from typing import Protocol, cast

from amino_wire.errors import FrameInvalid
from amino_wire.frames import FRAME_LIMIT

LENGTH_BYTES = 4


class StreamOwner(Protocol):
    """Hears of what happens on a stream."""

    def came(self, frame: bytes) -> None:
        """A frame has come. Raises FrameInvalid where it makes no sense: the stream is closed."""
        ...

    def has_room(self) -> None:
        """The stream takes frames again."""
        ...

    def lost(self) -> None:
        """The stream is gone. Told once."""
        ...


class FrameStream(asyncio.Protocol):
    """One end of such a socket.

    Attributes:
        closed: it is gone.
        is_full: what was sent waits for the other end to read.

    Arguments:
        owner: hears of what happens; it may be exchanged.
        limit: bytes that a frame may have.
    """

    def __init__(self, owner: StreamOwner, limit: int = FRAME_LIMIT) -> None:
        self.owner, self.limit = owner, limit
        self.closed = self.is_full = False
        self._transport: asyncio.Transport | None = None
        self._parts: list[bytes] = []
        self._have, self._wanted = 0, LENGTH_BYTES

    def send(self, frame: bytes) -> None:
        """Sends a frame."""
        if self._transport is not None and not self.closed:
            self._transport.write(len(frame).to_bytes(LENGTH_BYTES, "little") + frame)

    def close(self) -> None:
        """Ends it when what was sent has left."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Ends it at once."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol."""
        self._transport = cast(asyncio.Transport, transport)
        handle = transport.get_extra_info("socket")
        if handle is not None and handle.family in (socket.AF_INET, socket.AF_INET6):
            handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        if self._have:
            self._parts.append(data)
            self._have += len(data)
            # A long frame is put together once, when all of it is here.
            if self._have < self._wanted:
                return
            data = b"".join(self._parts)
        try:
            rest = self._cut(data)
        except FrameInvalid:
            self.abort()
            rest = b""
        self._have, self._parts = len(rest), [rest] if rest else []

    def _cut(self, data: bytes) -> bytes:
        offset, end, self._wanted = 0, len(data), LENGTH_BYTES
        while end - offset >= LENGTH_BYTES and not self.closed:
            length = int.from_bytes(data[offset : offset + LENGTH_BYTES], "little")
            following = offset + LENGTH_BYTES + length
            if length > self.limit:
                raise FrameInvalid(f"a frame of {length} bytes; it may have {self.limit}")
            if following > end:
                self._wanted = LENGTH_BYTES + length
                break
            self.owner.came(data[offset + LENGTH_BYTES : following])
            offset = following
        return data[offset:]

    def pause_writing(self) -> None:
        """See asyncio.Protocol."""
        self.is_full = True

    def resume_writing(self) -> None:
        """See asyncio.Protocol."""
        self.is_full = False
        self.owner.has_room()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (its name is asyncio's)
        """See asyncio.Protocol."""
        self.closed = True
        self.owner.lost()
