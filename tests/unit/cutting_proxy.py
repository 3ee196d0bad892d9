"""Passes TCP on to a server, and cuts the connections when a test says so; the server stays up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class CuttingProxy:
    """Listens on loopback.

    Arguments:
        to: `host:port` of the server.

    Attributes:
        away: new connections end at once, too.
    """

    def __init__(self, to: str) -> None:
        self._host, _, port = to.rpartition(":")
        self._port = int(port)
        self._writers: set[asyncio.StreamWriter] = set()
        self.address = ""
        self.away = False

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.away:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        self._writers |= {writer, far_writer}
        await asyncio.gather(_pass(reader, far_writer), _pass(far_reader, writer))
        self._writers -= {writer, far_writer}

    def cut(self) -> None:
        """Ends all connections at once; bytes under way are lost."""
        for writer in self._writers:
            writer.transport.abort()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
    except OSError:
        pass  # the connection was cut
    finally:
        writer.close()


@asynccontextmanager
async def cutting_proxy(to: str) -> AsyncIterator[CuttingProxy]:
    proxy = CuttingProxy(to)
    server = await proxy.start()
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut()
