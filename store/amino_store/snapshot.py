"""The interface of a store as it was at one revision, to be read at leisure while the store goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from amino_store.transaction import Entry


class Snapshot(Protocol):
    """All entries of one revision. Nothing that is committed later is seen.

    Every method may raise RevisionCompacted where the store no longer keeps that revision: take another snapshot and begin anew.
    """

    @property
    def revision(self) -> int:
        """The revision that is read."""
        ...

    async def get(self, key: str) -> Entry | None:
        """The entry under `key`, or None."""
        ...

    def entries(self, prefix: str, *, after: str = "") -> AsyncIterator[Entry]:
        """The entries whose keys begin with `prefix` and come after the key `after`, in the order of the keys' UTF-8 bytes.

        Few of them are in memory at once.
        """
        ...
