"""The client's end of a gRPC stream over HTTP/2, without sockets."""

from __future__ import annotations

import hpack
import pytest
from amino_wire.errors import FrameInvalid
from amino_wire.http2 import ClientStream, frames
from amino_wire.http2.stream import STREAM
from hypothesis import given, settings
from hypothesis import strategies as st

LIMIT = 1 << 24


def grpc_message(data: bytes) -> bytes:
    return b"\x00" + len(data).to_bytes(4, "big") + data


def data_frame(payload: bytes, flags: int = 0) -> bytes:
    return frames.pack(frames.DATA, flags, STREAM, payload)


def headers_frame(*headers: tuple[str, str], flags: int = frames.END_HEADERS) -> bytes:
    return frames.pack(frames.HEADERS, flags, STREAM, hpack.Encoder().encode(list(headers)))


def begun() -> ClientStream:
    stream = ClientStream(LIMIT)
    stream.begin("/a.B/C", "here", (("amino-client", "me"),))
    stream.take()
    return stream


def sent(data: bytes) -> list[frames.Frame]:
    """The frames of what a stream wrote."""
    found: list[frames.Frame] = []
    offset = 0
    while (frame := frames.read(data, offset, 1 << 24)) is not None:
        found.append(frame)
        offset += frames.HEADER_BYTES + len(frame.payload)
    assert offset == len(data)
    return found


def test_the_beginning_says_what_is_called_and_by_whom() -> None:
    stream = ClientStream(LIMIT)
    stream.begin("/a.B/C", "here", (("amino-client", "me"),))
    data = stream.take()
    assert data.startswith(frames.PREFACE)
    first, _, headers = sent(data[len(frames.PREFACE) :])
    assert (first.kind, headers.kind, headers.stream) == (frames.SETTINGS, frames.HEADERS, STREAM)
    named = {str(name): str(value) for name, value in hpack.Decoder().decode(headers.payload)}
    assert named[":path"] == "/a.B/C" and named["amino-client"] == "me" and named["te"] == "trailers"


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=8), st.lists(st.integers(1, 400), min_size=1, max_size=30))
def test_messages_arrive_whole_however_they_were_cut(messages: list[bytes], cuts: list[int]) -> None:
    stream, whole = begun(), b"".join(map(grpc_message, messages))
    conversation = frames.settings({}) + headers_frame((":status", "200"))
    for number, offset in enumerate(range(0, len(whole), cuts[0])):
        part = whole[offset : offset + cuts[0]]
        conversation += data_frame(bytes([2]) + part + b"\0\0", frames.PADDED) if number % 2 else data_frame(part)
    found: list[bytes] = []
    turn = 0
    while conversation:
        size = cuts[turn % len(cuts)]
        found += stream.receive(conversation[:size])
        conversation, turn = conversation[size:], turn + 1
    assert found == messages
    assert stream.agreed and stream.end is None


@settings(deadline=None)
@given(st.lists(st.integers(0, 40_000), min_size=1, max_size=12), st.lists(st.integers(1, 70_000), max_size=12), st.integers(0, 200_000))
def test_no_more_is_sent_than_there_is_room_for_and_nothing_is_lost(lengths: list[int], grants: list[int], first: int) -> None:
    stream = begun()
    stream.receive(frames.settings({frames.INITIAL_WINDOW_SIZE: first}))
    for length in lengths:
        stream.send(bytes(length))
    room, connection = first, frames.FIRST_WINDOW
    whole = b"".join(grpc_message(bytes(length)) for length in lengths)
    arrived = b""
    for grant in [*grants, None]:
        written = [frame for frame in sent(stream.take()) if frame.kind == frames.DATA]
        assert all(len(frame.payload) <= frames.FIRST_FRAME_SIZE for frame in written)
        arrived += b"".join(frame.payload for frame in written)
        assert len(arrived) <= min(room, connection)
        assert stream.blocked == (len(arrived) < len(whole))
        assert arrived == whole[: len(arrived)]
        if grant is not None:
            room, connection = room + grant, connection + grant
            stream.receive(frames.window_update(STREAM, grant) + frames.window_update(0, grant))
    assert len(arrived) == min(room, connection, len(whole)), "what fits is sent"


