"""The one writer of the SQLite backend: runs a batch of transactions in one SQLite transaction, so that they share one fsync."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amino_store.evaluation import Evaluation, evaluate
from amino_store.sqlite.connection import Connection, SqliteConnection
from amino_store.sqlite.recent import RecentEntries
from amino_store.sqlite.rows import entry_of, entry_row, event_row
from amino_store.sqlite.statements import (
    Row,
    delete_keys,
    groups,
    insert_events,
    parameters,
    select_keys,
    upsert_entries,
)
from amino_store.transaction import Entry, Transaction


@dataclass(frozen=True, slots=True)
class Written:
    """The outcome of a batch, the oldest revision whose events are still kept afterwards, and whether all is on the disk for good."""

    evaluation: Evaluation
    first_kept: int
    durable: bool


class SqliteWriter:
    """Owns the writing connection. Every method runs on the one writer thread, and blocks it for as long as the disk takes.

    Arguments:
        connection: to the database, as `open_database` gives it.
        path: the database file; messages name its folder.
        history: how many revisions of events to keep for watchers.

    Every method may raise what `SqliteConnection.writing` raises.
    """

    def __init__(self, connection: Connection, path: Path, *, history: int) -> None:
        self._history = history
        self._recent = RecentEntries()
        self._connection = SqliteConnection(connection, path)
        counters = dict(self._connection.rows("SELECT name, value FROM counter"))
        self.revision = int(counters["revision"])
        self.compacted = int(counters["compacted"])

    def commit(self, transactions: Sequence[Transaction]) -> Written:
        """Runs the transactions in order and makes them durable (unless none of them asks for it)."""
        durable = any(transaction.durable for transaction in transactions)
        with self._connection.writing(durable=durable):
            keys = set[str]().union(*(transaction.keys() for transaction in transactions))
            evaluation = evaluate(transactions, self._entries(keys), self.revision)
            compacted = self.compacted
            if evaluation.changed:
                self._write(evaluation)
                compacted = self._compact(evaluation.revision)
        self.revision, self.compacted = evaluation.revision, compacted
        self._recent.written(evaluation.changed)
        # A commit that has changed nothing does not reach the disk, and says nothing of those before it.
        return Written(evaluation, compacted + 1, durable and bool(evaluation.changed))

    def grant(self, length: float) -> int:
        """Records a lease of `length` seconds under the next number."""
        with self._connection.writing():
            rows = self._connection.execute("UPDATE counter SET value = value + 1 WHERE name = 'lease' RETURNING value")
            lease = int(rows[0][0])
            self._connection.execute("INSERT INTO lease VALUES (?, ?)", (lease, length))
        return lease

    def forget(self, lease: int) -> None:
        """Removes the record of a lease."""
        with self._connection.writing(durable=False):
            self._connection.execute("DELETE FROM lease WHERE id = ?", (lease,))

    def close(self) -> None:
        """Folds the log into the database and closes it."""
        self._connection.close()

    def _entries(self, keys: set[str]) -> dict[str, Entry]:
        found, unknown = self._recent.find(keys)
        for group in groups([(key.encode(),) for key in unknown]):
            for row in self._connection.execute(select_keys(len(group)), parameters(group)):
                entry = entry_of(row)
                found[entry.key] = entry
        return found

    def _write(self, evaluation: Evaluation) -> None:
        puts = [entry_row(entry) for entry in evaluation.changed.values() if entry is not None]
        gone: list[Row] = [(key.encode(),) for key, entry in evaluation.changed.items() if entry is None]
        events = [event_row(position, event) for position, event in enumerate(evaluation.events)]
        for group in groups(puts):
            self._connection.execute(upsert_entries(len(group)), parameters(group))
        for group in groups(gone):
            self._connection.execute(delete_keys(len(group)), parameters(group))
        for group in groups(events):
            self._connection.execute(insert_events(len(group)), parameters(group))
        self._connection.execute("UPDATE counter SET value = ? WHERE name = 'revision'", (evaluation.revision,))

    def _compact(self, revision: int) -> int:
        # In steps of a tenth of the history, so that a batch in ten pays and the table stays within 1.1 of its size.
        compacted = revision - self._history
        if compacted < self.compacted + max(1, self._history // 10):
            return self.compacted
        self._connection.execute("DELETE FROM event WHERE revision <= ?", (compacted,))
        self._connection.execute("UPDATE counter SET value = ? WHERE name = 'compacted'", (compacted,))
        return compacted
