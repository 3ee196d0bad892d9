"""Walks over the bytes of frames and values without making the values."""

from __future__ import annotations

from typing import Any

from amino_wire.error_tree import FrameInvalid, ValueInvalid
from amino_wire.protocol import Option
from amino_wire.values import EncodedValue, material, reader

UNREADABLE = (material.UnpackError, ValueError, TypeError, OverflowError, ValueInvalid)
"""What walking over bytes raises that are no msgpack, or that Python cannot hold."""
_AS_BYTES = (Option.KWARGS, Option.HEADERS)
_LAST_OPTION = Option.CLIENT
_PLAIN_OPTIONS = frozenset(range(1, _LAST_OPTION + 1)) - {*_AS_BYTES}
_NIL = b"\xc0"
_only_integers = frozenset((int,)).issuperset


class Cursor:
    """Walks over the items of a frame and cuts some out as they are; all of it in msgpack's C code."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._walker = material.make_walker(len(data) + 1, reader.pairs_to_map)
        self._walker.feed(data)

    def array(self) -> int:
        """The length of the array that begins here."""
        return self._walker.read_array_header()

    def map(self) -> int:
        """The number of pairs of the map that begins here."""
        return self._walker.read_map_header()

    def item(self) -> Any:
        """The next item, plain."""
        return self._walker.unpack()

    def raw(self) -> EncodedValue:
        """The next item as its bytes."""
        start = self._walker.tell()
        self._walker.skip()
        return EncodedValue(self._data[start : self._walker.tell()])

    def raws(self, count: int) -> list[EncodedValue]:
        """So many items as their bytes."""
        data, tell, skip = self._data, self._walker.tell, self._walker.skip
        found: list[EncodedValue] = []
        start = tell()
        for _ in range(count):
            skip()
            end = tell()
            found.append(EncodedValue(data[start:end]))
            start = end
        return found

    def calls(self, count: int) -> list[Any]:
        """So many calls, flat: target and method plain, args as their bytes."""
        data, item, tell, skip = self._data, self._walker.unpack, self._walker.tell, self._walker.skip
        found: list[Any] = []
        for _ in range(count):
            target, method, start = item(), item(), tell()
            skip()
            found += (target, method, EncodedValue(data[start : tell()]))
        return found

    def end(self) -> None:
        """Raises ValueError where bytes follow."""
        if self._walker.tell() != len(self._data):
            raise ValueError("bytes follow it")

    def plain_options(self) -> dict[int, Any]:
        """As `options`, in fewer steps; raises any of UNREADABLE also where `options` reads them."""
        data, item, tell, skip = self._data, self._walker.unpack, self._walker.tell, self._walker.skip
        found: dict[int, Any] = {}
        for _ in range(self._walker.read_map_header()):
            key = item()
            if type(key) is not int:
                raise ValueError("the key of an option must be an integer")
            if key in _PLAIN_OPTIONS:
                found[key] = item()
                continue
            start = tell()
            skip()
            if key in _AS_BYTES:
                found[key] = EncodedValue(data[start : tell()])
                if found[key].data == _NIL:
                    found[key] = None
        return found

    def options(self) -> dict[int, Any]:
        """The options of a call that have a meaning; kwargs and headers as their bytes."""
        found: dict[int, Any] = {}
        for _ in range(self.map()):
            key = self.item()
            encoded = self.raw()
            if type(key) is not int:
                raise FrameInvalid(f"the key of an option must be an integer, found {type(key).__name__}")
            if 0 < key <= _LAST_OPTION:
                found[key] = encoded if key in _AS_BYTES and encoded.data != _NIL else reader.unpack(encoded.data)
        return found


def small_options(data: bytes) -> dict[Any, Any] | None:
    """The options of a call in one step, where all of them are plain ones with a meaning; None: they are to be walked over."""
    try:
        plain = material.unpackb(data, strict_map_key=False)
    except UNREADABLE:
        return None
    told_apart = data[0] & 0xF0 == 0x80 and len(plain) == data[0] & 0x0F and _only_integers(map(type, plain))
    return plain if told_apart and _PLAIN_OPTIONS.issuperset(plain) else None