def test_settings_and_pings_are_answered() -> None:
    stream = begun()
    stream.receive(frames.settings({}) + frames.pack(frames.PING, 0, 0, b"12345678"))
    answers = sent(stream.take())
    assert [(frame.kind, frame.flags, frame.payload) for frame in answers] == [
        (frames.SETTINGS, frames.ACK, b""),
        (frames.PING, frames.ACK, b"12345678"),
    ]


def test_a_smaller_window_makes_later_messages_wait() -> None:
    stream = begun()
    stream.send(b"x" * 100)
    stream.receive(frames.settings({frames.INITIAL_WINDOW_SIZE: 50}))
    stream.take()
    stream.send(b"y")
    assert stream.blocked
    stream.receive(frames.window_update(STREAM, 100))
    assert not stream.blocked


def test_the_end_carries_status_text_and_metadata() -> None:
    stream = begun()
    block = hpack.Encoder().encode([("grpc-status", "14"), ("grpc-message", "gone%20away"), ("amino-error-bin", "AAA")])
    first = frames.pack(frames.HEADERS, frames.END_STREAM, STREAM, block[:4])
    rest = frames.pack(frames.CONTINUATION, frames.END_HEADERS, STREAM, block[4:])
    stream.receive(headers_frame((":status", "200")) + first + rest)
    assert stream.end is not None
    assert (stream.end.status, stream.end.message) == (14, "gone away")
    assert ("amino-error-bin", "AAA") in stream.end.metadata


@pytest.mark.parametrize(
    ("conversation", "text"),
    [
        (frames.pack(frames.RST_STREAM, 0, STREAM, (8).to_bytes(4, "big")), "error 8"),
        (frames.pack(frames.GOAWAY, 0, 0, bytes(4) + (2).to_bytes(4, "big")), "error 2"),
        (headers_frame((":status", "503")), "503"),
        (data_frame(b"", frames.END_STREAM), "without a status"),
    ],
)
def test_other_ends_are_told(conversation: bytes, text: str) -> None:
    stream = begun()
    stream.receive(conversation)
    assert stream.end is not None and stream.end.status is None
    assert text in stream.end.message


def test_a_server_that_only_takes_no_more_streams_goes_on_with_ours() -> None:
    stream = begun()
    assert stream.receive(frames.pack(frames.GOAWAY, 0, 0, (2**31 - 1).to_bytes(4, "big") + bytes(4)) + data_frame(grpc_message(b"a"))) == [
        b"a"
    ]
    assert stream.end is None


@pytest.mark.parametrize(
    "nonsense",
    [
        frames.pack(frames.PUSH_PROMISE, 0, STREAM, bytes(8)),
        frames.pack(frames.SETTINGS, 0, 0, b"12345"),
        frames.pack(frames.CONTINUATION, 0, STREAM, b""),
        headers_frame((":status", "200"), flags=0) + data_frame(b""),
        data_frame(b"\x01\0\0\0\0"),
        data_frame(b"\x00\xff\xff\xff\xff"),
        data_frame(b"\x09", frames.PADDED),
        frames.pack(frames.WINDOW_UPDATE, 0, 0, b"1"),
        frames.pack(frames.HEADERS, frames.END_HEADERS, STREAM, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
        b"\xff\xff\xff\x00\x00\x00\x00\x00\x01",
    ],
)
def test_nonsense_is_refused(nonsense: bytes) -> None:
    with pytest.raises(FrameInvalid):
        begun().receive(nonsense)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused(data: bytes) -> None:
    stream = begun()
    try:
        stream.receive(data)
    except FrameInvalid:
        return
    stream.take()
