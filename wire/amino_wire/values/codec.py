"""Encode and decode values, with or without stubs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from amino_wire.error_base import AminoError
from amino_wire.error_tree import ValueInvalid
from amino_wire.guards import is_list
from amino_wire.values import material, reader, writer
from amino_wire.values.hooks import NO_HOOKS, ValueHooks
from amino_wire.values.kinds import RAISED, SCALARS, EncodedValue, Reference

_only_scalars = SCALARS.issuperset
_MAP = 0x80
_EMPTY_MAP = bytes((_MAP,))
_SMALL = 64
"""Characters of a text whose bytes are kept for the next time."""


class Codec:
    """Values as bytes and back. Holds no state between values; safe to share among threads.

    Arguments:
        to_reference: gives the reference of a stub (None for every other value), for values that leave.
        from_reference: makes a stub of a reference, for values that arrive; without it, a Reference stays.
        hooks: the program's own classes; None: it has none.
    """

    def __init__(
        self,
        to_reference: Callable[[Any], Reference | None] | None = None,
        from_reference: Callable[[Reference], Any] | None = None,
        hooks: ValueHooks | None = None,
    ) -> None:
        self.to_reference = to_reference
        self.from_reference = from_reference
        self.hooks = hooks
        self._hooks = hooks or NO_HOOKS

    def encode(self, value: Any, *, path: str = "value") -> bytes:
        """The bytes of a value.

        Arguments:
            value: anything of docs/wire.md, section 1; tuples become lists.
            path: the value's name in an error's message.

        Raises:
            ValueInvalid: a part of the value cannot travel; the message says which.
        """
        if type(value) is EncodedValue:
            return value.data
        try:
            if type(value) in SCALARS:
                return writer.pack(value)
            return writer.pack(writer.Writer(self.to_reference, self._hooks).write(value))
        except (writer.Unwritable, ValueError, TypeError, OverflowError) as error:
            raise writer.describe(value, path, self.to_reference, self._hooks, str(error)) from None

    def encode_array(self, items: Sequence[Any], *, path: str = "args") -> bytes:
        """The bytes of an array of values of their own, such as the arguments of a call."""
        return writer.pack(self.plain_items(items, path))

    def decode(self, data: bytes | memoryview) -> Any:
        """The value of some bytes.

        Raises:
            ValueInvalid: the bytes are no value, or a value that Python cannot hold.
        """
        plain = reader.unpack(data)
        return plain if type(plain) in SCALARS else self.resolve(plain)

    def decode_array(self, data: bytes | memoryview) -> list[Any]:
        """The values of an array of values, such as the arguments of a call."""
        plain = reader.unpack(data)
        if not is_list(plain):
            raise ValueInvalid("an array of values was expected")
        return self.resolve_items(plain)

    def plain_items(self, items: Sequence[Any], path: str = "args") -> list[Any]:
        """Values of their own (arguments, outcomes) as plain material for the packer."""
        return [item if type(item) in SCALARS else self.plain(item, f"{path}[{index}]") for index, item in enumerate(items)]

    def plain(self, value: Any, path: str = "value") -> Any:
        """One value as plain material for the packer; a copy, so later changes of the value do not matter.

        Raises:
            ValueInvalid: a part of the value cannot travel.
        """
        try:
            return writer.Writer(self.to_reference, self._hooks).write(value)
        except (writer.Unwritable, ValueError) as error:
            raise writer.describe(value, path, self.to_reference, self._hooks, str(error)) from None

    def resolve(self, plain: Any) -> Any:
        """The value of what msgpack's unpacker made; changes it in place."""
        return reader.Reader(self.from_reference, self._hooks).resolve(plain)

    def resolve_items(self, items: list[Any]) -> list[Any]:
        """Values of their own out of what the unpacker made; changes the list in place."""
        if not _only_scalars(map(type, items)):
            for index, item in enumerate(items):
                if type(item) not in SCALARS:
                    items[index] = self.resolve(item)
        return items

    def raised(self, error: AminoError) -> material.Extension:
        """An error as the outcome of a call (extension 8). Details that cannot travel become text."""
        try:
            payload = writer.Writer(self.to_reference, self._hooks).error(error)
            return material.make_extension(RAISED, writer.pack(payload))
        except (writer.Unwritable, ValueError, TypeError, OverflowError):
            texts = [error.code, error.type, error.message, error.stack]
            details = {str(key): repr(value) for key, value in error.details.items()}
            cleaned = [text.encode("utf-8", "replace").decode() for text in texts]
            return material.make_extension(RAISED, writer.pack([*cleaned, repr_clean(details), None, int(error.outcome)]))

    def error_of(self, data: bytes) -> AminoError:
        """The error of the payload of extension 5 or 8."""
        return reader.Reader(self.from_reference, self._hooks).error(reader.unpack(data))


def repr_clean(details: dict[str, str]) -> dict[str, str]:
    """Texts without lone surrogates."""
    return {key.encode("utf-8", "replace").decode(): text.encode("utf-8", "replace").decode() for key, text in details.items()}


DEFAULT = Codec()
"""Values without stubs: references stay references."""

encode = DEFAULT.encode
decode = DEFAULT.decode


def _encoded_part(value: Any) -> bytes:
    if type(value) is EncodedValue:
        return value.data
    if type(value) is bool or (type(value) is str and len(value) <= _SMALL):
        return _encoded_small(value)
    return _EMPTY_MAP if type(value) is dict and not value else encode(value)


@lru_cache(maxsize=1024)
def _encoded_small(value: str | bool) -> bytes:
    return encode(value)


def encoded_map(items: Mapping[str, Any]) -> EncodedValue:
    """A map of at most 15 values, some of which may be encoded already; each stands for itself, also where two share something."""
    parts = [bytes((_MAP | len(items),))]
    for key, value in items.items():
        parts += (_encoded_small(key), _encoded_part(value))
    return EncodedValue(b"".join(parts))
