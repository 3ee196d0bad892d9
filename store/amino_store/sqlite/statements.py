"""The SQL of the SQLite backend: its tables, and statements that carry many rows at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

SCHEMA_VERSION = 3
"""The format of the store. It changes with the tables, and with what the OMS keeps in them: a program reads one format only."""

SCHEMA = (
    "CREATE TABLE entry (key BLOB NOT NULL, value BLOB NOT NULL, created INTEGER NOT NULL, "
    "modified INTEGER NOT NULL, version INTEGER NOT NULL, lease INTEGER NOT NULL, checksum INTEGER NOT NULL)",
    "CREATE UNIQUE INDEX entry_key ON entry (key)",
    "CREATE INDEX entry_lease ON entry (lease) WHERE lease <> 0",
    "CREATE TABLE event (revision INTEGER NOT NULL, position INTEGER NOT NULL, kind INTEGER NOT NULL, "
    "key BLOB NOT NULL, value BLOB NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL, version INTEGER NOT NULL, "
    "lease INTEGER NOT NULL, PRIMARY KEY (revision, position)) WITHOUT ROWID",
    "CREATE TABLE lease (id INTEGER PRIMARY KEY, length REAL NOT NULL)",
    "CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO counter VALUES ('revision', 0), ('compacted', 0), ('lease', 0)",
)
"""The statements that make the tables."""

COLUMNS = "key, value, created, modified, version, lease"
"""The columns of an entry in both tables; in the table `entry` each row has a checksum behind them (`sqlite_rows`)."""
ENTRY_COLUMNS = f"{COLUMNS}, checksum"
ENTRY_WIDTH = 7
EVENT_WIDTH = 9

_LARGEST_GROUP = 64

Row = tuple[object, ...]


def groups(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Cuts rows into groups whose sizes are powers of two: few different statements, so that SQLite's compiled ones are found again.

    One statement for many rows matters since Python gives the interpreter lock away at each step of a statement, and under load waits
    milliseconds to get it back: 256 inserts took 158 ms one by one and 13 ms in one statement.
    """
    start, size = 0, _LARGEST_GROUP
    while start < len(rows):
        while size > len(rows) - start:
            size //= 2
        yield rows[start : start + size]
        start += size


def parameters(rows: Sequence[Row]) -> list[object]:
    """The rows' values one after the other."""
    return [value for row in rows for value in row]


def select_keys(count: int) -> str:
    """Reads the entries of `count` keys."""
    return f"SELECT {ENTRY_COLUMNS} FROM entry WHERE key IN ({_marks(count)})"


def upsert_entries(count: int) -> str:
    """Writes `count` entries."""
    rows = ", ".join([f"({_marks(ENTRY_WIDTH)})"] * count)
    return (
        f"INSERT INTO entry ({ENTRY_COLUMNS}) VALUES {rows} ON CONFLICT (key) DO UPDATE SET value = excluded.value, "
        "created = excluded.created, modified = excluded.modified, version = excluded.version, lease = excluded.lease, "
        "checksum = excluded.checksum"
    )


def delete_keys(count: int) -> str:
    """Removes `count` entries."""
    return f"DELETE FROM entry WHERE key IN ({_marks(count)})"


def insert_events(count: int) -> str:
    """Appends `count` events."""
    return f"INSERT INTO event VALUES {', '.join([f'({_marks(EVENT_WIDTH)})'] * count)}"


def prefix_end(prefix: bytes) -> bytes | None:
    """The first key after all that begin with `prefix`; None where there is no such key."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes((stem[-1] + 1,)) if stem else None


def _marks(count: int) -> str:
    return ", ".join("?" * count)
