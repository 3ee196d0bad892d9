"""Sessions against gRPC's own server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest
from amino_wire import frames
from amino_wire.errors import AminoError, KernelUnavailable, ObjectNotFound, abort
from amino_wire.pb import common_pb2
from amino_wire.session import CHANNEL_OPTIONS, SessionConnection


class Echo:
    """Answers each call with its first argument; the method `end` ends the session with an error, `finish` without one."""

    def __init__(self) -> None:
        self.callers: list[Any] = []

    async def session(self, request_iterator: AsyncIterator[common_pb2.Frame], context: Any) -> AsyncIterator[common_pb2.Frame]:
        self.callers.append(dict(context.invocation_metadata())["amino-client"])
        async for frame in request_iterator:
            request = frames.decode_frame(frame.data)
            methods = request[3][1::3]
            if "end" in methods:
                await abort(context, ObjectNotFound("no such object: Ünsinn\n", details={"object": "o1"}))
            if "finish" in methods:
                return
            yield common_pb2.Frame(data=frames.pack((frames.REPLY, request[1], [args[0] for args in request[3][2::3]])))


@asynccontextmanager
async def serving(echo: Echo) -> AsyncGenerator[tuple[str, Any]]:
    library: Any = grpc
    server: Any = library.aio.server(options=CHANNEL_OPTIONS)
    frame = common_pb2.Frame
    handler = library.stream_stream_rpc_method_handler(echo.session, frame.FromString, frame.SerializeToString)
    server.add_generic_rpc_handlers((library.method_handlers_generic_handler("amino.v1.ClientService", {"Session": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}", server
    finally:
        await server.stop(0)


async def test_calls_are_answered_alone_together_and_large() -> None:
    echo = Echo()
    async with serving(echo) as (address, _):
        session = await SessionConnection.connect(address, client_id="me\nÜ")
        assert await session.invoke("o", "m", ("one",)) == "one"
        assert await asyncio.gather(*(session.call("o", "m", (number,)) for number in range(3000))) == list(range(3000))
        large = bytes(range(256)) * 60_000
        assert await session.invoke("o", "m", (large,)) == large
        both = await asyncio.gather(session.call("o", "m", (large[:-1],)), session.call("o", "m", (2,)))
        assert both == [large[:-1], 2]
        session.close()
        assert echo.callers == ["me??"]


async def test_sessions_come_and_go() -> None:
    async with serving(Echo()) as (address, _):
        for number in range(50):
            session = await SessionConnection.connect(address, client_id="me")
            assert await session.invoke("o", "m", (number,)) == number
            session.close()


async def test_an_error_that_ends_the_session_comes_whole() -> None:
    lost: list[AminoError] = []
    async with serving(Echo()) as (address, _):
        session = await SessionConnection.connect(address, client_id="me", on_lost=lost.append)
        with pytest.raises(KernelUnavailable, match="it may have run") as raised:
            await session.invoke("o", "end")
    cause = raised.value.cause
    assert type(cause) is ObjectNotFound and "Ünsinn" in cause.message and cause.details == {"object": "o1"}
    assert lost == [cause]
    with pytest.raises(ObjectNotFound):
        session.call("o", "m", ())


async def test_a_session_that_the_kernel_ends_fails_its_calls() -> None:
    async with serving(Echo()) as (address, _):
        session = await SessionConnection.connect(address, client_id="me")
        with pytest.raises(KernelUnavailable, match="ended the session"):
            await session.invoke("o", "finish")


async def test_a_server_that_stops_fails_the_calls() -> None:
    async with serving(Echo()) as (address, server):
        session = await SessionConnection.connect(address, client_id="me", peer="kernel k1")
        assert await session.invoke("o", "m", (1,)) == 1
        await server.stop(0)
        with pytest.raises(KernelUnavailable, match="kernel k1"):
            await session.invoke("o", "m", (1,))
        assert session.closed


async def test_nobody_there_is_said_so() -> None:
    async with serving(Echo()) as (address, _):
        pass
    with pytest.raises(KernelUnavailable, match="amino up"):
        await SessionConnection.connect(address, client_id="me")


async def test_whoever_is_no_http2_server_is_refused() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        with pytest.raises(AminoError):
            await SessionConnection.connect(f"127.0.0.1:{port}", client_id="me")
