"""Bytes of others that must be one map, and paths that must be those of instances."""

from __future__ import annotations

import pytest
from amino_wire.errors import ArgumentInvalid, ValueInvalid
from amino_wire.instances import number_of
from amino_wire.values import EncodedValue, encode
from amino_wire.whole import read_map, reserved_header


@pytest.mark.parametrize("data", [b"\xc0", b"\x90", b"\x91\xc0", b"\x07", b"\xc1", b"\x80\xc0"], ids=bytes.hex)
def test_bytes_that_are_no_map_are_refused(data: bytes) -> None:
    with pytest.raises(ValueInvalid, match="the settings of X"):
        read_map(data, "the settings of X")


def test_a_map_has_strings_as_keys() -> None:
    assert read_map(b"") == {}
    assert read_map(encode({"a": [1, None]})) == {"a": [1, None]}
    with pytest.raises(ArgumentInvalid, match="no string"):
        read_map(encode({1: "a"}))


@pytest.mark.parametrize("path", ["", "js", "..", "0.", "\x00", "-1", "0/1", "01", "²"])
def test_a_path_that_is_none_is_refused(path: str) -> None:
    with pytest.raises(ArgumentInvalid, match="no path of an instance"):
        number_of(path)


def test_the_number_of_a_path() -> None:
    assert [number_of(path) for path in ("0", "7", "0.2", "3.1.12")] == [0, 7, 2, 12]


def test_headers_of_the_runtime_itself_are_found_in_both_forms() -> None:
    headers = {"replica": 1, "@fixed": [1, 2]}
    for form in (headers, EncodedValue(encode(headers))):
        assert reserved_header(form) == "@fixed"
    for form in ({}, {"replica": "@fixed"}, EncodedValue(encode({"a": 1}))):
        assert reserved_header(form) == ""
