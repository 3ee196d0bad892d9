"""The disk of a store in memory: it keeps its content when the service that used it has ended, and it can be full or fail."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Mapping, Sequence

from amino_store.errors import RevisionCompacted
from amino_store.evaluation import Evaluation, evaluate
from amino_store.memory.snapshot import MemorySnapshot
from amino_store.store import PAGE_LIMIT
from amino_store.transaction import Entry, Event, Page, Transaction

HISTORY = 50_000
"""Revisions of events that are kept for watchers."""
EVENT_LIMIT = 500
"""Events that one read takes from the history; a batch is completed to whole revisions."""


class DiskFull(OSError):
    """There was no room: nothing of the batch is on the disk."""


class SyncFailed(OSError):
    """The disk did not say that the batch is on it. After the end of the process the batch is there whole, or nothing of it."""


class MemoryDisk:
    """Entries, their history and leases. The object outlives the store that works on it; one store at a time.

    Arguments:
        history: revisions of events that are kept for watchers.

    Attributes:
        full: every batch that would change something fails, until this is false again.
        failing_syncs: so many of the next durable batches fail when they are to reach the disk.
    """

    def __init__(self, *, history: int = HISTORY) -> None:
        self.full = False
        self.failing_syncs = 0
        self.revision = 0
        self.durable_revision = 0
        self.compacted = 0
        self.leases: dict[int, float] = {}
        self._history = history
        self._entries: dict[str, Entry] = {}
        self._keys: list[str] = []
        self._events: list[Event] = []
        self._last_lease = 0
        self._undo: list[Callable[[], None]] = []
        self._doubtful: Evaluation | None = None

    def commit(self, transactions: Sequence[Transaction]) -> Evaluation:
        """Runs the transactions of a batch, all of them or none.

        Raises:
            DiskFull: nothing has been done.
            SyncFailed: whether it has been done shows after the end of the process.
        """
        keys = set[str]().union(*(transaction.keys() for transaction in transactions))
        present = {key: self._entries[key] for key in keys if key in self._entries}
        evaluation = evaluate(transactions, present, self.revision)
        if not evaluation.changed:
            return evaluation
        if self.full:
            raise DiskFull("database or disk is full")
        durable = any(transaction.durable for transaction in transactions)
        if durable and self.failing_syncs:
            self.failing_syncs -= 1
            self._doubtful = evaluation
            raise SyncFailed("the disk did not take the batch that was written")
        self._doubtful = None
        self._write(evaluation)
        if durable:
            self._undo.clear()
            self.durable_revision = self.revision
        return evaluation

    def grant(self, length: float) -> int:
        """Records a lease of `length` seconds under the next number. Raises DiskFull."""
        if self.full:
            raise DiskFull("database or disk is full")
        self._last_lease += 1
        self.leases[self._last_lease] = length
        return self._last_lease

    def forget(self, lease: int) -> None:
        """Removes the record of a lease."""
        self.leases.pop(lease, None)

    def process_ended(self, *, doubtful_is_there: bool) -> None:
        """The process that used the disk is gone.

        Arguments:
            doubtful_is_there: whether a batch whose sync failed is on the disk.
        """
        doubtful, self._doubtful = self._doubtful, None
        if doubtful is not None and doubtful_is_there:
            self._write(doubtful)

    def power_lost(self) -> None:
        """The machine is gone: batches that were not durable are lost, unless a durable one came after them."""
        self._doubtful = None
        while self._undo:
            self._undo.pop()()

    def get(self, key: str) -> Entry | None:
        """The entry of one key."""
        return self._entries.get(key)

    def snapshot(self) -> MemorySnapshot:
        """A copy of all entries."""
        return MemorySnapshot({key: self._entries[key] for key in self._keys}, self.revision)

    def range(self, prefix: str, after: str, limit: int) -> Page:
        """A page of the keys that begin with `prefix` and come after `after`."""
        limit = max(1, min(limit, PAGE_LIMIT))
        # The order of a str by code points is that of its UTF-8 bytes.
        start = bisect_right(self._keys, after) if after >= prefix else bisect_left(self._keys, prefix)
        found: list[Entry] = []
        while start < len(self._keys) and self._keys[start].startswith(prefix):
            if len(found) == limit:
                return Page(tuple(found), True, self.revision)
            found.append(self._entries[self._keys[start]])
            start += 1
        return Page(tuple(found), False, self.revision)

    def count(self, prefix: str) -> int:
        """How many keys begin with `prefix`."""
        first = bisect_left(self._keys, prefix)
        last = first
        while last < len(self._keys) and self._keys[last].startswith(prefix):
            last += 1
        return last - first

    def keys_of_lease(self, lease: int) -> tuple[str, ...]:
        """The keys that fall with a lease."""
        return tuple(key for key in self._keys if self._entries[key].lease == lease)

    def events(self, prefix: str, from_revision: int) -> tuple[tuple[Event, ...], int]:
        """The next events of a watch, whole revisions only, and the revision from which to read on.

        Raises:
            RevisionCompacted: events from `from_revision` on are not all kept.
        """
        if from_revision <= self.compacted:
            raise RevisionCompacted(
                f"the changes from revision {from_revision} on are no longer kept (the oldest is {self.compacted + 1}); "
                "read the present state anew and watch from its revision",
                details={"first_revision": self.compacted + 1, "revision": self.revision},
            )
        found: list[Event] = []
        for event in self._events[bisect_left(self._events, from_revision, key=_revision) :]:
            if len(found) >= EVENT_LIMIT and event.revision != found[-1].revision:
                return tuple(found), found[-1].revision + 1
            if event.entry.key.startswith(prefix):
                found.append(event)
        return tuple(found), max(from_revision, self.revision + 1)

    def _write(self, evaluation: Evaluation) -> None:
        before = {key: self._entries.get(key) for key in evaluation.changed}
        revision, events = self.revision, len(self._events)
        self._put(evaluation.changed)
        self._events += evaluation.events
        self.revision = evaluation.revision

        def undo() -> None:
            self._put(before)
            del self._events[events:]
            self.revision = revision

        self._undo.append(undo)
        self._compact()

    def _put(self, entries: Mapping[str, Entry | None]) -> None:
        for key, entry in entries.items():
            known = key in self._entries
            if entry is not None:
                if not known:
                    insort(self._keys, key)
                self._entries[key] = entry
            elif known:
                del self._keys[bisect_left(self._keys, key)]
                del self._entries[key]

    def _compact(self) -> None:
        # In steps of a tenth of the history, so that a batch in ten pays.
        compacted = self.revision - self._history
        if compacted >= self.compacted + max(1, self._history // 10):
            self._undo.clear()
            del self._events[: bisect_right(self._events, compacted, key=_revision)]
            self.compacted = compacted


def _revision(event: Event) -> int:
    return event.revision
