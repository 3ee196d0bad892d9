"""Frames (`docs/wire.md`, section 2): their numbers, what a call may say beside its arguments, and their bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from amino_wire.cursor import UNREADABLE, Cursor, small_options
from amino_wire.error_tree import FrameInvalid, ValueInvalid
from amino_wire.frame_shape import check_frame
from amino_wire.invocation import CallOptions, Invocation
from amino_wire.protocol import (
    CANCEL,
    CHAIN_LIMIT,
    DEFAULT_BUDGET_MS,
    FLAG_MANAGERS_DONE,
    FLAG_MOVED,
    FLAG_PROXIES_DONE,
    FRAME_LIMIT,
    GOODBYE,
    HELLO,
    LENGTH_BYTES,
    PARTIAL,
    PING,
    PONG,
    REPLY,
    REQUEST,
    UNANSWERED_LIMIT,
    VERSION,
    Extension,
    Outcome,
)
from amino_wire.values import EncodedValue, reader, writer

__all__ = [
    "CANCEL",
    "CHAIN_LIMIT",
    "DEFAULT_BUDGET_MS",
    "FLAG_MANAGERS_DONE",
    "FLAG_MOVED",
    "FLAG_PROXIES_DONE",
    "FRAME_LIMIT",
    "GOODBYE",
    "HELLO",
    "LENGTH_BYTES",
    "PARTIAL",
    "PING",
    "PONG",
    "REPLY",
    "REQUEST",
    "UNANSWERED_LIMIT",
    "VERSION",
    "CallOptions",
    "Invocation",
    "array_header",
    "decode_frame",
    "encode_request",
    "map_header",
    "pack",
    "pack_parts",
]


def pack(frame: Any) -> bytes:
    """The bytes of a frame whose values are plain (see `Codec.plain`)."""
    return writer.pack(frame)


def array_header(length: int) -> bytes:
    """The first bytes of an array of so many items."""
    if length < 16:
        return bytes((0x90 | length,))
    if length < 1 << 16:
        return b"\xdc" + length.to_bytes(2, "big")
    return b"\xdd" + length.to_bytes(4, "big")


def map_header(length: int) -> bytes:
    """The first bytes of a map of so many pairs."""
    if length < 16:
        return bytes((0x80 | length,))
    return b"\xde" + length.to_bytes(2, "big") if length < 1 << 16 else b"\xdf" + length.to_bytes(4, "big")


def pack_parts(items: Sequence[Any]) -> bytes:
    """An array some of whose items are EncodedValues, and the others plain."""
    parts = [array_header(len(items))]
    parts.extend(item.data if type(item) is EncodedValue else writer.pack(item) for item in items)
    return b"".join(parts)


def encode_request(seq: int, budget_ms: int, calls: Sequence[Any], options: Mapping[int, Mapping[int, Any]] | None = None) -> bytes:
    """The bytes of a request.

    Arguments:
        seq: number of the request on its connection.
        budget_ms: time each call may take; 0: the server's default.
        calls: flat: target, method, plain args, target, method, plain args …
        options: plain options by index of the call.
    """
    return writer.pack((REQUEST, seq, budget_ms, calls, options) if options else (REQUEST, seq, budget_ms, calls))


def decode_frame(data: bytes | memoryview) -> list[Any]:
    """The array of a frame: its first two items and its length are checked, values in it are still plain.

    Raises:
        FrameInvalid: the bytes are no frame.
    """
    try:
        frame = reader.unpack(data)
    except ValueInvalid as error:
        raise FrameInvalid(f"a frame cannot be read: {error.message}") from error
    return check_frame(frame)


def is_raised(encoded: bytes) -> bool:
    """Whether the bytes of an outcome are an error (extension 8)."""
    first = encoded[0]
    if 0xD4 <= first <= 0xD8:
        return encoded[1] == Extension.RAISED
    return 0xC7 <= first <= 0xC9 and encoded[1 + (1 << (first - 0xC7))] == Extension.RAISED


def split_request(data: bytes) -> list[Any]:
    """A request whose args stay EncodedValues. Its options are maps as `read_options` gives them, or, where those of one call cannot be
    read, all of them are EncodedValues: what one call says can spoil that call only.

    Raises:
        FrameInvalid: the bytes are no request.
    """
    try:
        return _split_request(data, Cursor.plain_options)
    except (FrameInvalid, *UNREADABLE):
        pass
    try:
        return _split_request(data, Cursor.raw)
    except UNREADABLE as error:
        raise FrameInvalid(f"a request cannot be read: {error or type(error).__name__}") from None


def _split_request(data: bytes, options_of: Callable[[Cursor], Any]) -> list[Any]:
    cursor = Cursor(data)
    length = cursor.array()
    frame: list[Any] = [cursor.item(), cursor.item(), cursor.item()]
    count = cursor.array()
    calls = cursor.calls(count // 3)
    pairs = [(cursor.item(), options_of(cursor)) for _ in range(cursor.map())] if length == 5 else []
    cursor.end()
    if count % 3:
        raise FrameInvalid("the calls of a request must be triples of target, method and args")
    if not all(type(index) is int for index, _ in pairs):
        raise FrameInvalid("the keys of a request's options must be indexes of its calls")
    options = dict(pairs)
    check_frame([*frame, [[] if type(part) is EncodedValue else part for part in calls], options])
    return [*frame, calls, options]


def read_options(encoded: EncodedValue) -> dict[int, Any]:
    """The options of a call, kwargs and headers as their bytes.

    Raises:
        FrameInvalid: they cannot be read.
    """
    plain = small_options(encoded.data)
    if plain is not None:
        return plain
    try:
        return Cursor(encoded.data).options()
    except UNREADABLE as error:
        raise FrameInvalid(f"the options of a call cannot be read: {error or type(error).__name__}", outcome=Outcome.NOT_RUN) from None


def split_reply(data: bytes) -> list[Any]:
    """A reply or partial reply whose outcomes stay EncodedValues, and its metadata too.

    Raises:
        FrameInvalid: the bytes are no reply.
    """
    cursor = Cursor(data)
    try:
        length = cursor.array()
        frame: list[Any] = [cursor.item(), cursor.item()]
        if frame[0] == PARTIAL:
            frame.append(cursor.item())
        frame.append(cursor.raws(cursor.array()))
        frame += [cursor.raw() for _ in range(length - len(frame))]
        cursor.end()
    except UNREADABLE as error:
        raise FrameInvalid(f"a reply cannot be read: {error or type(error).__name__}") from None
    return check_frame(frame)


def decode_outcomes(data: bytes, error: FrameInvalid) -> list[Any]:
    """A reply or partial reply of which some outcomes cannot be read; those are ValueInvalid, so that only their own calls fail.

    Raises:
        FrameInvalid: `error`, where the bytes are no reply.
    """
    kind = data[1] if len(data) > 1 else None
    if kind not in (REPLY, PARTIAL):
        raise error
    try:
        frame = split_reply(data)
    except FrameInvalid:
        raise error from None
    place = frame[0] + 1
    frame[place] = [_outcome(encoded) for encoded in frame[place]]
    return frame


def _outcome(encoded: EncodedValue) -> Any:
    try:
        return reader.unpack(encoded.data)
    except ValueInvalid as error:
        outcome = Outcome.UNKNOWN if is_raised(encoded.data) else Outcome.RAN
        return ValueInvalid(f"the result cannot be read: {error.message}", outcome=outcome)
