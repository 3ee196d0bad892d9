"""Frames of a gRPC session, passed to the JVM half and back untouched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from amino_wire.errors import FrameInvalid, KernelUnavailable, to_payload
from amino_wire.frames import FRAME_LIMIT, GOODBYE, HELLO, LENGTH_BYTES, VERSION, pack
from amino_wire.pb import common_pb2

READ_SIZE = 1 << 18


class SessionPipe:
    """One lane to the JVM half for one session, as a client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, socket_path: str, client_id: str) -> SessionPipe:
        """Connects and says hello in the client's name, since a session's metadata says who calls.

        Raises:
            KernelUnavailable: The JVM half does not answer.
        """
        try:
            reader, writer = await asyncio.open_unix_connection(socket_path, limit=READ_SIZE)
        except OSError as error:
            raise KernelUnavailable(
                f"The JVM half of this kernel does not answer: {error}. It is being started again; try again."
            ) from error
        pipe = cls(reader, writer)
        pipe._write(pack((HELLO, {"v": VERSION, "client": client_id, "token": None, "role": "client"})))
        try:
            await pipe._read()
        except asyncio.IncompleteReadError:
            await pipe.close()
            raise KernelUnavailable("The JVM half of this kernel closed a session as it began. It may be ending; try again.") from None
        return pipe

    async def inward(self, requests: AsyncIterator[common_pb2.Frame]) -> None:
        """Passes the client's frames on until it says no more."""
        async for frame in requests:
            if len(frame.data) > FRAME_LIMIT:
                raise FrameInvalid(f"A frame of {len(frame.data)} bytes is beyond the limit of {FRAME_LIMIT}.")
            self._write(frame.data)
            await self._writer.drain()
        if self._writer.can_write_eof():
            self._writer.write_eof()

    async def outward(self) -> AsyncIterator[common_pb2.Frame]:
        """Yields the frames of the JVM half until it closes the lane."""
        while True:
            try:
                yield common_pb2.Frame(data=await self._read())
            except (asyncio.IncompleteReadError, ConnectionError):
                return

    async def close(self) -> None:
        self._writer.close()

    def _write(self, data: bytes) -> None:
        self._writer.write(len(data).to_bytes(LENGTH_BYTES, "little") + data)

    async def _read(self) -> bytes:
        length = int.from_bytes(await self._reader.readexactly(LENGTH_BYTES), "little")
        return await self._reader.readexactly(length)


def goodbye(error: FrameInvalid) -> common_pb2.Frame:
    """The last frame of a session that broke the rules."""
    return common_pb2.Frame(data=pack((GOODBYE, to_payload(error))))
