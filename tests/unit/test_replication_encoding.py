"""Frames between kernels: what is written is read, and nothing else is."""

from __future__ import annotations

from random import Random

import pytest
from amino_replication.configuration import Configuration
from amino_replication.encoding import Envelope, decode, encode
from amino_replication.identity import MemberId
from amino_replication.log import Entry
from amino_replication.messages import (
    KINDS,
    Answer,
    Append,
    Ask,
    Checked,
    End,
    Fetch,
    Fetched,
    Message,
    Piece,
    PieceTaken,
    Refused,
    Release,
)
from amino_wire import frames
from amino_wire.errors import FrameInvalid

A, B = MemberId("kernel-a", 3), MemberId("kernel-b", 1)
MESSAGES: tuple[Message, ...] = (
    Append(7, 1, 2, 6, (Entry(6, b"x"), Entry(7, None), Entry(7, b"")), 2, True),
    Append(7, 2, 5, 7, (), 5),
    Answer(7, 2, 5),
    Answer(7, 2, 0, -1),
    Answer(7, 2, 4, 4),
    Ask(8, (A, B)),
    End(8, 7, 5, 0),
    Fetch(8, 3),
    Fetched(8, 3, (Entry(7, b"y"),)),
    Refused(9),
    Release(9),
    Piece(9, 5, 7, 100, 50, b"half"),
    PieceTaken(9, 5, 54),
    Checked(9, 5, b"digest"),
)


def test_all_messages_come_as_they_were_sent() -> None:
    envelopes = [Envelope(f"group {number % 3}", A, B, message) for number, message in enumerate(MESSAGES)]
    assert decode(encode(envelopes)) == envelopes
    assert {type(message) for message in MESSAGES} == set(KINDS)


def test_a_heartbeat_is_small() -> None:
    envelopes = [Envelope(f"{number:032x}", A, B, Append(7, 9000, 10_000, 7, (), 10_000)) for number in range(1000)]
    assert len(encode(envelopes)) < 60 * 1000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "cannot be read"),
        (b"\xc1", "cannot be read"),
        (frames.pack(5), "no list"),
        (frames.pack([1]), "no list"),
        (frames.pack([2, "a", "b"]), "its version is 2, this kernel knows 1"),
        (frames.pack([1, 5, "b"]), "expected a text"),
        (frames.pack([1, "a", "b", 5]), "a message is no list"),
        (frames.pack([1, "a", "b", ["g", 1, 1, 99, 1]]), "messages of kind 99"),
        (frames.pack([1, "a", "b", ["g", 1, 1, 6]]), "Refused has 1 fields, found 0"),
        (frames.pack([1, "a", "b", ["g", 1, 1, 6, -1]]), "from 0 on"),
        (frames.pack([1, "a", "b", ["g", 1, 1, 6, True]]), "from 0 on"),
        (frames.pack([1, "a", "b", [5, 1, 1, 6, 1]]), "expected a text"),
        (frames.pack([1, "a", "b", ["g", 1, 1, 0, 1, 1, 0, 0, [1], 0, False]]), "list of pairs"),
        (frames.pack([1, "a", "b", ["g", 1, 1, 0, 1, 1, 0, 0, [1, "x"], 0, False]]), "expected bytes"),
        (frames.pack([1, "a", "b", ["g", 1, 1, 0, 1, 1, 0, 0, [], 0, 1]]), "true or false"),
        (frames.pack([1, "a", "b", ["g", 1, 1, 1, 1, 1, 0, -2]]), "from 0 on"),
    ],
)
def test_bytes_that_are_no_frame_say_what_is_wrong(data: bytes, reason: str) -> None:
    with pytest.raises(FrameInvalid, match=reason):
        decode(data)


def test_spoilt_frames_are_refused_or_are_other_frames() -> None:
    random = Random(1)
    whole = encode([Envelope("g", A, B, message) for message in MESSAGES])
    refused = 0
    for _ in range(3000):
        spoilt = bytearray(whole)
        for _ in range(random.randint(1, 3)):
            spoilt[random.randrange(len(spoilt))] = random.randrange(256)
        try:
            decode(bytes(spoilt[: random.choice((len(spoilt), random.randrange(len(spoilt))))]))
        except FrameInvalid:
            refused += 1
    assert refused > 1500


def test_a_configuration_is_stored_and_read() -> None:
    configuration = Configuration(5, A, (A, B), (A,), (MemberId("c", 2),), (B,), (B,), 3)
    assert Configuration.decode(configuration.encode()) == configuration
    assert Configuration.decode(Configuration.first([A]).encode()).complete
    for data in (b"", b"\x90", frames.pack([2, *[[]] * 8]), frames.pack([1, 5, [], [], [], [], [], [], 3])):
        with pytest.raises(FrameInvalid, match="stored configuration"):
            Configuration.decode(data)
