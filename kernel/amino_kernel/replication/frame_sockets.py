"""The sockets for frames alone: where this kernel takes them, and how it reaches another one's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from amino_wire.lane import unix_path


class FramePlaces(Protocol):
    """Where frames are taken, beside the JVM half."""

    async def listen(self, accept: Callable[[], asyncio.Protocol]) -> list[str]:
        """Takes sockets from now on; the addresses, first that which only this machine can reach. Raises OSError."""
        ...

    async def connect(self, address: str, end: asyncio.Protocol) -> None:
        """Opens a socket. Raises OSError."""
        ...

    def close(self) -> None:
        """Takes no further sockets."""
        ...


class FrameSockets:
    """See `FramePlaces`.

    Arguments:
        fresh: answers a path for a new Unix socket.
        host: on which the kernel listens.
        advertised: `host:port` at which others reach it, for a port.
    """

    def __init__(self, fresh: Callable[[str], str], host: str, advertised: Callable[[int], str]) -> None:
        self._fresh, self._host, self._advertised = fresh, host, advertised
        self._servers: list[asyncio.Server] = []
        self._path = ""
        self._beginning = asyncio.Lock()

    async def listen(self, accept: Callable[[], asyncio.Protocol]) -> list[str]:
        """See `FramePlaces`."""
        loop = asyncio.get_running_loop()
        async with self._beginning:
            if not self._servers:
                path = self._fresh("frames")
                near = await loop.create_unix_server(accept, path)
                self._path, self._servers = path, [near]
                self._servers.append(await loop.create_server(accept, self._host, 0))
        port: int = self._servers[-1].sockets[0].getsockname()[1]
        return [f"unix:{self._path}", self._advertised(port)]

    async def connect(self, address: str, end: asyncio.Protocol) -> None:
        """See `FramePlaces`."""
        loop = asyncio.get_running_loop()
        path = unix_path(address)
        if path is not None:
            await loop.create_unix_connection(lambda: end, path)
        else:
            host, _, port = address.rpartition(":")
            await loop.create_connection(lambda: end, host.strip("[]"), int(port))

    def close(self) -> None:
        """See `FramePlaces`."""
        for server in self._servers:
            server.close()
