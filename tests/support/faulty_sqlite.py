"""Connections to SQLite whose statements fail where a test says so; everything else is the real database."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amino_store.sqlite.connection import Connection, open_connection


def sqlite_error(name: str) -> sqlite3.OperationalError:
    """An error as SQLite raises it, by the name of its code, such as `SQLITE_IOERR_FSYNC`."""
    texts = {"SQLITE_FULL": "database or disk is full", "SQLITE_CORRUPT": "database disk image is malformed"}
    error = sqlite3.OperationalError(texts.get(name, "disk I/O error"))
    error.sqlite_errorcode, error.sqlite_errorname = getattr(sqlite3, name), name
    return error


@dataclass(slots=True)
class Fault:
    """Statements that begin with `start` fail, `times` times, after the first `passed`.

    `done`: such a statement runs and fails all the same, as a commit does that reaches the disk although its sync fails.
    """

    start: str
    name: str
    times: int = 1
    passed: int = 0
    done: bool = False


@dataclass(slots=True)
class Faults:
    """The faults of all connections that `connect` has opened: the first one is the store's for writing."""

    planned: list[Fault] = field(default_factory=list[Fault])
    connections: list[FaultyConnection] = field(default_factory=list["FaultyConnection"])
    seen: list[str] = field(default_factory=list[str])

    def connect(self, path: Path) -> Connection:
        """Opens a connection that fails as planned."""
        self.connections.append(FaultyConnection(open_connection(path), self))
        return self.connections[-1]

    def plan(self, start: str, name: str, **more: Any) -> None:
        """Adds a fault."""
        self.planned.append(Fault(start, name, **more))

    def next(self, sql: str) -> Fault | None:
        """The fault of a statement that is about to run."""
        self.seen.append(sql)
        for fault in self.planned:
            if sql.startswith(fault.start):
                if fault.passed:
                    fault.passed -= 1
                    return None
                fault.times -= 1
                if not fault.times:
                    self.planned.remove(fault)
                return fault
        return None


class FaultyConnection:
    """A connection that fails as planned. A commit that fails leaves no transaction open, as in SQLite."""

    def __init__(self, connection: Connection, faults: Faults) -> None:
        self.real, self._faults = connection, faults

    @property
    def in_transaction(self) -> bool:
        return self.real.in_transaction

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        fault = self._faults.next(sql)
        if fault is None:
            return self.real.execute(sql, parameters)
        if fault.done:
            self.real.execute(sql, parameters)
        elif sql == "COMMIT":
            self.real.execute("ROLLBACK")
        raise sqlite_error(fault.name)

    def close(self) -> None:
        self.real.close()
