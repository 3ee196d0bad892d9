"""How the database is opened: only where it is sound and of the format that this program reads; made where missing."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from amino_wire.errors import AminoError, ConfigInvalid, StoreDamaged, StoreIncompatible

from amino_store.errors import StoreFailed, StoreFull, StoreInUse
from amino_store.sqlite.connection import DAMAGE, Connect, Connection, primary_code
from amino_store.sqlite.rows import RowDamaged, check_row
from amino_store.sqlite.statements import ENTRY_COLUMNS, SCHEMA, SCHEMA_VERSION

_UNUSABLE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)


@contextmanager
def opening(path: Path) -> Generator[None]:
    """Makes errors of SQLite in the block those of a store that cannot be opened.

    Raises:
        StoreDamaged: the file is no database, or a damaged one.
        StoreFull, ConfigInvalid, StoreInUse: the disk is full, the folder cannot be written, another program has the
            database.
        StoreFailed: the disk cannot be read or written.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _opening_error(error, path) from error


def open_database(path: Path, connect: Connect, *, ended_well: bool) -> tuple[Connection, Connection]:
    """Two connections to a database, one for writing and one for reading; call it in a block of `opening`.

    Arguments:
        path: the database file; its folder exists.
        connect: opens connections.
        ended_well: the process that had it before has closed it.

    Raises:
        StoreIncompatible: another version of Amino has written it.
        StoreDamaged: the check has found damage.
    """
    with ExitStack() as opened:
        writing = connect(path)
        opened.callback(writing.close)
        made = check_format(writing, path)
        if made:
            _check_content(writing, path)
        if not ended_well:
            # Bytes that a failed sync has left in the log may be in memory alone: they must be on the disk before anybody reads them.
            writing.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        _check_length(writing, path)
        if not made:
            writing.execute("BEGIN IMMEDIATE")
            for statement in (*SCHEMA, f"PRAGMA user_version = {SCHEMA_VERSION}", "COMMIT"):
                writing.execute(statement)
        reading = connect(path)
        opened.callback(reading.close)
        reading.execute("PRAGMA query_only = ON")
        # Damage in the pages that are read first is found now, and not by the first request.
        for table in ("counter", "lease"):
            writing.execute(f"SELECT * FROM {table}").fetchall()
        opened.pop_all()
        return writing, reading


def check_format(connection: Connection, path: Path) -> bool:
    """Whether the database has its tables; False for a new database. Raises StoreIncompatible for another format."""
    found = int(connection.execute("PRAGMA user_version").fetchall()[0][0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchall()[0][0])
    if found == SCHEMA_VERSION or (not found and not tables):
        return bool(found)
    formats = f"store format {found}; this version reads format {SCHEMA_VERSION}"
    if not found:
        what = "has tables of another program, or Amino was killed when it made them"
        remedy = "Name another folder with --data-dir, or move this one away"
    elif found < SCHEMA_VERSION:
        what = f"was written by an older version of Amino ({formats})"
        remedy = (
            "It is not converted: move it away, or name another folder with --data-dir, and register the objects again "
            "(`amino apply` makes those of a manifest). The version of Amino that wrote it can still use it"
        )
    else:
        what = f"was written by a newer version of Amino ({formats})"
        remedy = "Install that version (`pip install --upgrade amino-runtime`), or name another folder with --data-dir"
    details = {"folder": str(path.parent), "found": found, "readable": SCHEMA_VERSION}
    raise StoreIncompatible(f"the data folder {path.parent} {what}. {remedy}", details=details)


def _check_content(connection: Connection, path: Path) -> None:
    """SQLite's own check finds damage of its pages, the checksums find changed records."""
    found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(1)").fetchall()]
    if found != ["ok"]:
        raise _damaged(path, " ".join(found))
    try:
        for row in connection.execute(f"SELECT {ENTRY_COLUMNS} FROM entry"):
            check_row(row)
    except RowDamaged as error:
        raise _damaged(path, str(error)) from error


def _check_length(connection: Connection, path: Path) -> None:
    """SQLite itself misses a last page that is there in part."""
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        return  # some pages may be there alone
    pages, size = (int(connection.execute(f"PRAGMA {name}").fetchall()[0][0]) for name in ("page_count", "page_size"))
    length = path.stat().st_size
    if length < pages * size:
        raise _damaged(path, f"it has {length} bytes of {pages * size}")


def _damaged(path: Path, reason: str) -> StoreDamaged:
    return StoreDamaged(
        f"the database {path} is damaged ({reason}). Move the data folder away and bring it back from a copy, or begin with "
        "an empty one (--data-dir)",
        details={"folder": str(path.parent)},
    )


def _opening_error(error: sqlite3.Error, path: Path) -> AminoError:
    code, folder = primary_code(error), path.parent
    if code in DAMAGE:
        return _damaged(path, str(error))
    if code == sqlite3.SQLITE_FULL:
        return StoreFull(f"the disk that holds {folder} is full: make room there, and start again")
    if code in _UNUSABLE:
        return ConfigInvalid(f"the data folder {folder} cannot be used: {error}; name another one with --data-dir")
    if code == sqlite3.SQLITE_BUSY:
        return StoreInUse(f"the database {path} is held by another program ({error}); stop it, or give another folder")
    return StoreFailed.of(str(folder), str(error), "it cannot be opened")
