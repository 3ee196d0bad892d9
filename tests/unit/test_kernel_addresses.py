"""A kernel's address: what it says of it, how it notices another one, and what becomes of its connections."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from amino_kernel.links.dial import SocketDial
from amino_kernel.links.own_address import own_address_towards
from amino_kernel.links.peers import Peers
from amino_kernel.membership.address_watch import LOOK_SECONDS, AddressWatch
from amino_kernel.service.addresses import advertised, is_wildcard, port_of
from amino_wire.errors import DeadlineExceeded, KernelUnavailable
from amino_wire.frames import FRAME_LIMIT, HELLO, LENGTH_BYTES, VERSION, pack
from amino_wire.pb import client_pb2, client_pb2_grpc, common_pb2
from amino_wire.proof import ClusterSecret


@pytest.mark.parametrize(
    ("listening", "fixed", "seen", "said"),
    [
        ("10.0.0.5", "", "10.0.0.9", "10.0.0.5"),
        ("0.0.0.0", "", "10.0.0.9", "10.0.0.9"),
        ("::", "", "fd00::9", "fd00::9"),
        ("0.0.0.0", "phone.example", "10.0.0.9", "phone.example"),
        ("127.0.0.1", "phone.example", "", "phone.example"),
        ("0.0.0.0", "", "", "127.0.0.1"),
    ],
)
def test_what_a_kernel_says_of_its_address(listening: str, fixed: str, seen: str, said: str) -> None:
    assert advertised(listening, fixed, seen) == said


def test_wildcards_and_ports() -> None:
    assert [is_wildcard(host) for host in ("0.0.0.0", "::", "[::]", "127.0.0.1", "localhost", "10.0.0.1")] == [True] * 3 + [False] * 3
    assert (port_of("10.0.0.1:7420"), port_of("[fd00::9]:7421")) == (7420, 7421)


def test_the_own_end_of_a_connection_is_found_without_one() -> None:
    # Nobody listens there.
    assert own_address_towards("127.0.0.1:9") == "127.0.0.1"
    assert own_address_towards("[::1]:9") in ("::1", "")
    assert own_address_towards("255.255.255.255:9") == ""
    assert own_address_towards("no host at all:9") == own_address_towards("127.0.0.1") == ""


class SteppedClock:
    """A clock whose pauses are counted and take no time."""

    def __init__(self) -> None:
        self.slept = list[float]()

    def now(self) -> float:
        return sum(self.slept)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


async def watched(seen: Sequence[str], moved: Callable[[str], Awaitable[None]], clock: SteppedClock) -> None:
    """A watch of a kernel that was at "a", whose looks find these hosts, one after the other."""
    hosts = iter(seen)

    async def look() -> str:
        found = next(hosts, None)
        if found is None:
            raise asyncio.CancelledError
        return found

    with pytest.raises(asyncio.CancelledError):
        await AddressWatch(look, moved, clock).run("a")


async def test_another_address_is_told_once_and_none_is_no_other() -> None:
    told, clock = list[str](), SteppedClock()

    async def moved(host: str) -> None:
        told.append(host)

    await watched(["a", "", "", "a", "b", "b", "", "b", "a"], moved, clock)
    assert told == ["b", "a"]
    assert set(clock.slept) == {LOOK_SECONDS}


async def test_a_change_that_could_not_be_said_is_said_again() -> None:
    told = list[str]()

    async def moved(host: str) -> None:
        told.append(host)
        if len(told) == 1:
            raise DeadlineExceeded("the JVM half does not answer")

    await watched(["b", "b", "b"], moved, SteppedClock())
    assert told == ["b", "b"]


class SilentKernel(client_pb2_grpc.ClientServiceServicer):
    """A kernel that says hello and offers a lane on which it says nothing more, as one whose host has gone."""

    def __init__(self) -> None:
        self.endpoints = common_pb2.Endpoints()
        self.asked = asyncio.Event()

    async def Hello(self, request: client_pb2.HelloRequest, context: Any) -> client_pb2.HelloResponse:  # noqa: N802
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError


@asynccontextmanager
async def silent() -> AsyncIterator[tuple[SilentKernel, Peers]]:
    kernel, server, secret = SilentKernel(), grpc.aio.server(), ClusterSecret()
    client_pb2_grpc.add_ClientServiceServicer_to_server(kernel, server)
    kernel.endpoints.grpc = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    secret.take("a secret")
    peers = Peers("k1", "this host", "1", SocketDial(), secret)
    try:
        yield kernel, peers
    finally:
        await peers.close()
        await server.stop(0)


@pytest.mark.parametrize("whose", ["ours", "theirs"])
async def test_what_goes_on_over_a_former_address_ends_as_with_a_lost_connection(whose: str) -> None:
    async with silent() as (kernel, peers):
        peer = peers.at(kernel.endpoints)
        asking = asyncio.ensure_future(peers.connection(kernel.endpoints))
        await asyncio.wait_for(kernel.asked.wait(), 10)
        await (peers.renew() if whose == "ours" else peers.leave(kernel.endpoints.grpc))
        with pytest.raises(KernelUnavailable, match="another address"):
            await asyncio.wait_for(asking, 10)
        assert not asking.cancelled()
        assert peers.at(kernel.endpoints) is not peer
        # A caller that has kept it is told so as well.
        with pytest.raises(KernelUnavailable, match="another address"):
            await peer.ask(peer.clients.Hello, client_pb2.HelloRequest(), 5)


async def test_connections_within_the_machine_stay() -> None:
    async with silent() as (kernel, peers):
        peer = peers.at(kernel.endpoints)
        peer.near = True
        await peers.renew()
        assert peers.at(kernel.endpoints) is peer
        await peers.leave("127.0.0.1:1")
        assert peers.at(kernel.endpoints) is peer


@pytest.mark.parametrize("near", [True, False])
async def test_a_lane_within_the_machine_goes_on_when_its_kernel_has_another_address(tmp_path: Path, near: bool) -> None:
    held = list[asyncio.StreamWriter]()

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)
        hello = pack((HELLO, {"v": VERSION, "kernel": "k2", "max_frame": FRAME_LIMIT}))
        writer.write(len(hello).to_bytes(LENGTH_BYTES, "little") + hello)

    server = await asyncio.start_unix_server(serve, tmp_path / "lane")
    secret = ClusterSecret()
    secret.take("a secret")
    peers, new = Peers("k1", "this host", "1", SocketDial(), secret), common_pb2.Endpoints(grpc="127.0.0.1:2")
    try:
        peer = peers.at(common_pb2.Endpoints(grpc="127.0.0.1:1"))
        lane = await SocketDial().lane(f"unix:{tmp_path / 'lane'}", client_id="k1", token="t", peer="k2")
        peer.lane, peer.near = asyncio.get_running_loop().create_future(), near
        peer.lane.set_result(lane)
        await peers.moved("127.0.0.1:1", "127.0.0.1:2")
        assert lane.closed is not near
        assert peer.closed, "requests to the former address end"
        if near:
            assert await peers.connection(new) is lane
        else:
            assert peers.at(new).lane is None
    finally:
        await peers.close()
        for writer in held:
            writer.close()
        server.close()


def test_a_way_that_does_not_exist_raises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert own_address_towards("oms.example:7421") == ""
