"""The process beside a forked one: carries its requests over gRPC. Started as `python -c …` with the descriptor of a socket."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import grpc
import grpc.aio

from amino.outside import CHANNELS
from amino.relay.words import CANCEL, CONNECTED, DONE, END, MESSAGE, OPEN, read, written

_AIO: Any = grpc.aio
"""Without the stubs, which know neither EOF nor streams of bytes."""


class Relay:
    """All requests of one forked process."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._channels: dict[str, Any] = {}
        self._messages: dict[int, asyncio.Queue[bytes | None]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """Returns when the forked process has ended or has no more use for this one."""
        try:
            while (words := await read(self._reader)) is not None:
                self._hear(*words)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            for channel in self._channels.values():
                await channel.close(None)

    def _hear(self, word: str, number: int, *rest: Any) -> None:
        if word == OPEN:
            self._messages[number] = asyncio.Queue()
            self._tasks[number] = asyncio.create_task(self._carry(number, *rest))
        elif number not in self._tasks:
            return  # it has been answered meanwhile
        elif word == CANCEL:
            self._tasks[number].cancel()
        else:
            self._messages[number].put_nowait(rest[0] if word != DONE else None)

    async def _carry(self, number: int, address: str, path: str, metadata: list[Any], seconds: float | None) -> None:
        if address not in self._channels:
            self._channels[address] = _AIO.insecure_channel(address, options=CHANNELS)
        # A stream of bytes both ways is what each kind of request is on the wire.
        method = self._channels[address].stream_stream(path)
        call = method(metadata=tuple((key, value) for key, value in metadata), timeout=seconds)
        sending = asyncio.create_task(self._send(number, call))
        try:
            await call.wait_for_connection()
            self._say(CONNECTED, number)
            while (message := await call.read()) is not _AIO.EOF:
                self._say(MESSAGE, number, message)
                await self._writer.drain()
        except grpc.RpcError:
            pass  # the status says it
        finally:
            sending.cancel()
            call.cancel()
            del self._messages[number], self._tasks[number]
        trailing = [[key, value] for key, value in await call.trailing_metadata() or ()]
        self._say(END, number, (await call.code()).name, await call.details() or "", trailing)

    async def _send(self, number: int, call: Any) -> None:
        try:
            while (message := await self._messages[number].get()) is not None:
                await call.write(message)
            await call.done_writing()
        except (grpc.RpcError, asyncio.InvalidStateError):
            return  # the reading side hears why

    def _say(self, *words: Any) -> None:
        self._writer.write(written(*words))


async def serve(descriptor: int) -> None:
    """Serves the process at the other end of a socket until that is closed."""
    await Relay(*await asyncio.open_connection(sock=socket.socket(fileno=descriptor))).serve()
