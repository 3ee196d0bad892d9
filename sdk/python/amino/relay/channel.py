"""A channel like one of `grpc.aio`, whose requests another process carries."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from itertools import count
from typing import Any

import grpc
import grpc.aio

from amino.forks import FORKS, leave_to_parent
from amino.relay.words import CANCEL, CONNECTED, DONE, END, MESSAGE, OPEN, read, written

_AIO: Any = grpc.aio
"""Without the stubs, which know neither EOF nor how errors are made."""

Pairs = Iterable[tuple[str, str | bytes]]
_PROGRAM = "import asyncio, sys; from amino.relay.process import serve; asyncio.run(serve(int(sys.argv[1])))"
_GONE: tuple[Any, ...] = (END, "UNAVAILABLE", "the process that carries requests for this forked one has ended", [])


class RelayedCall:
    """One request: its messages leave and its answers are read as those of a stream of grpc.aio."""

    def __init__(
        self, say: Callable[..., None], number: int, serialize: Callable[[Any], bytes], deserialize: Callable[[bytes], Any]
    ) -> None:
        self._say, self._number, self._serialize, self._deserialize = say, number, serialize, deserialize
        self._answers: asyncio.Queue[tuple[Any, ...]] = asyncio.Queue()
        self._taken: asyncio.Event = asyncio.Event()
        self._end: tuple[Any, ...] | None = None

    def hear(self, word: str, *rest: Any) -> None:
        """The other process says something about this request."""
        self._taken.set()
        if word == END:
            self._end = rest
        if word != CONNECTED:
            self._answers.put_nowait((word, *rest))

    async def wait_for_connection(self) -> None:
        """Returns when the other end has taken the request. Raises AioRpcError where it has not."""
        await self._taken.wait()
        if self._end is not None and self._end[0] != "OK":
            raise _error(*self._end)

    async def read(self) -> Any:
        """The next message, or grpc.aio.EOF. Raises AioRpcError where the request has failed."""
        word, *rest = await self._answers.get()
        if word == MESSAGE:
            return self._deserialize(rest[0])
        self._answers.put_nowait((word, *rest))  # it stays the last one
        if rest[0] != "OK":
            raise _error(*rest)
        return _AIO.EOF

    async def write(self, message: Any) -> None:
        """Sends a further message."""
        self._say(MESSAGE, self._number, self._serialize(message))

    async def done_writing(self) -> None:
        """The request has no further messages."""
        self._say(DONE, self._number)

    def send_only(self, message: Any) -> None:
        """Sends the one message of a request."""
        self._say(MESSAGE, self._number, self._serialize(message))
        self._say(DONE, self._number)

    def cancel(self) -> bool:
        """Nobody waits for the answer any more. Safe to repeat."""
        if self._end is None:
            self._say(CANCEL, self._number)
        return self._end is None

    async def only_answer(self) -> Any:
        """The one message of the answer."""
        try:
            answer = await self.read()
            await self.read()
        except BaseException:
            self.cancel()
            raise
        return answer

    async def __aiter__(self) -> AsyncIterator[Any]:
        while (message := await self.read()) is not _AIO.EOF:
            yield message


class RelayedChannel:
    """A process of its own carries the requests of each channel, from the first request until the channel is closed.

    Arguments:
        address: host:port of the kernel.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._numbers = count()
        self._calls: dict[int, RelayedCall] = {}
        self._socket: socket.socket | None = None
        self._unsent: list[bytes] = []
        self._writer: asyncio.StreamWriter | None = None
        self._serving: asyncio.Task[None] | None = None
        FORKS.watch(self)

    def forked(self) -> None:
        """See Forkable."""
        if self._socket is not None:
            leave_to_parent(self._socket.fileno())

    # The four kinds of requests, as generated stubs ask for them.

    def unary_unary(self, path: str, request_serializer: Any, response_deserializer: Any, **_: Any) -> Any:
        """One message, one answer."""

        async def ask(message: Any, *, timeout: float | None = None, metadata: Pairs = ()) -> Any:
            call = self._begin(path, request_serializer, response_deserializer, timeout, metadata)
            call.send_only(message)
            return await call.only_answer()

        return ask

    def stream_unary(self, path: str, request_serializer: Any, response_deserializer: Any, **_: Any) -> Any:
        """Many messages, and one answer, which may come before the last of them is sent."""

        async def ask(messages: AsyncIterator[Any], *, timeout: float | None = None, metadata: Pairs = ()) -> Any:
            call = self._begin(path, request_serializer, response_deserializer, timeout, metadata)

            async def send() -> None:
                async for message in messages:
                    await call.write(message)
                    if self._writer is not None:
                        await self._writer.drain()
                await call.done_writing()

            sending = asyncio.create_task(send())
            try:
                return await call.only_answer()
            finally:
                sending.cancel()

        return ask

    def unary_stream(self, path: str, request_serializer: Any, response_deserializer: Any, **_: Any) -> Any:
        """One message, many answers."""

        def ask(message: Any, *, timeout: float | None = None, metadata: Pairs = ()) -> RelayedCall:
            call = self._begin(path, request_serializer, response_deserializer, timeout, metadata)
            call.send_only(message)
            return call

        return ask

    def stream_stream(self, path: str, request_serializer: Any, response_deserializer: Any, **_: Any) -> Any:
        """Messages both ways."""

        def ask(*, timeout: float | None = None, metadata: Pairs = ()) -> RelayedCall:
            return self._begin(path, request_serializer, response_deserializer, timeout, metadata)

        return ask

    async def close(self, grace: float | None = None) -> None:  # noqa: ARG002 - as grpc.aio.Channel
        """Ends the requests and the process beside."""
        if self._serving is not None:
            self._serving.cancel()
            await asyncio.gather(self._serving, return_exceptions=True)

    # The process beside.

    def _begin(self, path: str, serialize: Any, deserialize: Any, timeout: float | None, metadata: Pairs) -> RelayedCall:
        number = next(self._numbers)
        call = self._calls[number] = RelayedCall(self._say, number, serialize, deserialize)
        self._say(OPEN, number, self._address, path, [list(pair) for pair in metadata], timeout)
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve())
        elif self._serving.done():
            call.hear(*_GONE)
        return call

    def _say(self, *words: Any) -> None:
        data = written(*words)
        if self._writer is None:
            self._unsent.append(data)
        else:
            self._writer.write(data)

    async def _serve(self) -> None:
        self._socket, theirs = socket.socketpair()
        try:
            _start(theirs)
            reader, self._writer = await asyncio.open_connection(sock=self._socket)
            for data in self._unsent:
                self._writer.write(data)
            self._unsent.clear()
            while (words := await read(reader)) is not None:
                word, number, *rest = words
                call = self._calls.get(number) if word != END else self._calls.pop(number, None)
                if call is not None:
                    call.hear(word, *rest)
        finally:
            if self._writer is not None:
                self._writer.close()
            self._socket.close()
            for call in self._calls.values():
                call.hear(*_GONE)
            self._calls.clear()


def _start(theirs: socket.socket) -> None:
    """Starts the process beside, with one end of a socket. It ends when the other end is closed."""
    path = os.pathsep.join(part for part in sys.path if part)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )
    # Until its exit status has been taken, the system keeps an entry for it.
    threading.Thread(target=process.wait, name="amino-relay", daemon=True).start()


def _error(status: str, text: str, trailing: list[tuple[str, str | bytes]]) -> grpc.RpcError:
    metadata = _AIO.Metadata(*((key, value) for key, value in trailing))
    error: grpc.RpcError = _AIO.AioRpcError(grpc.StatusCode[status], _AIO.Metadata(), metadata, details=text)
    return error
