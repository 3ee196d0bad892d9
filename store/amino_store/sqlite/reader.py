"""Reads of the SQLite backend.

They run on the event loop's thread: a point read takes some 10 µs, a full page 1 ms, and a writer never blocks them.
"""

from __future__ import annotations

from pathlib import Path

from amino_store.errors import RevisionCompacted
from amino_store.sqlite.connection import Connection, SqliteConnection
from amino_store.sqlite.rows import event_of
from amino_store.sqlite.statements import COLUMNS, ENTRY_COLUMNS, prefix_end
from amino_store.store import PAGE_LIMIT
from amino_store.transaction import Entry, Event, Page

EVENT_LIMIT = 500
"""Events that one read takes from the history; a batch is completed to whole revisions."""

_NO_END = b"\xff" * 8
"""Behind every key: UTF-8 never has the byte 0xff."""

_EVENTS = f"SELECT revision, kind, {COLUMNS} FROM event WHERE revision >= ? AND key >= ? AND key < ? ORDER BY revision, position LIMIT ?"
_REST = f"SELECT revision, kind, {COLUMNS} FROM event WHERE revision = ? AND key >= ? AND key < ? ORDER BY position"


class SqliteReader:
    """Owns the reading connection.

    Arguments:
        connection: to the database.
        path: the database file; messages name its folder.
    """

    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection = SqliteConnection(connection, path)
        self.folder = path.parent

    def revision(self) -> int:
        """The revision of the last committed change."""
        return int(self._connection.rows("SELECT value FROM counter WHERE name = 'revision'")[0][0])

    def get(self, key: str) -> Entry | None:
        """The entry of one key."""
        found = self._connection.entries(f"SELECT {ENTRY_COLUMNS} FROM entry WHERE key = ?", (key.encode(),))
        return found[0] if found else None

    def range(self, prefix: str, after: str, limit: int) -> Page:
        """A page of the keys that begin with `prefix` and come after `after`, and the revision it belongs to."""
        limit = max(1, min(limit, PAGE_LIMIT))
        first, last = prefix.encode(), prefix_end(prefix.encode()) or _NO_END
        condition, start = ("key > ?", after.encode()) if after.encode() >= first else ("key >= ?", first)
        query = f"SELECT {ENTRY_COLUMNS} FROM entry WHERE {condition} AND key < ? ORDER BY key LIMIT ?"
        with self._connection.reading():
            revision = self.revision()
            found = self._connection.entries(query, (start, last, limit + 1))
        return Page(tuple(found[:limit]), len(found) > limit, revision)

    def count(self, prefix: str) -> int:
        """How many keys begin with `prefix`; reads the index only."""
        first, last = prefix.encode(), prefix_end(prefix.encode()) or _NO_END
        return int(self._connection.rows("SELECT count(*) FROM entry WHERE key >= ? AND key < ?", (first, last))[0][0])

    def keys_of_lease(self, lease: int, limit: int) -> tuple[str, ...]:
        """Some of the keys that fall with a lease."""
        rows = self._connection.rows("SELECT key FROM entry WHERE lease = ? AND lease <> 0 LIMIT ?", (lease, limit))
        return tuple(row[0].decode() for row in rows)

    def leases(self) -> dict[int, float]:
        """Every lease with its length in seconds."""
        return dict(self._connection.rows("SELECT id, length FROM lease"))

    def events(self, prefix: str, from_revision: int) -> tuple[tuple[Event, ...], int]:
        """The next events of a watch, whole revisions only, and the revision from which to read on.

        Raises RevisionCompacted where events from `from_revision` on are not all kept.
        """
        first, last = prefix.encode(), prefix_end(prefix.encode()) or _NO_END
        with self._connection.reading():
            counters: dict[str, int] = dict(self._connection.rows("SELECT name, value FROM counter"))
            if from_revision <= counters["compacted"]:
                raise _compacted(from_revision, counters)
            rows = self._connection.rows(_EVENTS, (from_revision, first, last, EVENT_LIMIT))
            if len(rows) < EVENT_LIMIT:
                return tuple(event_of(row) for row in rows), max(from_revision, counters["revision"] + 1)
            end = rows[-1][0]
            tail = self._connection.rows(_REST, (end, first, last))
        whole = [row for row in rows if row[0] != end] + tail
        return tuple(event_of(row) for row in whole), end + 1

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()


def _compacted(from_revision: int, counters: dict[str, int]) -> RevisionCompacted:
    oldest = counters["compacted"] + 1
    return RevisionCompacted(
        f"the changes from revision {from_revision} on are no longer kept (the oldest is {oldest}); "
        "read the present state anew and watch from its revision",
        details={"first_revision": oldest, "revision": counters["revision"]},
    )
