"""msgpack's C code with types: the input of the packer, the output of the unpacker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeGuard

import msgpack


class Extension(Protocol):
    """An extension type: its number and its payload."""

    code: int
    data: bytes


class Moment(Protocol):
    """msgpack's own timestamp."""

    seconds: int
    nanoseconds: int


class Walker(Protocol):
    """msgpack's streaming unpacker, for walking over items."""

    def feed(self, data: bytes) -> None: ...
    def read_array_header(self) -> int: ...
    def read_map_header(self) -> int: ...
    def unpack(self) -> Any: ...
    def skip(self) -> None: ...
    def tell(self) -> int: ...


_library: Any = msgpack
_EXTENSION: type = _library.ExtType
_MOMENT: type = _library.Timestamp
packb: Callable[..., bytes] = _library.packb
unpackb: Callable[..., Any] = _library.unpackb
make_extension: Callable[[int, bytes], Extension] = _library.ExtType
make_moment: Callable[[int, int], Moment] = _library.Timestamp
UnpackError: type[Exception] = _library.exceptions.UnpackException
ExtraData: type[Exception] = _library.exceptions.ExtraData
TooDeep: type[Exception] = _library.exceptions.StackError
written_in_c: bool = not str(_library.Packer.__module__).endswith("fallback")


def is_extension(value: object) -> TypeGuard[Extension]:
    """Whether it is an extension type that is not resolved yet."""
    return type(value) is _EXTENSION


def is_moment(value: object) -> TypeGuard[Moment]:
    """Whether it is a timestamp that is not resolved yet."""
    return type(value) is _MOMENT


def make_packer(default: Callable[[Any], Any]) -> Callable[[Any], bytes]:
    """A function that packs one item; it may not be used by two threads."""
    pack: Callable[[Any], bytes] = _library.Packer(default=default).pack
    return pack


def make_walker(size: int, make_map: Callable[[list[tuple[Any, Any]]], Any]) -> Walker:
    """A walker over at most so many bytes."""
    walker: Walker = _library.Unpacker(object_pairs_hook=make_map, strict_map_key=False, max_buffer_size=size)
    return walker
