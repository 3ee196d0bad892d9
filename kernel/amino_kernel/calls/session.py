"""Frames of a gRPC session, passed to the JVM half and back untouched."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Sequence
from typing import Any, Protocol

from amino_wire.errors import AminoError, FrameInvalid, KernelUnavailable, Overloaded, to_payload
from amino_wire.frames import FRAME_LIMIT, GOODBYE, HELLO, LENGTH_BYTES, VERSION, pack
from amino_wire.pb import common_pb2
from amino_wire.protocol import Hello, Role

READ_SIZE = 1 << 18
TAKE_SECONDS = 60.0
"""How long a client may take to read large answers that are ready: by then, callers have given up their calls. The session of a client
that reads nothing would hold them for ever."""
OUTBOX_LIMIT = 1 << 20
"""Bytes that wait for the client from which on the JVM half is not read."""
PATIENCE_SECONDS = 100e-6
"""How long the JVM half's answer to a frame is waited for on the spot. A short call is done by then; going to sleep and being woken for
its answer, through a turn of the loop, would take as long again."""
LONGEST_REST = 256
"""For how many frames nobody waits any more, at most, where answers do not come that soon."""


class Stream(Protocol):
    """A session's stream as `grpc.aio.ServicerContext` has it."""

    def read(self) -> Awaitable[Any]: ...

    def write(self, message: common_pb2.Frame, /) -> Awaitable[None]: ...


