"""The options of a call as they came: read in one step where that says the same as walking over them."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from amino_wire.cursor import UNREADABLE, Cursor, small_options
from amino_wire.errors import AminoError, FrameInvalid
from amino_wire.frames import pack, read_options
from amino_wire.protocol import Option
from amino_wire.values import EncodedValue, encode

SEED = 79


def walked(data: bytes) -> dict[int, Any] | None:
    """The options without the quick step; None: they cannot be read."""
    try:
        return Cursor(data).options()
    except (AminoError, *UNREADABLE):
        return None


def read(data: bytes) -> dict[int, Any] | None:
    try:
        return read_options(EncodedValue(data))
    except FrameInvalid:
        return None


def test_plain_options_are_read_in_one_step() -> None:
    plain = {Option.REQUEST_ID: "a/1", Option.FLAGS: 3, Option.CLIENT: "a"}
    assert small_options(pack(plain)) == plain == walked(pack(plain))


@pytest.mark.parametrize(
    "data",
    [
        b"\x82\x03\xa1a\x03\xa1b",  # a key twice
        b"\x82\x03\xa1a\xcb\x40\x08\x00\x00\x00\x00\x00\x00\xa1b",  # 3 and 3.0
        b"\x81\xc3\x01",  # true, which Python takes for 1
        b"\x81\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00\x01",  # 1.0
        b"\x81\x00\x01",
        b"\x81\x63\xa1a",  # a key of a later version
        b"\x81\x63\x81\x90\x01",  # such a key, with a value that Python cannot hold
        b"\x81\x01\x81\xa1a\x01",  # named arguments
        b"\x81\x08\x81\x90\x01",  # headers that Python cannot hold
        b"\x82\x01\xc0\x03\xa1a",
        b"\x81\x03",
        b"\x80",
        b"\x90",
        b"\xc0",
        b"\xde\x00\x01\x03\xa1a",
    ],
    ids=bytes.hex,
)
def test_other_options_are_read_as_by_walking(data: bytes) -> None:
    assert small_options(data) in (None, {})
    assert read(data) == walked(data)


def test_options_by_chance_are_read_as_by_walking() -> None:
    random = Random(SEED)
    print("seed", SEED)
    values = [1, -1, "a", "", None, True, 2**63, ["a"], {"a": 1}, {1: 2}, 1.5, b"a"]
    for _ in range(2000):
        keys = [random.choice([*range(-1, 15), True, "a", 3.0]) for _ in range(random.randint(0, 5))]
        pairs = b"".join(pack(key) + encode(random.choice(values)) for key in keys)
        data = bytes((0x80 | len(keys),)) + pairs
        if random.random() < 0.1:
            data = data[:-1]
        assert read(data) == walked(data), data.hex()
