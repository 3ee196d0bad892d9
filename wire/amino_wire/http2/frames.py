"""HTTP/2's frames (RFC 9113, sections 4 and 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from amino_wire.error_tree import FrameInvalid

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEADER_BYTES = 9

DATA = 0
HEADERS = 1
RST_STREAM = 3
SETTINGS = 4
PUSH_PROMISE = 5
PING = 6
GOAWAY = 7
WINDOW_UPDATE = 8
CONTINUATION = 9

END_STREAM = 0x1
ACK = 0x1
END_HEADERS = 0x4
PADDED = 0x8
PRIORITY = 0x20

ENABLE_PUSH = 2
INITIAL_WINDOW_SIZE = 4
MAX_FRAME_SIZE = 5

FIRST_WINDOW = 65_535
"""Bytes that may be sent before anything was agreed."""
FIRST_FRAME_SIZE = 16_384
LARGEST_WINDOW = (1 << 31) - 1
CANCEL = 8
"""Error code: the stream is not wanted any more."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame.

    Arguments:
        kind: DATA and so on.
        flags: END_STREAM and so on.
        stream: whose; 0: the connection's.
        payload: without what is said in its header.
    """

    kind: int
    flags: int
    stream: int
    payload: bytes

    def content(self) -> bytes:
        """The payload without padding and priority.

        Raises:
            FrameInvalid: the padding is longer than the payload.
        """
        data = self.payload
        if self.flags & PADDED:
            if not data or data[0] >= len(data):
                raise FrameInvalid("an HTTP/2 frame has more padding than payload")
            data = data[1 : len(data) - data[0]]
        return data[5:] if self.kind == HEADERS and self.flags & PRIORITY else data


def pack(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """The bytes of a frame."""
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


def read(data: bytes, offset: int, limit: int) -> Frame | None:
    """The frame that begins at `offset`; None while it is not there as a whole.

    Raises:
        FrameInvalid: it has more than `limit` bytes.
    """
    begin = offset + HEADER_BYTES
    if len(data) < begin:
        return None
    length = int.from_bytes(data[offset : offset + 3], "big")
    if length > limit:
        raise FrameInvalid(f"an HTTP/2 frame of {length} bytes, where {limit} were agreed")
    if len(data) < begin + length:
        return None
    stream = int.from_bytes(data[offset + 5 : begin], "big") & LARGEST_WINDOW
    return Frame(data[offset + 3], data[offset + 4], stream, data[begin : begin + length])


def settings(values: Mapping[int, int]) -> bytes:
    """A frame of settings."""
    return pack(SETTINGS, 0, 0, b"".join(key.to_bytes(2, "big") + value.to_bytes(4, "big") for key, value in values.items()))


def read_settings(payload: bytes) -> dict[int, int]:
    """The settings of a frame.

    Raises:
        FrameInvalid: its length cannot be right.
    """
    if len(payload) % 6:
        raise FrameInvalid("HTTP/2 settings must be of 6 bytes each")
    parts = (payload[at : at + 6] for at in range(0, len(payload), 6))
    return {int.from_bytes(part[:2], "big"): int.from_bytes(part[2:], "big") for part in parts}


def window_update(stream: int, increment: int) -> bytes:
    """A frame that lets the other end send so many more bytes."""
    return pack(WINDOW_UPDATE, 0, stream, increment.to_bytes(4, "big"))


def number(payload: bytes) -> int:
    """The first four bytes of a payload, as RST_STREAM and WINDOW_UPDATE have them.

    Raises:
        FrameInvalid: there are fewer.
    """
    if len(payload) < 4:
        raise FrameInvalid("an HTTP/2 frame is too short")
    return int.from_bytes(payload[:4], "big")
