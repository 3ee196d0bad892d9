"""Bytes that somebody else encoded and that go into a frame as they are: each is one item, whole, or it would spoil what stands behind it.

A frame that cannot be read ends its connection, and between the halves of a kernel that ends the kernel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amino_wire.cursor import Cursor
from amino_wire.error_base import AminoError
from amino_wire.error_tree import ArgumentInvalid, ValueInvalid
from amino_wire.frames import read_options
from amino_wire.invocation import CallOptions
from amino_wire.values import DEFAULT, EncodedValue, material


def whole_value(data: bytes, what: str = "a value") -> EncodedValue:
    """One value of any kind.

    Arguments:
        data: its bytes.
        what: its name, for messages.

    Raises:
        ValueInvalid: the bytes are not one value and nothing else.
    """
    try:
        size = len(Cursor(data).raw().data)
    except AminoError:
        raise
    except (material.UnpackError, ValueError) as error:
        raise ValueInvalid(f"{what} cannot be read: {error or type(error).__name__}") from None
    if size != len(data):
        raise ValueInvalid(f"{what} ends at byte {size}, and {len(data) - size} bytes follow it")
    return EncodedValue(data)


def whole_array(data: bytes, what: str = "the array of arguments") -> EncodedValue:
    """An array of values, such as the arguments of a call. Raises ValueInvalid for anything else."""
    value = whole_value(data, what)
    if not (0x90 <= data[0] <= 0x9F or data[0] in (0xDC, 0xDD)):
        raise ValueInvalid(f"{what} is no array")
    return value


def whole_map(data: bytes, what: str = "the map of named arguments") -> EncodedValue:
    """A map of values, such as the named arguments of a call. Raises ValueInvalid for anything else."""
    value = whole_value(data, what)
    if not (0x80 <= data[0] <= 0x8F or data[0] in (0xDE, 0xDF)):
        raise ValueInvalid(f"{what} is no map")
    return value


def read_map(data: bytes, what: str = "the map of named arguments") -> dict[str, Any]:
    """The map that these bytes are; no bytes are an empty map.

    Raises:
        ValueInvalid: they are no map, or a value in it cannot be read.
        ArgumentInvalid: a key is no string.
    """
    if not data:
        return {}
    found: dict[Any, Any] = DEFAULT.decode(whole_map(data, what).data)
    if not all(type(key) is str for key in found):
        raise ArgumentInvalid(f"a key of {what} is no string")
    return found


def reserved_header(headers: Mapping[str, Any] | EncodedValue) -> str:
    """The first header that only the runtime itself may send; empty: there is none."""
    plain: Mapping[Any, Any] = DEFAULT.decode(headers.data) if isinstance(headers, EncodedValue) else headers
    return next((name for name in plain if isinstance(name, str) and name.startswith("@")), "")


def whole_options(data: bytes) -> CallOptions:
    """The options of a call that stand alone, not in a frame; no bytes are no options.

    Raises:
        FrameInvalid: the bytes are no map of options.
        ValueInvalid: a named argument cannot be read.
    """
    return CallOptions.from_map(read_options(EncodedValue(data)), DEFAULT) if data else CallOptions()
