"""A frame: all messages that one kernel has for another one in a turn, of all groups. Values are those of the wire (docs/wire.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from amino_wire import frames
from amino_wire.errors import FrameInvalid, ValueInvalid
from amino_wire.guards import is_list
from amino_wire.values import reader

from amino_replication.identity import MemberId
from amino_replication.log import Entry
from amino_replication.messages import KINDS, Append, Ask, Fetched, Message

VERSION = 1
"""Of frames. A kernel refuses frames of a version that it does not know."""
_HEAD = 4
_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
_NAMES = {kind: tuple(each.name for each in fields(kind)) for kind in KINDS}
_PLACES: dict[type[Message], int] = {Append: 5, Ask: 2, Fetched: 3}
"""Where a message has a list of pairs, its number counted."""


def _values_of(kind: type[Message]) -> Callable[[Message], tuple[Any, ...]]:
    """A function that reads all fields of a message at once: a frame may have thousands."""
    names = _NAMES[kind]
    read: Callable[[Message], Any] = attrgetter(*names)
    return read if len(names) > 1 else lambda message: (read(message),)


_VALUES = {kind: _values_of(kind) for kind in KINDS}


class Envelope(NamedTuple):
    """A message on its way.

    Arguments:
        group: whose members speak.
        sender, to: the members.
        message: what the sender says.
    """

    group: str
    sender: MemberId
    to: MemberId
    message: Message


def encode(envelopes: Iterable[Envelope]) -> bytes:
    """The bytes of messages between one pair of kernels, in their order."""
    flat: list[Any] = [VERSION, "", ""]
    for group, sender, to, message in envelopes:
        flat[1:3] = sender.kernel, to.kernel
        flat.append([group, sender.incarnation, to.incarnation, *_plain(message)])
    return frames.pack(flat)


def decode(data: bytes | memoryview) -> list[Envelope]:
    """The messages of a frame.

    Raises:
        FrameInvalid: the bytes are no frame of this version, or a message in it makes no sense. Nothing of the frame may be used.
    """
    try:
        flat: Any = reader.unpack(data)
        if not is_list(flat) or len(flat) < 3:
            raise ValueError("it is no list of messages")
        if flat[0] != VERSION:
            raise ValueError(f"its version is {flat[0]!r}, this kernel knows {VERSION}")
        sender, to = _text(flat[1]), _text(flat[2])
        return [_envelope(sender, to, each) for each in flat[3:]]
    except (ValueInvalid, ValueError, TypeError) as error:
        raise FrameInvalid(
            f"a frame between kernels of a replicated object cannot be read: {error}; its connection closes. Let all kernels of a group "
            "run the same version of Amino"
        ) from None


def _plain(message: Message) -> list[Any]:
    kind = type(message)
    plain: list[Any] = [_NUMBERS[kind], *_VALUES[kind](message)]
    place = _PLACES.get(kind)
    if place is not None:
        plain[place] = [*chain.from_iterable(plain[place])]
    return plain


def _envelope(sender: str, to: str, plain: Any) -> Envelope:
    if not is_list(plain) or len(plain) < _HEAD:
        raise ValueError("a message is no list")
    number = _count(plain[3])
    if number >= len(KINDS):
        raise ValueError(f"nobody knows messages of kind {number}")
    kind = KINDS[number]
    build: Any = kind
    counts = _USUAL.get(tuple(map(type, plain)))
    if counts is None or min(counts(plain)) < 0:
        return Envelope(_text(plain[0]), MemberId(sender, _count(plain[1])), MemberId(to, _count(plain[2])), build(*_checked(kind, plain)))
    values = plain[_HEAD:]
    place = _PLACES.get(kind)
    if place is not None:
        values[place - 1] = _FIELDS[_NAMES[kind][place - 1]](values[place - 1])
    return Envelope(plain[0], MemberId(sender, plain[1]), MemberId(to, plain[2]), build(*values))


def _checked(kind: type[Message], plain: list[Any]) -> list[Any]:
    """The fields of a message, one by one, so that an error names what is wrong."""
    names = _NAMES[kind]
    if len(plain) != _HEAD + len(names):
        raise ValueError(f"{kind.__name__} has {len(names)} fields, found {len(plain) - _HEAD}")
    return [_FIELDS[name](value) for name, value in zip(names, plain[_HEAD:], strict=True)]


def _text(value: Any) -> str:
    if type(value) is not str:
        raise ValueError(f"expected a text, found {type(value).__name__}")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"expected a number from 0 on, found {value!r:.40}")
    return value


def _lacks(value: Any) -> int | None:
    return value if value is None or value == -1 else _count(value)


def _bytes(value: Any) -> bytes:
    if type(value) is not bytes:
        raise ValueError(f"expected bytes, found {type(value).__name__}")
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError(f"expected true or false, found {type(value).__name__}")
    return value


def _pairs(value: Any) -> zip[tuple[Any, Any]]:
    if not is_list(value) or len(value) % 2:
        raise ValueError("expected a list of pairs")
    return zip(value[::2], value[1::2], strict=True)


def _entries(value: Any) -> tuple[Entry, ...]:
    return tuple(Entry(_count(epoch), None if data is None else _bytes(data)) for epoch, data in _pairs(value))


def _members(value: Any) -> tuple[MemberId, ...]:
    return tuple(MemberId(_text(kernel), _count(incarnation)) for kernel, incarnation in _pairs(value))


_COUNTS = ("epoch", "round", "previous", "previous_epoch", "committed", "holds", "last_epoch", "last", "base", "after", "index")
_FIELDS: dict[str, Any] = {
    **dict.fromkeys((*_COUNTS, "index_epoch", "size", "offset"), _count),
    **dict.fromkeys(("data", "digest"), _bytes),
    "lacks": _lacks,
    "quiet": _flag,
    "entries": _entries,
    "ended": _members,
}
_HEAD_TYPES = (str, int, int, int)
_USUAL: dict[tuple[type, ...], Callable[[list[Any]], tuple[int, ...]]] = {
    (*_HEAD_TYPES, int, int, int, int, list, int, bool): itemgetter(1, 2, 4, 5, 6, 7, 9),  # Append
    (*_HEAD_TYPES, int, int, int, type(None)): itemgetter(1, 2, 4, 5, 6),  # Answer
}
"""By the types of the messages that are frequent, their counts: those are checked at once."""
