"""The log file of a kernel: one record a turn for all its groups, and what a group's log was, read from the records."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from amino_wire import frames
from amino_wire.errors import FrameInvalid, ValueInvalid
from amino_wire.guards import is_list
from amino_wire.values import reader

from amino_replication.effects import Write
from amino_replication.log import Entry
from amino_replication.state import Stored

VERSION = 1
_PARTS = 6


def encode_record(writes: Iterable[tuple[str, Write]]) -> bytes:
    """The bytes of the writes of a turn, by group. The file adds length and checksum."""
    flat: list[Any] = [VERSION]
    for group, write in writes:
        flat.append([group, write.epoch, write.base, write.base_epoch, write.first, list(chain.from_iterable(write.entries))])
    return frames.pack(flat)


def restore(records: Iterable[bytes]) -> dict[str, Stored]:
    """The logs of all groups, from the records in the order in which they were written.

    Raises:
        FrameInvalid: a record cannot be read.
    """
    stored: dict[str, Stored] = {}
    for record in records:
        fold(stored, record)
    return stored


def fold(stored: dict[str, Stored], record: bytes) -> None:
    """One more record was written: brings the logs of its groups up to that. Raises FrameInvalid where it cannot be read."""
    try:
        plain: Any = reader.unpack(record)
        if not is_list(plain) or not plain or plain[0] != VERSION:
            raise ValueError("it is no record of a version that this kernel knows")
        for part in plain[1:]:
            group, write = _write(part)
            stored[group] = after(stored.get(group, Stored()), write)
    except (ValueInvalid, ValueError, TypeError) as error:
        raise FrameInvalid(
            f"a record of a kernel's replication log cannot be read ({error}): look at the disk; the kernel may join its groups anew"
        ) from None


def after(stored: Stored, write: Write) -> Stored:
    """What the disk has of a group after a write."""
    entries = list(stored.entries[: max(0, write.first - 1 - stored.base)])
    if write.base >= stored.base + len(entries):
        entries.clear()
    else:
        del entries[: write.base - stored.base]
    return Stored(write.epoch, write.base, write.base_epoch, (*entries, *write.entries))


def behind(stored: Stored, index: int, epoch: int) -> Stored:
    """The log with which a member starts behind its snapshot. The snapshot may be newer than all that the disk has of the log.

    Arguments:
        stored: the log.
        index, epoch: the snapshot's last entry.
    """
    place = index - stored.base
    if place <= 0:
        return stored
    follows = place <= len(stored.entries) and stored.entries[place - 1].epoch == epoch
    return Stored(stored.epoch, index, epoch, stored.entries[place:] if follows else ())


def _write(part: Any) -> tuple[str, Write]:
    if not is_list(part) or len(part) != _PARTS or [type(each) for each in part] != [str, int, int, int, int, list]:
        raise ValueError("a part of it is no write of a group")
    group, epoch, base, base_epoch, first, flat = part
    entries = tuple(Entry(int(each), data) for each, data in zip(flat[::2], flat[1::2], strict=True))
    return group, Write(0, epoch, base, base_epoch, first, entries)
