"""Clients that ask for much and read nothing, or send much that waits, do not end a kernel of 512 MB and cost no other an answer."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path

import pytest
import pytest_asyncio
from amino_wire.frames import HELLO, REQUEST, VERSION, pack
from amino_wire.pb import client_pb2, common_pb2

from tests.cluster.client import Client, until
from tests.cluster.processes import SERVING, Cluster, cluster

pytestmark = [pytest.mark.cluster, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(400)]
HEAP_MB = 512
GREEDY = 4
LARGE = 8 << 20
BUDGET_MS = 300_000
LARGE_JS = """
module.exports = class Large {
  constructor() { this.value = 0; this.opened = new Promise(done => { this.open = done }) }
  incr() { return ++this.value }
  give(size) { return 'x'.repeat(size) }
  take(data) { return data.length }
  async wait(data) { await this.opened; return data.length }
  release() { this.open(); return null }
  slow(size) { const end = Date.now() + 20; while (Date.now() < end); return 'x'.repeat(size) }
}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Cluster]:
    async with cluster(Path(tmp_path_factory.mktemp("memory")), "north", heap_mb=HEAP_MB) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def client(one: Cluster) -> AsyncGenerator[Client]:
    async with Client(one.kernels["north"].address) as made:
        yield made


class Greedy:
    """A client that sends frames and never reads."""

    def __init__(self, raw: socket.socket, frames: Iterable[bytes]) -> None:
        self.raw = raw
        self.sending = asyncio.ensure_future(self._send(frames))

    async def _send(self, frames: Iterable[bytes]) -> None:
        loop = asyncio.get_running_loop()
        for frame in frames:
            await loop.sock_sendall(self.raw, len(frame).to_bytes(4, "little") + frame)

    async def drain(self) -> None:
        """Reads until the kernel has closed the connection."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ConnectionResetError):
            while await loop.sock_recv(self.raw, 1 << 20):
                pass

    async def end(self) -> None:
        self.sending.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await self.sending
        self.raw.close()


async def greedy(client: Client, name: str, frames: Iterable[bytes]) -> Greedy:
    hello = await client.ask("Hello", client_pb2.HelloRequest(client_id=name, wire_version=VERSION))
    host, _, port = hello.endpoints.lane_tcp.rpartition(":")
    raw = socket.socket()
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, (host, int(port)))
    first = pack((HELLO, {"v": VERSION, "client": name, "token": hello.lane_token, "role": "client"}))
    return Greedy(raw, (frame for part in ([first], frames) for frame in part))


def requests(target: str, method: str, argument: object, *, frames: int, calls: int = 1) -> Iterable[bytes]:
    return (pack((REQUEST, seq, BUDGET_MS, [target, method, [argument]] * calls)) for seq in range(frames))


async def honest(client: Client, record: common_pb2.ObjectRecord, rounds: int) -> None:
    """Small and large calls beside the others, each of which is answered right."""
    before = await client.call(record.id, "incr", budget_ms=BUDGET_MS)
    for number in range(1, rounds + 1):
        assert await client.call(record.id, "incr", budget_ms=BUDGET_MS) == before + number
        size = (1 << 20) + number
        assert await client.call(record.id, "take", "y" * size, budget_ms=BUDGET_MS) == size
        assert await client.call(record.id, "give", size, budget_ms=BUDGET_MS) == "x" * size


def log_of(one: Cluster) -> str:
    return one.kernels["north"].log_text()


ATTACKS = {
    "frame by frame": ("give", 2000, 1),
    "in one frame": ("give", 1, 5000),
    "from a queue": ("slow", 2000, 1),
}


@pytest.mark.parametrize("kind", ATTACKS)
async def test_large_answers_that_nobody_reads_are_bounded_and_their_connections_closed(one: Cluster, client: Client, kind: str) -> None:
    method, frames, calls = ATTACKS[kind]
    before = log_of(one).count("OVERLOADED: closed client")
    mine = await client.register(f"honest {kind}", LARGE_JS)
    theirs = [await client.register(f"greedy {kind} {number}", LARGE_JS) for number in range(GREEDY)]
    crowd = [
        await greedy(client, f"greedy{number}", requests(record.id, method, LARGE, frames=frames, calls=calls))
        for number, record in enumerate(theirs)
    ]
    try:
        await honest(client, mine, 20)

        async def all_closed() -> bool:
            return log_of(one).count("OVERLOADED: closed client") >= before + GREEDY

        await until(all_closed, 120)
        await asyncio.wait_for(asyncio.gather(*(each.drain() for each in crowd)), 60)
        await honest(client, mine, 5)
    finally:
        await asyncio.gather(*(each.end() for each in crowd))
    await one.kernels["north"].health(SERVING)


async def test_large_requests_that_wait_are_bounded_and_all_of_them_are_answered(one: Cluster, client: Client) -> None:
    mine = await client.register("honest requests", LARGE_JS)
    theirs = await client.register("waited for", LARGE_JS, concurrent=True)
    crowd = [await greedy(client, f"sender{number}", requests(theirs.id, "wait", b"z" * LARGE, frames=60)) for number in range(GREEDY)]
    try:
        await honest(client, mine, 20)
        assert not any(each.sending.done() for each in crowd)
        assert await client.call(theirs.id, "release") is None
        await asyncio.wait_for(asyncio.gather(*(each.sending for each in crowd)), 120)
        await honest(client, mine, 5)
    finally:
        await asyncio.gather(*(each.end() for each in crowd))
    await one.kernels["north"].health(SERVING)
