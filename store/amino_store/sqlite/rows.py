"""Rows of the SQLite backend and what they stand for; each row of the table `entry` has a checksum. Pure."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Sequence

from amino_store.sqlite.statements import Row
from amino_store.transaction import Entry, Event, EventKind


class RowDamaged(sqlite3.DatabaseError):
    """A row is not what was written. SQLite has no checksums: it gives out a changed value as if nothing were wrong."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    sqlite_errorname = "SQLITE_CORRUPT"


def entry_row(entry: Entry) -> Row:
    """The row of an entry in the table `entry`."""
    row = _columns(entry)
    return *row, checksum(row)


def entry_of(row: Row) -> Entry:
    """The entry of a row of the table `entry`. Raises RowDamaged where its checksum is wrong."""
    check_row(row)
    return _entry(row[:-1])


def check_row(row: Row) -> None:
    """Raises RowDamaged where the checksum of a row of the table `entry` is wrong."""
    if checksum(row[:-1]) != row[-1]:
        raise RowDamaged(f"the record {_shown(row[0])} is not what was written there: its checksum is wrong")


def event_row(position: int, event: Event) -> Row:
    """The row of an event; `position` orders the events of one batch."""
    return event.revision, position, event.kind.value, *_columns(event.entry)


def event_of(row: Row) -> Event:
    """The event of a row: revision, kind, then the entry's columns."""
    revision, kind, *entry = row
    return Event(EventKind(kind), int(revision), _entry(entry))  # type: ignore[call-overload]


def checksum(row: Sequence[object]) -> int:
    """The CRC-32 of a row's columns, all that there are."""
    try:
        key, value, *numbers = row
        return zlib.crc32(value, zlib.crc32(b"%s %d %d %d %d" % (key, *numbers)))  # type: ignore[arg-type,str-format]
    except TypeError:
        return -1  # damage has changed the type of a column


def _columns(entry: Entry) -> Row:
    return entry.key.encode(), entry.value, entry.created, entry.modified, entry.version, entry.lease


def _entry(row: Sequence[object]) -> Entry:
    key, value, created, modified, version, lease = row
    assert isinstance(key, bytes) and isinstance(value, bytes)
    return Entry(key.decode(), value, int(created), int(modified), int(version), int(lease))  # type: ignore[call-overload]


def _shown(key: object) -> str:
    return key[:200].decode(errors="replace") if isinstance(key, bytes) else repr(key)[:200]
