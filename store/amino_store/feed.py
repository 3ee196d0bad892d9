"""The interface of a feed: the changes of a part of the store, and how far they have come."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from amino_store.snapshot import Snapshot
from amino_store.transaction import Event


@dataclass(frozen=True, slots=True)
class Changes:
    """A step of a feed: these changes come next, and with them everything up to `revision` has been given."""

    events: tuple[Event, ...]
    revision: int


class Source(Protocol):
    """A store that a copy in memory is fed from."""

    async def revision(self) -> int:
        """The revision of the last change, or a later one than that of every change acknowledged before this was asked."""
        ...

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """See `Store.snapshot`."""
        ...

    def feed(self, first: str, last: str, from_revision: int) -> AsyncIterator[Changes]:
        """The changes from a revision on, in order, of the keys from `first` on up to those that begin with `last`.

        Where nothing changes, a step without changes comes several times a second, as long as the store can be reached: it tells of
        the changes of other keys. No step comes while the store cannot be reached, and none is given twice.

        Raises RevisionCompacted, with a step or instead of one, where the changes are no longer kept; OmsUnavailable when the store closes.
        """
        ...
