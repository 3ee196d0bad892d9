"""A peer of a lane, played by hand: it reads and writes bare frames."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgpack
import pytest
from amino_wire.lane import LaneConnection
from amino_wire.protocol import VERSION


class Peer:
    """The other end of one lane."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    greeting: Any
    last: Any

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "peer.sock")
        self.connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self, hello: Any = None) -> None:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.reader, self.writer = reader, writer
            self.greeting = await self.read()
            self.send([4, {"v": VERSION, "kernel": "k9", "max_frame": 16 << 20}] if hello is None else hello)
            self.connected.set_result(None)

        self.server = await asyncio.start_unix_server(accept, self.path)

    async def stop(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()
        self.server.close()

    async def read(self) -> Any:
        length = int.from_bytes(await self.reader.readexactly(4), "little")
        return msgpack.unpackb(await self.reader.readexactly(length), strict_map_key=False)

    def send(self, frame: Any) -> None:
        self.send_bytes(msgpack.packb(frame))

    def send_bytes(self, data: bytes) -> None:
        self.writer.write(len(data).to_bytes(4, "little") + data)

    async def ended(self) -> bool:
        """Whether the lane was closed by the other side; frames before that are read."""
        while True:
            try:
                self.last = await self.read()
            except (asyncio.IncompleteReadError, ConnectionError):
                return True


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[Peer]:
    peer = Peer(tmp_path)
    await peer.start()
    yield peer
    await peer.stop()


async def connect(peer: Peer, **settings: Any) -> LaneConnection:
    lane = await LaneConnection.connect(peer.path, client_id="me", token="t", **settings)
    await peer.connected
    return lane


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.002)
