"""What stands in a kernel's replication log, and what it says of the members of the kernel's groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from amino_replication.effects import Write
from amino_replication.records import encode_record, fold
from amino_replication.state import Stored
from amino_wire import frames
from amino_wire.errors import FrameInvalid, ValueInvalid
from amino_wire.guards import is_list
from amino_wire.values import reader

VERSION = 1
_SEGMENT, _RECORD, _BEGINS, _FORGOTTEN, _WHOLE = range(5)
Item = list[Any]


@dataclass(frozen=True, slots=True)
class StoredLog:
    """The log of a member as the disk has it.

    Arguments:
        incarnation: of the member; its kernel is the one whose disk it is.
        log: its entries.
    """

    incarnation: int
    log: Stored


def segment(previous: int, length: int) -> Item:
    """The first item of a file: the number of the file before, 0 for none, and how much of that counts."""
    return [_SEGMENT, previous, length]


def record(data: bytes) -> Item:
    """The writes of a turn, as `amino_replication.records` encodes them."""
    return [_RECORD, data]


def begins(group: str, incarnation: int) -> Item:
    """A member of a group begins to live here, with nothing; whatever stood here of the group is over."""
    return [_BEGINS, group, incarnation]


def forgotten(group: str) -> Item:
    """No member of a group lives here any more."""
    return [_FORGOTTEN, group]


def whole(number: int) -> Item:
    """Files with lower numbers have nothing that does not stand in later ones."""
    return [_WHOLE, number]


def copied(group: str, stored: StoredLog) -> list[Item]:
    """All of a member's log anew, so that what stood of it before is needed no more."""
    log = stored.log
    write = Write(0, log.epoch, log.base, log.base_epoch, log.base + 1, log.entries)
    return [begins(group, stored.incarnation), record(encode_record([(group, write)]))]


def encode_items(items: Sequence[Item]) -> bytes:
    """The payload of a frame."""
    return frames.pack([VERSION, *items])


def decode_items(payload: bytes) -> list[Item]:
    """The items of a frame. Raises FrameInvalid."""
    try:
        plain: Any = reader.unpack(payload)
    except (ValueInvalid, ValueError) as error:
        raise FrameInvalid(f"a part of the replication log cannot be read: {error}; look at the disk") from None
    if not is_list(plain) or not plain or plain[0] != VERSION:
        raise FrameInvalid("a part of the replication log is of a version that this kernel does not know: start the newer one again")
    return plain[1:]


def segment_of(items: Sequence[Item]) -> tuple[int, int] | None:
    """The file before, and how much of it counts, where these items begin a file."""
    if items and items[0][0] == _SEGMENT:
        return items[0][1], items[0][2]
    return None


def whole_from(items: Sequence[Item]) -> int:
    """The number below which files are not needed any more; 0: these items say nothing of that."""
    return max((item[1] for item in items if item[0] == _WHOLE), default=0)


class Reading:
    """What the items of a log say, one after another."""

    def __init__(self) -> None:
        self._incarnations: dict[str, int] = {}
        self._logs: dict[str, Stored] = {}

    def take(self, items: Sequence[Item]) -> None:
        """The next ones. Raises FrameInvalid."""
        for item in items:
            match item:
                case [kind, bytes(data)] if kind == _RECORD:
                    fold(self._logs, data)
                case [kind, str(group), int(incarnation)] if kind == _BEGINS:
                    self._incarnations[group] = incarnation
                    self._logs.pop(group, None)
                case [kind, str(group)] if kind == _FORGOTTEN:
                    self._incarnations.pop(group, None)
                    self._logs.pop(group, None)
                case [kind, *_] if kind in (_SEGMENT, _WHOLE):
                    continue
                case _:
                    raise FrameInvalid("a part of the replication log makes no sense: look at the disk, or start the newer version again")

    def stored(self) -> dict[str, StoredLog]:
        """The logs of all members that live here, by group."""
        return {group: StoredLog(number, self._logs.get(group, Stored())) for group, number in self._incarnations.items()}
