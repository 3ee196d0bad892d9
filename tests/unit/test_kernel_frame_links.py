"""Frames go from kernel to kernel over sockets of their own: only kernels of the cluster are let in, and a silent end is left."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from amino_dms.api import SystemClock
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.links.peers import Peers
from amino_kernel.replication.frame_call import OPEN, arguments
from amino_kernel.replication.frame_door import FrameDoor
from amino_kernel.replication.frame_lanes import FrameLanes
from amino_kernel.replication.frame_link import FrameLink
from amino_kernel.replication.frame_sockets import FrameSockets
from amino_kernel.replication.groups import Groups
from amino_wire.errors import AminoError, FrameInvalid, KernelUnavailable, PermissionDenied
from amino_wire.frames import CallOptions
from amino_wire.lane import IncomingCall
from amino_wire.pb import common_pb2
from amino_wire.proof import ClusterSecret
from amino_wire.values import EncodedValue, decode, encode

OWN = "127.0.0.1:7500"
HOST = "this machine"


async def until(holds: Callable[[], bool]) -> None:
    """Waits until something holds."""
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.001)


class NotingGroups:
    """Notes frames; some of them make no sense."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def received(self, frame: bytes) -> None:
        if frame == b"nonsense":
            raise FrameInvalid("it makes no sense")
        self.frames.append(frame)


class Receiver:
    """A kernel that takes frames."""

    def __init__(self, folder: Path, *, listens: bool = True) -> None:
        self.secret = ClusterSecret()
        self.secret.take("of the cluster")
        self.groups = NotingGroups()
        self.places = FrameSockets(lambda name: str(folder / name), "127.0.0.1", lambda port: f"127.0.0.1:{port}")
        self.door = FrameDoor(cast("Groups", self.groups), self.secret, lambda: OWN, self.places if listens else None)

    @property
    def proof(self) -> str:
        return self.secret.token(OWN)

    async def addresses(self) -> list[str]:
        found: list[str] = decode((await self.door.open(OPEN, arguments(self.proof, b""))).data)
        return found

    async def link(self, proof: str, place: int = 0) -> tuple[FrameLink, bool]:
        """A link, and whether it was let in."""
        link = FrameLink(proof, lambda: None, lambda: None)
        await self.places.connect((await self.addresses())[place], link.stream)
        return link, await link.open()


@asynccontextmanager
async def receiver(*, listens: bool = True) -> AsyncGenerator[Receiver]:
    with tempfile.TemporaryDirectory() as folder:
        made = Receiver(Path(folder), listens=listens)
        try:
            yield made
        finally:
            made.door.close()


@pytest.mark.parametrize("place", [0, 1], ids=["within the machine", "over TCP"])
async def test_frames_come_as_they_were_sent(place: int) -> None:
    async with receiver() as kernel:
        link, is_open = await kernel.link(kernel.proof, place)
        assert is_open
        sent = [b"a", b"x" * 3_000_000, b"c" * 5]
        for frame in sent:
            link.send(frame)
        await until(lambda: len(kernel.groups.frames) == 3)
        assert kernel.groups.frames == sent
        link.close()
        await until(lambda: link.closed)


@pytest.mark.parametrize("proof", ["", "guessed", "x" * 100_000])
async def test_nobody_else_is_let_in(proof: str) -> None:
    async with receiver() as kernel:
        link, is_open = await kernel.link(proof)
        assert not is_open
        link.send(b"a frame")
        assert not kernel.groups.frames


async def test_what_makes_no_sense_ends_the_link() -> None:
    async with receiver() as kernel:
        link, _ = await kernel.link(kernel.proof)
        link.send(b"nonsense")
        await until(lambda: link.closed)


async def test_an_end_that_does_not_read_is_left() -> None:
    async with receiver() as kernel:
        link, _ = await kernel.link(kernel.proof)
        end = next(iter(cast("Any", kernel.door)._listener._ends))
        end.stream._transport.pause_reading()
        link.send(b"a frame")
        await until(lambda: link.closed)


