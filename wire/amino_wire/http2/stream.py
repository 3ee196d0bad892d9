"""The state of the one stream of a connection: what was agreed, what may be sent, what has arrived. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

import hpack

from amino_wire.error_tree import FrameInvalid
from amino_wire.http2 import frames

STREAM = 1
WINDOW = 8 << 20
"""Bytes the other end may send before it hears that they were taken."""
FRAME_SIZE = 1 << 20
PREFIX_BYTES = 5
"""Before each gRPC message: whether it is compressed, and its length."""
_DATA_HEADER = bytes((frames.DATA, 0)) + STREAM.to_bytes(4, "big")


@dataclass(frozen=True, slots=True)
class End:
    """How a stream ended.

    Arguments:
        status: gRPC's status code; None: it ended without one.
        message: what was said with it.
        metadata: what came at the end, names in lower case.
    """

    status: int | None
    message: str
    metadata: tuple[tuple[str, str], ...] = ()


class ClientStream:
    """Whoever owns it writes what `take` gives after each `begin`, `send` and `receive`.

    Arguments:
        message_limit: bytes of one message of the other end.

    Attributes:
        agreed: the other end has sent its settings, so it is an HTTP/2 server.
        end: how the stream ended; None while it goes on.
    """

    def __init__(self, message_limit: int) -> None:
        self.agreed = False
        self.end: End | None = None
        self._limit = message_limit
        self._decoder = hpack.Decoder()
        self._out: list[bytes] = []
        self._unread = b""
        self._partial = b""
        self._block: tuple[int, bytes] | None = None
        self._taken = 0
        self._waiting = b""
        self._window: int = frames.FIRST_WINDOW
        self._connection_window: int = frames.FIRST_WINDOW
        self._first_window: int = frames.FIRST_WINDOW
        self._frame_size: int = frames.FIRST_FRAME_SIZE

    def begin(self, path: str, authority: str, metadata: Sequence[tuple[str, str]]) -> None:
        """Opens the connection and the stream.

        Arguments:
            path: of the gRPC method.
            authority: who is addressed.
            metadata: names in lower case, printable text.
        """
        headers = [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", authority)]
        headers += [("te", "trailers"), ("content-type", "application/grpc"), *metadata]
        block = hpack.Encoder().encode(headers, huffman=False)
        wanted = {frames.ENABLE_PUSH: 0, frames.INITIAL_WINDOW_SIZE: WINDOW, frames.MAX_FRAME_SIZE: FRAME_SIZE}
        self._out += (
            frames.PREFACE,
            frames.settings(wanted),
            frames.window_update(0, WINDOW - frames.FIRST_WINDOW),
            frames.pack(frames.HEADERS, frames.END_HEADERS, STREAM, block),
        )

    @property
    def blocked(self) -> bool:
        """Whether messages wait because the other end has not taken what was sent."""
        return bool(self._waiting)

    def send(self, message: bytes) -> None:
        """Sends a message, or the part of it that the other end has room for; the rest follows when it has."""
        length = len(message) + PREFIX_BYTES
        whole = b"\x00" + len(message).to_bytes(4, "big") + message
        if not self._waiting and length <= self._frame_size and length <= self._window and length <= self._connection_window:
            self._window -= length
            self._connection_window -= length
            self._out += (length.to_bytes(3, "big"), _DATA_HEADER, whole)
            return
        self._waiting += whole
        self._send_waiting()

    def cancel(self) -> None:
        """Gives the stream up."""
        self._out.append(frames.pack(frames.RST_STREAM, 0, STREAM, frames.CANCEL.to_bytes(4, "big")))

    def take(self) -> bytes:
        """The bytes that are to be written now."""
        out, self._out = self._out, []
        return b"".join(out)

    def receive(self, data: bytes) -> list[bytes]:
        """Takes bytes that arrived, and gives the messages that are complete.

        Raises:
            FrameInvalid: the other end breaks HTTP/2's or gRPC's rules; the connection is to be closed.
        """
        if self._unread:
            data = self._unread + data
        offset = 0
        messages: list[bytes] = []
        while (frame := frames.read(data, offset, FRAME_SIZE)) is not None:
            offset += frames.HEADER_BYTES + len(frame.payload)
            if frame.kind == frames.DATA and frame.stream == STREAM and self._block is None:
                self._data(frame, messages)
            else:
                self._other(frame)
        self._unread = data[offset:]
        return messages

    def _data(self, frame: frames.Frame, messages: list[bytes]) -> None:
        self._taken += len(frame.payload)
        if self._taken >= WINDOW // 2:
            self._out += (frames.window_update(0, self._taken), frames.window_update(STREAM, self._taken))
            self._taken = 0
        data = self._partial + frame.content()
        offset = 0
        while len(data) - offset >= PREFIX_BYTES:
            length = int.from_bytes(data[offset + 1 : offset + PREFIX_BYTES], "big")
            if data[offset]:
                raise FrameInvalid("a compressed gRPC message, though no compression was offered")
            if length > self._limit:
                raise FrameInvalid(f"a gRPC message of {length} bytes; the limit is {self._limit}")
            following = offset + PREFIX_BYTES + length
            if following > len(data):
                break
            messages.append(data[offset + PREFIX_BYTES : following])
            offset = following
        self._partial = data[offset:]
        if frame.flags & frames.END_STREAM:
            self._ended(End(None, "the stream ended without a status"))

    def _other(self, frame: frames.Frame) -> None:
        kind = frame.kind
        if (self._block is not None) != (kind == frames.CONTINUATION):
            raise FrameInvalid("an HTTP/2 header block is interrupted, or goes on without having begun")
        if kind in (frames.HEADERS, frames.CONTINUATION):
            self._headers(frame)
        elif kind == frames.SETTINGS and not frame.flags & frames.ACK:
            self._agree(frames.read_settings(frame.payload))
        elif kind == frames.PING and not frame.flags & frames.ACK:
            self._out.append(frames.pack(frames.PING, frames.ACK, 0, frame.payload))
        elif kind == frames.WINDOW_UPDATE:
            self._widen(frame.stream, frames.number(frame.payload) & frames.LARGEST_WINDOW)
        elif kind == frames.RST_STREAM and frame.stream == STREAM:
            self._ended(End(None, f"the stream was reset with HTTP/2 error {frames.number(frame.payload)}"))
        elif kind == frames.GOAWAY:
            self._leave(frame.payload)
        elif kind == frames.PUSH_PROMISE:
            raise FrameInvalid("an HTTP/2 push, which was refused at the beginning")

    def _agree(self, settings: dict[int, int]) -> None:
        self.agreed = True
        self._frame_size = settings.get(frames.MAX_FRAME_SIZE, self._frame_size)
        first = settings.get(frames.INITIAL_WINDOW_SIZE, self._first_window)
        self._out.append(frames.pack(frames.SETTINGS, frames.ACK, 0))
        self._window += first - self._first_window
        self._first_window = first
        self._send_waiting()

    def _widen(self, stream: int, increment: int) -> None:
        if stream == 0:
            self._connection_window += increment
        elif stream == STREAM:
            self._window += increment
        self._send_waiting()

    def _send_waiting(self) -> None:
        waiting, offset = self._waiting, 0
        while (size := min(len(waiting) - offset, self._frame_size, self._window, self._connection_window)) > 0:
            self._out += (size.to_bytes(3, "big"), _DATA_HEADER, waiting[offset : offset + size])
            self._window -= size
            self._connection_window -= size
            offset += size
        self._waiting = waiting[offset:]

    def _headers(self, frame: frames.Frame) -> None:
        flags, block = self._block or (frame.flags, b"")
        block += frame.content() if frame.kind == frames.HEADERS else frame.payload
        if len(block) > FRAME_SIZE:
            raise FrameInvalid(f"HTTP/2 headers of more than {FRAME_SIZE} bytes")
        if not frame.flags & frames.END_HEADERS:
            self._block = (flags, block)
            return
        self._block = None
        try:
            decoded = self._decoder.decode(block)
        except (hpack.HPACKError, UnicodeDecodeError) as error:
            raise FrameInvalid(f"HTTP/2 headers cannot be read: {error}") from None
        headers = tuple((str(name), str(value)) for name, value in decoded)
        named = dict(headers)
        if named.get(":status", "200") != "200":
            self._ended(End(None, f"HTTP status {named[':status']}"))
        elif flags & frames.END_STREAM:
            status = named.get("grpc-status", "")
            self._ended(End(int(status) if status.isdigit() else None, unquote(named.get("grpc-message", "")), headers))

    def _leave(self, payload: bytes) -> None:
        # A server that stops lets streams that it knows go on for a while.
        last, code = frames.number(payload) & frames.LARGEST_WINDOW, frames.number(payload[4:])
        if last < STREAM or code:
            self._ended(End(None, f"the connection was given up with HTTP/2 error {code}"))

    def _ended(self, end: End) -> None:
        if self.end is None:
            self.end = end
