"""The entries of a copy: an SQLite database in memory. A million of objects' entries as Python objects would take thrice the room."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence

from amino_store.sqlite.statements import prefix_end
from amino_store.transaction import Entry, Event, EventKind

_COLUMNS = "key, value, created, modified, version, lease"
_SETTINGS = ("PRAGMA page_size = 16384", "PRAGMA journal_mode = OFF", "PRAGMA cache_spill = OFF")
_TABLE = (
    "CREATE TABLE entry (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL, "
    "version INTEGER NOT NULL, lease INTEGER NOT NULL) WITHOUT ROWID"
)
_PUT = f"INSERT OR REPLACE INTO entry ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"
_GET = f"SELECT {_COLUMNS} FROM entry WHERE key = ?"
_RANGE = f"SELECT {_COLUMNS} FROM entry WHERE key >= ? AND key < ? ORDER BY key LIMIT ?"
_COUNT = "SELECT count(*) FROM entry WHERE key >= ? AND key < ?"

_NO_END = b"\xff"
"""Behind every key: UTF-8 never has that byte."""

Row = tuple[bytes, bytes, int, int, int, int]


class Table:
    """Entries by their keys, in the order of the keys' UTF-8 bytes. Belongs to one thread; each method is one step."""

    def __init__(self) -> None:
        self._database = sqlite3.connect(":memory:", isolation_level=None)
        for statement in (*_SETTINGS, _TABLE):
            self._database.execute(statement)
        self._kinds: Counter[str] = Counter()
        """How many keys there are of each kind: counting a million takes a tenth of a second."""

    def get(self, key: str) -> Entry | None:
        """The entry of one key."""
        row = self._database.execute(_GET, (key.encode(),)).fetchone()
        return None if row is None else _entry(row)

    def range(self, prefix: str, after: str, limit: int) -> tuple[tuple[Entry, ...], bool]:
        """At most `limit` entries whose keys begin with `prefix` and come after `after`, and whether there are more."""
        first, last = prefix.encode(), prefix_end(prefix.encode()) or _NO_END
        if after.encode() >= first:
            first = after.encode() + b"\0"
        rows = self._database.execute(_RANGE, (first, last, limit + 1)).fetchall()
        return tuple(map(_entry, rows[:limit])), len(rows) > limit

    def count(self, prefix: str) -> int:
        """How many keys begin with `prefix`."""
        if prefix == _kind(prefix):
            return self._kinds[prefix]
        first = prefix.encode()
        return int(self._database.execute(_COUNT, (first, prefix_end(first) or _NO_END)).fetchone()[0])

    def fill(self, entries: Sequence[Entry]) -> None:
        """Takes entries whose keys are not there."""
        self._kinds.update(_kind(entry.key) for entry in entries)
        self._run(_PUT, map(_row, entries))

    def apply(self, events: Sequence[Event]) -> None:
        """Takes changes, in their order."""
        self._database.execute("BEGIN")
        for event in events:
            entry = event.entry
            if event.kind is EventKind.DELETE:
                gone = self._database.execute("DELETE FROM entry WHERE key = ?", (entry.key.encode(),)).rowcount
                self._kinds[_kind(entry.key)] -= gone
                continue
            if self._database.execute("SELECT 1 FROM entry WHERE key = ?", (entry.key.encode(),)).fetchone() is None:
                self._kinds[_kind(entry.key)] += 1
            self._database.execute(_PUT, _row(entry))
        self._database.execute("COMMIT")

    def close(self) -> None:
        """Gives the memory back."""
        self._database.close()

    def _run(self, statement: str, rows: Iterable[Row]) -> None:
        self._database.execute("BEGIN")
        self._database.executemany(statement, rows)
        self._database.execute("COMMIT")


def _row(entry: Entry) -> Row:
    return entry.key.encode(), entry.value, entry.created, entry.modified, entry.version, entry.lease


def _entry(row: Row) -> Entry:
    key, value, created, modified, version, lease = row
    return Entry(key.decode(), value, created, modified, version, lease)


def _kind(key: str) -> str:
    """The first part of a key: `/objects/` of `/objects/<id>`."""
    return key[: key.find("/", 1) + 1]
