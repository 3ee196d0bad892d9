"""A table that is filled from several revisions of a store, one part after the other, while a feed changes it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from amino_store.cache.table import Table
from amino_store.transaction import Entry, Event, EventKind


class Filling:
    """Entries that are read and changes that are heard, put together: of each key the latest that is known of it.

    When all has been read, and the feed has come to the last revision that was read, the table is as the store was at the revision of
    the feed.

    Arguments:
        table: an empty one.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._heard: dict[str, int] = {}
        """The revision of the last change of each key that the feed has brought, also where the key is gone."""

    def read(self, entries: Sequence[Entry]) -> None:
        """Takes entries as they were at the revision that is read. Each key is read once."""
        if not self._heard:
            self._table.fill(entries)
            return
        self._table.fill([each for each in entries if each.key not in self._heard])
        newer = [each for each in entries if self._heard.get(each.key, each.modified) < each.modified]
        self._table.apply([Event(EventKind.PUT, each.modified, each) for each in newer])

    def heard(self, events: Sequence[Event]) -> None:
        """Takes changes that the feed has brought, in their order."""
        fresh: list[Event] = []
        for event in events:
            key = event.entry.key
            known = self._table.get(key)
            if known is not None and known.modified > event.revision:
                continue  # it was read at a later revision
            self._heard[key] = event.revision
            fresh.append(event)
        self._table.apply(fresh)
