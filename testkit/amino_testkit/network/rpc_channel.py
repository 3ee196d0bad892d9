"""A gRPC channel of a simulated process: generated stubs use it as they use a real one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Generator, Iterable, Sequence
from typing import Any, cast

import grpc
import grpc.aio

from amino_testkit.network.network import Network
from amino_testkit.network.rpc_server import RpcAnswer, RpcRequest, RpcServer
from amino_testkit.world.process import Process

Places = dict[str, RpcServer]
Metadata = Sequence[tuple[str, str]]


class RpcChannel:
    """See `grpc.aio.Channel`, of which it has what Amino uses. Streams travel whole.

    Arguments:
        network: how messages travel.
        process: whose channel.
        address: where the other end answers.
        places: who answers where.
    """

    def __init__(self, network: Network, process: Process, address: str, places: Places) -> None:
        self._network, self._process, self.address, self._places = network, process, address, places
        self._open: dict[_Call, None] = {}

    def unary_unary(self, path: str, request_serializer: Any, response_deserializer: Any, **_: Any) -> Callable[..., _Call]:
        """A method with one message each way."""

        def call(request: Any, timeout: float | None = None, metadata: Metadata = (), **_: Any) -> _Call:
            return self._call(path, (request_serializer(request),), timeout, lambda messages: response_deserializer(messages[0]), metadata)

        return call

    def stream_unary(self, path: str, request_serializer: Any, response_deserializer: Any, **_: Any) -> Callable[..., Any]:
        """A method with several messages there and one back."""

        async def call(requests: Any, timeout: float | None = None, metadata: Metadata = (), **_: Any) -> Any:
            given = [request_serializer(each) for each in await _all(requests)]
            return await self._call(path, tuple(given), timeout, lambda messages: response_deserializer(messages[0]), metadata)

        return call

    def unary_stream(self, path: str, request_serializer: Any, response_deserializer: Any, **_: Any) -> Callable[..., Any]:
        """A method with one message there and several back."""

        async def call(request: Any, timeout: float | None = None, metadata: Metadata = (), **_: Any) -> AsyncIterator[Any]:
            answer = await self._call(path, (request_serializer(request),), timeout, lambda messages: messages, metadata)
            for message in answer:
                yield response_deserializer(message)

        return call

    def stream_stream(self, path: str, *_: Any, **__: Any) -> Any:
        """Sessions are not simulated; lanes are."""

        def call(*_: Any, **__: Any) -> Any:
            raise grpc.aio.UsageError(f"{path} is not there in a simulation")

        return call

    async def close(self, _grace: float | None = None) -> None:
        """Ends the requests that are under way, as the cancellation of their callers."""
        for call in list(self._open):
            call.cancel()

    def _call(
        self,
        path: str,
        messages: tuple[bytes, ...],
        timeout: float | None,
        read: Callable[[tuple[bytes, ...]], Any],
        metadata: Metadata,
    ) -> _Call:
        call = _Call(self.request(path, messages, timeout, metadata), read, self)
        self._open[call] = None
        call.start()
        return call

    def closed(self, call: _Call) -> None:
        """A request has ended."""
        self._open.pop(call, None)

    def send(self, request: RpcRequest, settle: Callable[[RpcAnswer], None]) -> None:
        """Sends a request; `settle` is called in the caller's loop."""
        network, loop = self._network, self._process.loop

        def settled(answer: RpcAnswer) -> None:
            loop.call_soon(settle, answer)

        def lost(why: str) -> None:
            settled(RpcAnswer((), grpc.StatusCode.UNAVAILABLE, why))

        def arrive() -> None:
            server = self._places.get(self.address)
            if server is None:
                network.soon(lambda: lost(f"Connection refused: {self.address} does not answer"))
                return
            request.answer = lambda answer: _answer(server, answer)
            server.take(request)

        def _answer(server: RpcServer, answer: RpcAnswer) -> None:
            if server.process.alive:
                network.send(server.process, self._process.name, lambda: settled(answer), lost, is_reply=True)
            else:
                settled(answer)

        def again() -> None:
            server = self._places.get(self.address)
            if server is not None:
                server.take(RpcRequest(request.path, request.messages, request.timeout, request.caller, _nobody, request.metadata))

        network.doubled(self._process.name, self.address, again)
        network.send(self._process, self.address, arrive, lost)

    def hang_up(self, request: RpcRequest) -> None:
        """Tells the other end that nobody waits any more."""

        def arrive() -> None:
            server = self._places.get(self.address)
            if server is not None:
                server.cancel(request)

        self._network.send(self._process, self.address, arrive, lambda _: None)

    def request(self, path: str, messages: tuple[bytes, ...], timeout: float | None, metadata: Metadata) -> RpcRequest:
        """A request of this channel's process."""
        return RpcRequest(path, messages, timeout, self._process.name, _nobody, tuple(metadata))


class _Call:
    """One request under way: awaited, it gives the answer or raises `grpc.aio.AioRpcError`."""

    def __init__(self, request: RpcRequest, read: Callable[[tuple[bytes, ...]], Any], channel: RpcChannel) -> None:
        loop = asyncio.get_running_loop()
        self._channel, self._read = channel, read
        self._over = False
        self._request, timeout = request, request.timeout
        self._done: asyncio.Future[RpcAnswer] = loop.create_future()
        self._timer = None if timeout is None else loop.call_later(timeout, self._late)

    def start(self) -> None:
        """Sends it."""
        self._channel.send(self._request, self._settle)

    def cancel(self) -> bool:
        """Hangs up."""
        if self._done.done():
            return False
        self._done.cancel()
        self._hang_up()
        return True

    def __await__(self) -> Generator[Any, None, Any]:
        try:
            answer = yield from self._done
        except asyncio.CancelledError:
            self._hang_up()
            raise
        if answer.status is grpc.StatusCode.OK:
            return self._read(answer.messages)
        metadata = grpc.aio.Metadata(*cast("Any", answer.metadata))
        raise grpc.aio.AioRpcError(answer.status, grpc.aio.Metadata(), metadata, answer.text, "")

    def _settle(self, answer: RpcAnswer) -> None:
        if not self._done.done():
            self._done.set_result(answer)
        self._end()

    def _late(self) -> None:
        if not self._done.done():
            self._done.set_result(RpcAnswer((), grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded"))
            self._hang_up()

    def _hang_up(self) -> None:
        if not self._over:
            self._end()
            self._channel.hang_up(self._request)

    def _end(self) -> None:
        self._over = True
        if self._timer is not None:
            self._timer.cancel()
        self._channel.closed(self)


async def _all(requests: AsyncIterable[Any] | Iterable[Any]) -> list[Any]:
    if isinstance(requests, AsyncIterable):
        return [each async for each in requests]
    return list(requests)


def _nobody(_: RpcAnswer) -> None:
    """Nobody waits for a doubled request."""