class SessionPipe:
    """One lane to the JVM half for one session, as a client. Made by `open`."""

    def __init__(self, lane: socket.socket, take_seconds: float) -> None:
        self._lane = lane
        self._take_seconds = take_seconds
        self._loop = asyncio.get_running_loop()
        self._unread: bytes = b""
        self._outbox: list[bytes] = []
        self._outbox_bytes = 0
        self._writing = False
        self._reading = False
        self._ended = False
        self._wake = asyncio.Event()
        self._rest = 0
        self._next_rest = 1

    @classmethod
    async def open(
        cls,
        socket_path: str,
        client_id: str,
        role: str = Role.CLIENT,
        token: str | None = None,
        take_seconds: float = TAKE_SECONDS,
        features: Sequence[str] = (),
    ) -> SessionPipe:
        """Connects and says hello in the client's name, since a session's metadata says who calls.

        Args:
            socket_path: Where the JVM half takes sessions.
            client_id: Who calls.
            role: What the caller has proved to be, `client` or `peer`.
            token: What the JVM half wants to see from one in that role.
            take_seconds: How long the client may take to read large answers that are ready.
            features: What the caller can do beyond version 2 of the wire.

        Raises:
            KernelUnavailable: The JVM half does not answer.
        """
        lane = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        lane.setblocking(False)
        pipe = cls(lane, take_seconds)
        try:
            await pipe._loop.sock_connect(lane, socket_path)
            says = {Hello.VERSION: VERSION, Hello.CLIENT: client_id, Hello.TOKEN: token, Hello.ROLE: role, Hello.FEATURES: list(features)}
            await pipe._send(pack((HELLO, says)))
            while not pipe._outbox and not pipe._ended:
                pipe._take(await pipe._loop.sock_recv(lane, READ_SIZE))
        except AminoError:
            lane.close()
            raise
        except OSError as error:
            lane.close()
            raise KernelUnavailable(
                f"The JVM half of this kernel does not answer: {error}. It is being started again; try again."
            ) from error
        if pipe._ended:
            lane.close()
            raise KernelUnavailable("The JVM half of this kernel closed a session as it began. It may be ending; try again.")
        # Its hello is for this end only.
        pipe._outbox.clear()
        return pipe

    async def run(self, stream: Stream) -> None:
        """Passes frames both ways until the JVM half has no more to say. A frame that is too long ends the session with a goodbye.

        Raises:
            Overloaded: The client does not read.
        """
        self._read_lane(True)
        inward = asyncio.ensure_future(self._inward(stream))
        outward = asyncio.ensure_future(self._outward(stream))
        try:
            await asyncio.wait((inward, outward), return_when=asyncio.FIRST_COMPLETED)
            if not inward.done() or isinstance(inward.exception(), OSError | None):
                # The JVM half has ended the lane, or will; what it has said by then is written whole.
                await outward
            elif isinstance(broken := inward.exception(), FrameInvalid):
                outward.cancel()
                await asyncio.wait((outward,))
                await stream.write(common_pb2.Frame(data=pack((GOODBYE, to_payload(broken)))))
            elif isinstance(broken, Overloaded):
                raise broken
        finally:
            inward.cancel()
            outward.cancel()
            await asyncio.gather(inward, outward, return_exceptions=True)

    def close(self) -> None:
        """Ends the lane. Safe to repeat."""
        self._read_lane(False)
        self._lane.close()

    async def _inward(self, stream: Stream) -> None:
        read = stream.read
        while True:
            frame = await read()
            if not isinstance(frame, common_pb2.Frame):  # grpc.aio.EOF
                break
            if len(frame.data) > FRAME_LIMIT:
                raise FrameInvalid(f"A frame of {len(frame.data)} bytes is beyond the limit of {FRAME_LIMIT}.")
            await self._send(frame.data)
            self._await_answer()
            if self._outbox and not self._writing:
                await self._flush(stream)
        self._lane.shutdown(socket.SHUT_WR)

    async def _outward(self, stream: Stream) -> None:
        # A session that ended while a frame is being written would cut that frame off.
        while self._outbox or self._writing or not self._ended:
            await self._wake.wait()
            self._wake.clear()
            if self._outbox and not self._writing:
                await self._flush(stream)

    async def _flush(self, stream: Stream) -> None:
        """Writes the frames that are there. Only one may write at a time; frames that come meanwhile are left to `_outward`."""
        self._writing = True
        try:
            large = self._outbox_bytes > READ_SIZE
            outbox, self._outbox, self._outbox_bytes = self._outbox, [], 0
            async with asyncio.timeout(self._take_seconds if large else None):
                for data in outbox:
                    await stream.write(common_pb2.Frame(data=data))
        except TimeoutError as error:
            raise Overloaded(
                f"The session was closed, since its client did not read its answers for {self._take_seconds:.0f} s. Connect again and read."
            ) from error
        finally:
            self._writing = False
        if self._outbox or self._ended:
            self._wake.set()
        self._read_lane(not self._ended)

    async def _send(self, data: bytes) -> None:
        whole = len(data).to_bytes(LENGTH_BYTES, "little") + data
        try:
            sent = self._lane.send(whole)
        except BlockingIOError:
            sent = 0
        if sent < len(whole):
            await self._loop.sock_sendall(self._lane, whole[sent:])

    def _await_answer(self) -> None:
        """Waits on the spot, unless that was in vain for the last frames: then more and more of them are left to the loop."""
        if self._rest:
            self._rest -= 1
        elif self._reading and self._answered_within(PATIENCE_SECONDS):
            self._next_rest = 1
        else:
            self._rest = self._next_rest
            self._next_rest = min(LONGEST_REST, 2 * self._next_rest)

    def _answered_within(self, seconds: float) -> bool:
        receive, clock = self._lane.recv, time.perf_counter
        end = clock() + seconds
        while True:
            try:
                data = receive(READ_SIZE)
            except BlockingIOError:
                if clock() > end:
                    return False
            else:
                self._take(data)
                return True

    def _readable(self) -> None:
        try:
            data = self._lane.recv(READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._take(data)
        if not self._writing:
            self._wake.set()

    def _take(self, data: bytes) -> None:
        if not data:
            self._ended = True
            self._read_lane(False)
            self._wake.set()
            return
        if self._unread:
            data = self._unread + data
        offset, end = 0, len(data)
        while end - offset >= LENGTH_BYTES:
            following = offset + LENGTH_BYTES + int.from_bytes(data[offset : offset + LENGTH_BYTES], "little")
            if following > end:
                break
            self._outbox.append(data[offset + LENGTH_BYTES : following])
            offset = following
        self._unread = data[offset:]
        self._outbox_bytes += offset
        if self._outbox_bytes > OUTBOX_LIMIT:
            self._read_lane(False)

    def _read_lane(self, wanted: bool) -> None:
        if wanted == self._reading:
            return
        self._reading = wanted
        if wanted:
            self._loop.add_reader(self._lane, self._readable)
        else:
            self._loop.remove_reader(self._lane)
