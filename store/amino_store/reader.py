"""The interface of what only reads the entries of a store, be it the store itself or a copy in memory."""

from __future__ import annotations

from typing import Protocol

from amino_store.transaction import Entry, Page

PAGE_LIMIT = 1000
"""Entries that one range read may return: a longer answer would hold up everything else on the event loop."""


class Reader(Protocol):
    """Entries by their keys. A `Store` is one, whose answers are current; a `StoreCache` is one, whose answers have an age."""

    async def get(self, key: str) -> Entry | None:
        """The entry under `key`, or None."""
        ...

    async def range(self, prefix: str, *, after: str = "", limit: int = PAGE_LIMIT) -> Page:
        """See `Store.range`."""
        ...

    async def count(self, prefix: str) -> int:
        """How many keys begin with `prefix`."""
        ...