async def test_an_end_that_reads_is_kept() -> None:
    async with receiver() as kernel:
        link, _ = await kernel.link(kernel.proof)
        loop = asyncio.get_running_loop()
        end, sent = loop.time() + 1.5, 0
        while loop.time() < end:
            link.send(b"a frame")
            sent += 1
            await asyncio.sleep(0.05)
        await until(lambda: len(kernel.groups.frames) == sent)
        assert not link.closed


async def test_who_shows_no_proof_hears_of_no_address() -> None:
    async with receiver() as kernel:
        with pytest.raises(PermissionDenied, match="kernels of the cluster only"):
            await kernel.door.open(OPEN, arguments("guessed", b""))


async def test_a_kernel_without_places_says_so() -> None:
    async with receiver(listens=False) as kernel:
        with pytest.raises(KernelUnavailable):
            await kernel.addresses()


class PlayedLane:
    """A lane to a receiver's JVM half, as far as frames need it."""

    def __init__(self, kernel: Receiver) -> None:
        self._kernel = kernel
        self.closed = False
        self.frames = 0

    def call(self, target: str, method: str, args: EncodedValue, options: CallOptions) -> asyncio.Future[EncodedValue]:
        answer: asyncio.Future[EncodedValue] = asyncio.get_running_loop().create_future()
        taken = self._kernel.door.take(IncomingCall(1, 0, target, method, args, options, 60.0))
        assert taken is not None
        self.frames += 1
        answer.set_result(taken)
        return answer

    async def invoke(self, _target: str, method: str, args: EncodedValue, _options: CallOptions) -> Any:
        return await self._kernel.door.open(method, args)

    def close(self) -> None:
        self.closed = True


class Around:
    """The OMS and the lanes that `FrameLanes` needs."""

    def __init__(self, kernel: Receiver, host: str) -> None:
        self._kernel, self._host = kernel, host
        self.lanes: list[PlayedLane] = []

    async def kernels(self) -> list[common_pb2.KernelRecord]:
        return [common_pb2.KernelRecord(id="other", endpoints=common_pb2.Endpoints(grpc=OWN, host_id=self._host))]

    async def own_lane(self, _: common_pb2.Endpoints) -> tuple[PlayedLane, str]:
        self.lanes.append(PlayedLane(self._kernel))
        return self.lanes[-1], self._kernel.proof

    def sender(self, places: FrameSockets | None, unreachable: Callable[[str], None]) -> FrameLanes:
        return FrameLanes(cast("OmsClient", self), cast("Peers", self), SystemClock(), unreachable, HOST, places)


@pytest.mark.parametrize("host", [HOST, "another machine"])
async def test_frames_leave_the_lane_once_there_is_a_link(host: str) -> None:
    lost: list[str] = []
    async with receiver() as kernel:
        around = Around(kernel, host)
        sender = around.sender(kernel.places, lost.append)
        sender.send("other", b"first")
        await until(lambda: bool(around.lanes) and around.lanes[0].closed)
        by_lane = around.lanes[0].frames
        sender.send("other", b"second")
        await until(lambda: kernel.groups.frames == [b"first", b"second"])
        assert around.lanes[0].frames == by_lane and len(around.lanes) == 1 and not lost
        kernel.door.close()
        await until(lambda: lost == ["other"])
        sender.close()


async def test_frames_stay_on_the_lane_where_there_is_no_link() -> None:
    lost: list[str] = []
    async with receiver(listens=False) as kernel:
        around = Around(kernel, HOST)
        sender = around.sender(kernel.places, lost.append)
        for number in range(3):
            sender.send("other", str(number).encode())
            await until(lambda expected=number + 1: len(kernel.groups.frames) == expected)
        assert around.lanes[0].frames == 3 and not around.lanes[0].closed and not lost
        sender.close()


async def test_a_frame_that_is_refused_is_no_answer() -> None:
    async with receiver() as kernel:
        with pytest.raises(AminoError):
            await kernel.door.open(OPEN, EncodedValue(encode(["only a proof"])))
