"""Sessions whose clients do not read, with a JVM half played by hand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from amino_kernel.calls.session import OUTBOX_LIMIT, SessionPipe
from amino_wire.errors import Overloaded
from amino_wire.frames import HELLO, REPLY, pack
from amino_wire.pb import common_pb2

LARGE = pack((REPLY, 0, ["x" * (8 * OUTBOX_LIMIT)]))
SMALL = pack((REPLY, 0, [1]))


def framed(data: bytes) -> bytes:
    return len(data).to_bytes(4, "little") + data


class DeafClient:
    """A client that sends nothing and takes no frame."""

    def __init__(self) -> None:
        self.offered: list[int] = []

    async def read(self) -> Any:
        await asyncio.Event().wait()

    async def write(self, message: common_pb2.Frame, /) -> None:
        self.offered.append(len(message.data))
        await asyncio.Event().wait()


class Half:
    """Says hello, then, when that has been read, sends these answers."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.sent = 0
        self.greeted = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(int.from_bytes(await reader.readexactly(4), "little"))
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            writer.write(framed(pack((HELLO, {"v": 2}))))
            await self.greeted.wait()
            for data in self.answers:
                writer.write(framed(data))
                await writer.drain()
                self.sent += 1
            await reader.read()
        writer.transport.abort()


@pytest_asyncio.fixture
async def half(tmp_path: Path) -> AsyncGenerator[Half]:
    made = Half()
    server = await asyncio.start_unix_server(made.serve, tmp_path / "half")
    yield made
    server.close()


async def test_a_session_whose_client_reads_no_large_answer_ends(half: Half, tmp_path: Path) -> None:
    half.answers = [LARGE] * 20
    pipe = await SessionPipe.open(str(tmp_path / "half"), "deaf", take_seconds=0.05)
    half.greeted.set()
    client = DeafClient()
    with pytest.raises(Overloaded, match="did not read"):
        await asyncio.wait_for(pipe.run(client), 30)
    pipe.close()
    assert client.offered == [len(LARGE)]
    # What it did not take has held up the half instead of gathering here.
    assert half.sent < len(half.answers)


async def test_a_session_with_small_answers_may_rest(half: Half, tmp_path: Path) -> None:
    half.answers = [SMALL]
    pipe = await SessionPipe.open(str(tmp_path / "half"), "resting", take_seconds=0.05)
    half.greeted.set()
    client = DeafClient()
    running = asyncio.ensure_future(pipe.run(client))
    done, _ = await asyncio.wait((running,), timeout=0.5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    pipe.close()
    assert not done and client.offered == [len(SMALL)]
