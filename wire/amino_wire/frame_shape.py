"""The shape of a frame (`docs/wire.md`, section 2): its items, their types, and what must fit together in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amino_wire.error_tree import FrameInvalid
from amino_wire.guards import is_list, is_map
from amino_wire.protocol import CANCEL, GOODBYE, HELLO, PARTIAL, PING, PONG, REPLY, REQUEST
from amino_wire.values import EncodedValue

_LENGTHS: Mapping[int, tuple[int, int]] = {
    REQUEST: (4, 5),
    REPLY: (3, 4),
    PARTIAL: (4, 5),
    CANCEL: (3, 3),
    HELLO: (2, 2),
    GOODBYE: (2, 2),
    PING: (2, 2),
    PONG: (2, 2),
}
_LISTS: Mapping[int, tuple[int, ...]] = {REQUEST: (3,), REPLY: (2,), PARTIAL: (2, 3), CANCEL: (2,)}
_only_texts, _only_lists = frozenset((str,)).issuperset, frozenset((list,)).issuperset


def check_frame(frame: Any) -> list[Any]:
    """The frame, if its shape is right.

    Raises:
        FrameInvalid: it is not; the connection is to be closed.
    """
    if not is_list(frame) or not frame or type(frame[0]) is not int or frame[0] not in _LENGTHS:
        raise FrameInvalid("a frame must be an array that begins with its kind, 0 to 7")
    items = frame
    kind: int = items[0]
    least, most = _LENGTHS[kind]
    if not least <= len(items) <= most:
        raise FrameInvalid(f"a frame of kind {kind} must have {least} items, found {len(items)}")
    if (kind <= CANCEL or kind >= PING) and not _is_number(items[1]):
        raise FrameInvalid(f"a frame of kind {kind} must have an integer of 64 bits as its number")
    for position in _LISTS.get(kind, ()):
        if type(items[position]) is not list:
            raise FrameInvalid(f"item {position} of a frame of kind {kind} must be an array")
    if kind == PARTIAL and len(items[2]) != len(items[3]):
        raise FrameInvalid("a partial reply must have as many outcomes as indexes")
    if kind in (PARTIAL, CANCEL) and not all(map(_is_number, items[2])):
        raise FrameInvalid(f"the indexes of a frame of kind {kind} must be integers of 64 bits")
    if kind == REQUEST:
        _check_request(items)
    if kind == HELLO and type(items[1]) is not dict:
        raise FrameInvalid("a hello must hold a map")
    return items


def _is_number(item: Any) -> bool:
    return type(item) is int and -1 << 63 <= item < 1 << 63


def _check_request(frame: list[Any]) -> None:
    calls = frame[3]
    if len(calls) % 3:
        raise FrameInvalid("the calls of a request must be triples of target, method and args")
    if not _is_number(frame[2]) or frame[2] < 0:
        raise FrameInvalid("the budget of a request must be milliseconds, 0 or more")
    if not (_only_texts(map(type, calls[0::3])) and _only_texts(map(type, calls[1::3]))):
        raise FrameInvalid("target and method of a call must be strings")
    if not _only_lists(map(type, calls[2::3])):
        raise FrameInvalid("the args of a call must be an array")
    if len(frame) == 5:
        _check_options(frame[4], len(calls) // 3)


def _check_options(options: Any, count: int) -> None:
    if not is_map(options):
        raise FrameInvalid("the options of a request must be a map")
    for index, said in options.items():
        if type(index) is not int or not 0 <= index < count:
            raise FrameInvalid(f"options for call {index!r} of {count}")
        if type(said) is not dict and not (type(said) is EncodedValue and _is_map_header(said.data[0])):
            raise FrameInvalid(f"the options of call {index} must be a map")


def _is_map_header(first: int) -> bool:
    """Whether a value that begins with this byte is a map."""
    return 0x80 <= first <= 0x8F or first in (0xDE, 0xDF)
