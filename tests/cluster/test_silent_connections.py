"""Connections that never say hello cost a kernel neither threads nor its clients' time, and it closes them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from amino_wire.frames import HELLO, VERSION, pack
from amino_wire.lane import LaneConnection
from amino_wire.pb import client_pb2

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import Cluster, cluster

pytestmark = [pytest.mark.cluster, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]
MANY = 3000
TOGETHER = 250
SPARE_THREADS = 40
"""Threads that come and go in a kernel whatever its connections do."""
HELLO_FRAME = pack((HELLO, {"v": VERSION, "client": "half", "token": "x" * 200, "role": "client"}))
WHOLE_HELLO = len(HELLO_FRAME).to_bytes(4, "little") + HELLO_FRAME
FIRST_BYTES = {
    "silent": b"",
    "half a hello": WHOLE_HELLO[: len(WHOLE_HELLO) // 2],
    "byte by byte": WHOLE_HELLO[:1],
    "garbage": bytes.fromhex("1000 0000") + b"\xc1" * 16,
    "a length that no hello has": bytes.fromhex("ffff ff7f"),
}
"""What each of the connections sends at first. Those that drip send one byte more for each group of connections that comes after them."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Cluster]:
    async with cluster(Path(tmp_path_factory.mktemp("silent")), "north") as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def client(one: Cluster) -> AsyncGenerator[Client]:
    async with Client(one.kernels["north"].address) as made:
        yield made


class Crowd:
    """Raw connections to one lane, all of which the test holds open."""

    def __init__(self, lane: str) -> None:
        host, _, port = lane.rpartition(":")
        self.place = (host, int(port))
        self.open: list[socket.socket] = []

    async def grow(self, first: bytes, count: int) -> None:
        """Opens more connections, each of which sends these bytes."""
        loop = asyncio.get_running_loop()
        for _ in range(count):
            raw = socket.socket()
            raw.setblocking(False)
            self.open.append(raw)
            await loop.sock_connect(raw, self.place)
            self.send(raw, first)

    def drip(self, data: bytes) -> None:
        """Sends bytes over every connection."""
        for raw in self.open:
            self.send(raw, data)

    @staticmethod
    def send(raw: socket.socket, data: bytes) -> None:
        # The kernel may have closed this one.
        with contextlib.suppress(OSError):
            raw.send(data)

    async def all_ended(self) -> bool:
        """Whether the kernel has closed every connection. Those that it has closed are forgotten."""
        self.open = [raw for raw in self.open if not self.ended(raw)]
        return not self.open

    @staticmethod
    def ended(raw: socket.socket) -> bool:
        try:
            while raw.recv(4096):
                pass
        except BlockingIOError:
            return False
        except OSError:
            pass
        raw.close()
        return True

    def close(self) -> None:
        for raw in self.open:
            raw.close()


@contextlib.contextmanager
def crowd_at(lane: str) -> Iterator[Crowd]:
    made = Crowd(lane)
    try:
        yield made
    finally:
        made.close()


def threads(one: Cluster) -> int:
    process = one.kernels["north"].process
    assert process is not None
    return len(list(Path(f"/proc/{process.pid}/task").iterdir()))


@pytest.mark.parametrize("kind", FIRST_BYTES)
async def test_thousands_that_say_no_hello_cost_no_thread_and_no_client_its_answers(one: Cluster, client: Client, kind: str) -> None:
    record = await client.register(f"object-{kind.replace(' ', '-')}", COUNTER_JS)
    assert await client.call(record.id, "incr") == 1
    hello = await client.ask("Hello", client_pb2.HelloRequest(client_id="late", wire_version=VERSION))
    before, calls = threads(one), 1
    with crowd_at(hello.endpoints.lane_tcp) as crowd:
        for group in range(MANY // TOGETHER):
            await crowd.grow(FIRST_BYTES[kind], TOGETHER)
            if kind == "byte by byte":
                crowd.drip(WHOLE_HELLO[group + 1 : group + 2])
            calls += 1
            assert await client.call(record.id, "incr") == calls
            assert threads(one) <= before + SPARE_THREADS
        # Far more are open by now than may wait, and a client that comes only now gets in all the same.
        late = await LaneConnection.connect(hello.endpoints.lane_tcp, client_id="late", token=hello.lane_token)
        assert await late.invoke(record.id, "incr") == calls + 1
        late.close()
        await until(crowd.all_ended, 60)
    assert await client.call(record.id, "incr") == calls + 2


async def test_the_oldest_silent_connection_makes_room_and_is_told_why(client: Client) -> None:
    hello = await client.ask("Hello", client_pb2.HelloRequest(client_id="raw", wire_version=VERSION))
    with crowd_at(hello.endpoints.lane_tcp) as crowd:
        await crowd.grow(b"", 1)
        oldest = crowd.open.pop()
        await crowd.grow(b"", MANY)
        said = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(oldest, 4096), 60)
        oldest.close()
    assert b"OVERLOADED" in said
