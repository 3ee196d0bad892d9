"""One state of the database, read beside the process that works on it: a reader in WAL mode disturbs no writer."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Generator
from contextlib import closing, contextmanager
from pathlib import Path

from amino_wire.errors import ConfigInvalid

from amino_store.sqlite.opening import check_format, opening
from amino_store.sqlite.rows import entry_of
from amino_store.sqlite.statements import ENTRY_COLUMNS, prefix_end
from amino_store.transaction import Entry

FILE = "store.db"
"""The database in its folder."""
_NO_END = b"\xff" * 8


class SqliteSnapshot:
    """See `Snapshot`. Made by `sqlite_snapshot`; one thread uses it.

    Arguments:
        connection: in a transaction that has read something, and so sees one state.
        path: the database file.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path
        self.revision = int(connection.execute("SELECT value FROM counter WHERE name = 'revision'").fetchone()[0])

    async def get(self, key: str) -> Entry | None:
        """See Snapshot."""
        with opening(self._path):
            row = self._connection.execute(f"SELECT {ENTRY_COLUMNS} FROM entry WHERE key = ?", (key.encode(),)).fetchone()
            return None if row is None else entry_of(row)

    async def entries(self, prefix: str, *, after: str = "") -> AsyncIterator[Entry]:
        """See Snapshot."""
        first, last = prefix.encode(), prefix_end(prefix.encode()) or _NO_END
        query = f"SELECT {ENTRY_COLUMNS} FROM entry WHERE key >= ? AND key > ? AND key < ? ORDER BY key"
        with opening(self._path):
            # Not fetchall: a value may have 16 MiB.
            for row in self._connection.execute(query, (first, after.encode(), last)):
                yield entry_of(row)


@contextmanager
def sqlite_snapshot(folder: Path) -> Generator[SqliteSnapshot]:
    """The state of the store in a folder at this moment, also while a process works on it.

    Raises:
        ConfigInvalid: there is no store in the folder, or it may not be read.
        StoreIncompatible: another version of Amino has written it.
        StoreDamaged: it cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        raise ConfigInvalid(f"there is no store in the folder {folder}: it has no {FILE}. Name the folder of the OMS with --data-dir")
    with opening(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=30.0)
    with closing(connection):
        with opening(path):
            connection.execute("BEGIN")
            made = check_format(connection, path)
        if not made:
            raise ConfigInvalid(f"the store in the folder {folder} is empty: no OMS has worked on it yet")
        with opening(path):
            snapshot = SqliteSnapshot(connection, path)
        yield snapshot
