"""One connection to the database: its transactions end in any case, and its errors say how they ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from amino_wire.errors import AminoError, OmsUnavailable

from amino_store.errors import NotWritten, StoreFailed, StoreFull
from amino_store.sqlite.rows import entry_of
from amino_store.transaction import Entry

DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""Codes of errors that say that the file is no database, or a damaged one."""


class Connection(Protocol):
    """The part of `sqlite3.Connection` that the store uses; a test may give a connection whose statements fail."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        ...

    def execute(self, sql: str, parameters: Any = ..., /) -> sqlite3.Cursor:
        """Runs one statement."""
        ...

    def close(self) -> None:
        """Closes the connection."""


Connect = Callable[[Path], Connection]


def open_connection(path: Path) -> Connection:
    """A connection in autocommit mode, in WAL, syncing at every commit; used by one thread at a time."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30.0, cached_statements=256)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -32000")
    except BaseException:
        connection.close()
        raise
    return connection


class SqliteConnection:
    """A connection with its transactions. Used by one thread at a time.

    Arguments:
        connection: open, in autocommit mode, syncing at every commit.
        path: the database file; messages name its folder.
    """

    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection, self._folder = connection, path.parent
        self._durable = True

    def execute(self, sql: str, parameters: Any = ()) -> list[Any]:
        """Runs one statement inside the block of `writing`, and returns its rows."""
        return self._connection.execute(sql, parameters).fetchall()

    @contextmanager
    def writing(self, *, durable: bool = True) -> Generator[None]:
        """Runs the block in a transaction that is committed at its end, and rolled back after any error.

        Arguments:
            durable: the commit waits until the disk has it.

        Raises:
            StoreFull, NotWritten: nothing has been done, and the connection can go on.
            StoreFailed: the connection must not be used any more.
        """
        try:
            self._synchronise(durable)
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._roll_back()
                raise
            self._commit()
        except AminoError:
            raise
        except Exception as error:
            raise self._not_written(error) from error

    @contextmanager
    def reading(self) -> Generator[None]:
        """Runs the block in a transaction that sees one state of the database. Raises as `rows`."""
        try:
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._roll_back()
        except sqlite3.Error as error:
            raise self._not_read(error) from error

    def rows(self, sql: str, parameters: Any = ()) -> list[Any]:
        """The rows that one query finds. A block around it is needed only where several queries must see the same state.

        Raises:
            OmsUnavailable: the disk could not be read.
            StoreFailed: the database is damaged.
        """
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise self._not_read(error) from error

    def entries(self, sql: str, parameters: Any = ()) -> list[Entry]:
        """What one query of the columns ENTRY_COLUMNS finds, each record checked. Raises as `rows`."""
        try:
            return [entry_of(row) for row in self._connection.execute(sql, parameters)]
        except sqlite3.Error as error:
            raise self._not_read(error) from error

    def close(self) -> None:
        """Folds the log into the database and closes it."""
        try:
            self._connection.close()
        except sqlite3.Error as error:
            message = f"the store was not closed in order ({error}); every acknowledged commit is on the disk"
            raise OmsUnavailable(message) from error

    def _synchronise(self, durable: bool) -> None:
        if durable != self._durable:
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._durable = durable

    def _commit(self) -> None:
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            # The mark that makes a transaction count is written behind its pages. Where there was no room for these, or
            # another process held the lock, there is no mark. After any other failure the mark may be on the disk, and
            # the next process may find it there.
            if primary_code(error) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY):
                raise
            raise self._failed(error, "whether this request was done is unknown") from error

    def _roll_back(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise self._failed(error, "this request was not done") from error

    def _not_read(self, error: Exception) -> OmsUnavailable:
        if primary_code(error) in DAMAGE:
            return self._failed(error, "this request was not answered")
        return OmsUnavailable(
            f"the store could not be read ({error}); try again, and look at the disk that holds {self._folder} if that goes on"
        )

    def _not_written(self, error: Exception) -> OmsUnavailable:
        code = primary_code(error)
        if code == sqlite3.SQLITE_FULL:
            return StoreFull(
                f"the disk that holds {self._folder} is full: nothing of this request was done. Make room there and send "
                "the request again; the object management service goes on and needs no restart"
            )
        if code in DAMAGE:
            return self._failed(error, "this request was not done")
        return NotWritten(
            f"the store could not write ({error}): nothing of this request was done. Try again, and look at the disk "
            f"that holds {self._folder} if that goes on"
        )

    def _failed(self, error: Exception, outcome: str) -> StoreFailed:
        return StoreFailed.of(str(self._folder), str(error), outcome)


def primary_code(error: BaseException) -> int:
    """SQLite's code of an error without its extension; 0 for an error of another kind."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
