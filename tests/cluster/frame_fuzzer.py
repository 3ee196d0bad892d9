"""Frames of every kind with wrong fields, sent to both halves of a kernel by every road: they must say the same of each.

The roads: a lane, which the JVM half reads; a gRPC session, which the Python half passes on; the reader of the Python half itself; and, of
frames that are no requests, the reader of a program that uses the Python SDK.

`python -m tests.cluster.frame_fuzzer --seed 1 --minutes 20` runs it against a kernel of its own (`make soak`).
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import grpc.aio
from amino_wire import errors
from amino_wire.frames import (
    GOODBYE,
    HELLO,
    PARTIAL,
    PING,
    PONG,
    REPLY,
    REQUEST,
    VERSION,
    Cursor,
    is_raised,
    pack,
    split_reply,
    split_request,
)
from amino_wire.incoming import IncomingCall
from amino_wire.lane import LaneConnection
from amino_wire.pb import client_pb2, client_pb2_grpc, common_pb2
from amino_wire.session import CHANNEL_OPTIONS
from amino_wire.values import EncodedValue, reader

from tests.cluster.client import Client
from tests.cluster.frame_inputs import METHOD, FrameInput, corpus, random_inputs
from tests.cluster.processes import Cluster, cluster
from tests.cluster.soak_options import SoakOptions

SOURCE = "module.exports = class Taker { take() { return 'taken'; } };"
PATIENCE = 20.0
CONTROL, LAST_PING = 7777, 9_999_999
"""The numbers of the call and the ping that are sent behind each frame: nothing is left to come when they are answered."""

Send = Callable[[bytes], Awaitable[None]]
Receive = Callable[[], Awaitable[bytes | None]]
"""The next frame that came, or None at the end of the connection."""


@dataclass(slots=True)
class Tally:
    """The frames that were tried, and what became of them."""

    tried: Counter[str] = field(default_factory=Counter[str])
    verdicts: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind}: {count}" for kind, count in sorted(self.tried.items()))
        verdicts = ", ".join(f"{count} {verdict}" for verdict, count in self.verdicts.most_common())
        return f"{self.tried.total()} frames: {verdicts}; {len(self.wrong)} judged in different ways ({kinds})"


class FrameFuzzer:
    """Sends frames by all roads and compares.

    Arguments:
        client: of the kernel.
        hello: what the kernel says to clients.
        target: an object of class `Taker`.
        folder: for a socket.
    """

    def __init__(self, client: Client, hello: client_pb2.HelloResponse, target: str, folder: Path) -> None:
        self._client, self._hello, self.target, self._folder = client, hello, target, folder
        self.tally = Tally()

    @classmethod
    async def over(cls, client: Client, folder: Path, on: str = "") -> FrameFuzzer:
        """With an object of its own, on the kernel of that name if there are several."""
        hello = await client.ask("Hello", client_pb2.HelloRequest(client_id="fuzzer", wire_version=VERSION))
        made = await client.register("fuzzed-frames", SOURCE, on=on)
        return cls(client, hello, made.id, folder)

    async def try_each(self, inputs: Iterator[FrameInput], until: float) -> Tally:
        """Tries inputs until there are no more, or that moment of the monotonic clock."""
        for given in inputs:
            if time.monotonic() > until:
                break
            await self.try_one(given)
        return self.tally

    async def try_one(self, given: FrameInput) -> None:
        verdicts = {
            "lane": await self._over_lane(given.data),
            "session": await self._over_session(given.data),
            "Python half": await self._read_by_python(given.data, opaque=True),
        }
        if not _is_request(given.data):
            verdicts["program"] = await self._read_by_python(given.data, opaque=False)
        self.tally.tried[given.kind.partition(":")[0]] += 1
        said = set(verdicts.values())
        self.tally.verdicts[said.pop() if len(said) == 1 else "different"] += 1
        if said or any("INTERNAL" in verdict or "silent" in verdict for verdict in verdicts.values()):
            self.tally.wrong.append(f"{given.kind} {given.data.hex()}: {verdicts}")

    async def _over_lane(self, data: bytes) -> str:
        host, _, port = self._hello.endpoints.lane_tcp.rpartition(":")
        async with _stream(*await asyncio.open_connection(host, int(port))) as (send, receive):
            await send(pack((HELLO, {"v": VERSION, "client": "fuzzer", "token": self._hello.lane_token, "role": "client"})))
            return await self._judge(data, send, receive)

    async def _over_session(self, data: bytes) -> str:
        async with grpc.aio.insecure_channel(self._client.address, options=CHANNEL_OPTIONS) as channel:
            stub: Any = client_pb2_grpc.ClientServiceStub(channel)
            stream = stub.Session(metadata=(("amino-client", "fuzzer"),))

            async def send(frame: bytes) -> None:
                # A session that has ended says so when it is read from.
                with contextlib.suppress(grpc.RpcError, asyncio.InvalidStateError):
                    await stream.write(common_pb2.Frame(data=frame))

            async def receive() -> bytes | None:
                frame = await stream.read()
                return frame.data if isinstance(frame, common_pb2.Frame) else None

            try:
                return await self._judge(data, send, receive)
            except grpc.aio.AioRpcError as error:
                # A write that meets the end of the session loses, in gRPC's client, the goodbye that came before it.
                if "SendMessageOperation" not in str(error.debug_error_string()):
                    return f"broken {errors.from_rpc_error(error).code}"
                return "closed FRAME_INVALID"
            finally:
                stream.cancel()

    async def _read_by_python(self, data: bytes, *, opaque: bool) -> str:
        """What the reader of the Python half does with the frame: this end plays the JVM half."""
        path = str(self._folder / "fuzzed.sock")
        verdict: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        connected: asyncio.Future[LaneConnection] = asyncio.get_running_loop().create_future()

        async def accept(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            async with _stream(source, sink) as (send, receive):
                await send(pack((HELLO, {"v": VERSION, "kernel": "k", "max_frame": 16 << 20})))
                try:
                    await connected
                    verdict.set_result(await self._judge(data, send, receive))
                except Exception as error:
                    verdict.set_exception(error)

        def run(calls: list[IncomingCall]) -> None:
            for call in calls:
                self._run(connected.result(), call)

        server = await asyncio.start_unix_server(accept, path)
        try:
            lane = await LaneConnection.connect(path, client_id="half", on_request=run, opaque=opaque)
            connected.set_result(lane)
            try:
                return await verdict
            finally:
                lane.close()
        finally:
            server.close()

    def _run(self, lane: LaneConnection, call: IncomingCall) -> None:
        if call.target != self.target:
            lane.fail(call, errors.ObjectNotFound(f"no object {call.target!r}"))
        elif call.method != METHOD:
            lane.fail(call, errors.MemberNotFound(f"no member {call.method!r}"))
        elif (call.args.data != b"\x90" if isinstance(call.args, EncodedValue) else call.args) or call.options.kwargs:
            lane.fail(call, errors.ArgumentInvalid("take() takes no arguments"))
        else:
            lane.answer(call, "taken")

    async def _judge(self, data: bytes, send: Send, receive: Receive) -> str:
        await send(data)
        await send(pack((REQUEST, CONTROL, 10_000, [self.target, METHOD, []])))
        await send(pack((PING, LAST_PING)))
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._outcome(_expected(data), receive)
        except TimeoutError:
            return "silent"

    async def _outcome(self, expected: int, receive: Receive) -> str:
        answers: list[str] = []
        others: list[str] = []
        control = last = False
        while not (control and last and len(answers) >= expected):
            frame = await receive()
            if frame is None:
                # A socket that is closed with unread bytes may lose the goodbye.
                return "closed FRAME_INVALID"
            kind = reader.unpack(frame)[0] if frame[1] not in (REPLY, PARTIAL) else frame[1]
            if kind == GOODBYE:
                return f"closed {reader.unpack(frame)[1][0]}"
            if kind in (REPLY, PARTIAL):
                reply = split_reply(frame)
                control |= reply[1] == CONTROL
                answers += [_said(each.data) for each in reply[kind + 1] if reply[1] != CONTROL]
            elif kind == PONG:
                number = reader.unpack(frame)[1]
                last |= number == LAST_PING
                others += [] if number == LAST_PING else ["pong"]
        return " ".join(["passed", *others, *sorted(answers)])


def _expected(data: bytes) -> int:
    """How many answers a frame asks for, if it is a request."""
    try:
        return len(split_request(data)[3]) // 3 if _is_request(data) else 0
    except errors.FrameInvalid:
        return 0


def _is_request(data: bytes) -> bool:
    """Whether the frame says that it is one, right or wrong."""
    cursor = Cursor(data)
    try:
        return cursor.array() > 0 and cursor.item() == REQUEST
    except Exception:
        return False


def _said(outcome: bytes) -> str:
    """A call that was refused is `refused`, whatever the reason: the halves look at different things first."""
    return "refused" if is_raised(outcome) else "taken"


@contextlib.asynccontextmanager
async def _stream(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> AsyncGenerator[tuple[Send, Receive]]:
    """Frames over a socket, after the other end's hello."""

    async def send(frame: bytes) -> None:
        sink.write(len(frame).to_bytes(4, "little") + frame)

    async def read() -> bytes | None:
        try:
            return await source.readexactly(int.from_bytes(await source.readexactly(4), "little"))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def receive() -> bytes | None:
        frame = await read()
        return await read() if frame is not None and frame[1] == HELLO else frame

    try:
        yield send, receive
    finally:
        sink.close()


async def soak(seed: int, minutes: float) -> Tally:
    """The corpus, then random frames for so many minutes, against a kernel of its own."""
    with tempfile.TemporaryDirectory() as folder:
        async with cluster(Path(folder), "north") as made:
            return await _soak(made, Path(folder), seed, time.monotonic() + 60 * minutes)


async def _soak(made: Cluster, folder: Path, seed: int, until: float) -> Tally:
    async with Client(made.kernels["north"].address) as client:
        fuzzer = await FrameFuzzer.over(client, folder)
        await fuzzer.try_each(corpus(fuzzer.target), until)
        return await fuzzer.try_each(random_inputs(fuzzer.target, Random(seed)), until)


def main() -> None:
    given = SoakOptions.read(__doc__)
    tally = asyncio.run(soak(given.seed, given.minutes))
    print(f"seed {given.seed}: {tally}")
    for each in tally.wrong[:400]:
        print(each)
    raise SystemExit(1 if tally.wrong else 0)


if __name__ == "__main__":
    main()
