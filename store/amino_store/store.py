"""The interface of what the OMS remembers; SQLite implements it for one machine, etcd for a cluster."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from amino_wire.errors import OmsUnavailable

from amino_store.limits import UNLIMITED, Limits
from amino_store.reader import PAGE_LIMIT
from amino_store.snapshot import Snapshot
from amino_store.transaction import Entry, Event, Outcome, Page, Transaction

__all__ = ["PAGE_LIMIT", "Store"]

Answer = TypeVar("Answer")


class Store(ABC):
    """Keys and values with revisions, transactions, leases and watches.

    Revisions count the changes of the whole store and grow; how many there are before the first change is the backend's.
    Every change that `commit` has acknowledged is seen by every later read.
    The error of a commit says how it ended. NotWritten: nothing has been done, and the store goes on. Any other
    OmsUnavailable, StoreFailed among them: the outcome is unknown, and the transaction is never sent twice. A backend that can
    find out does so before it answers, and sends a transaction again only when it knows that the first one can never be done.
    """

    @property
    def limits(self) -> Limits:
        """How much the store takes at once; a transaction beyond that ends in TransactionTooLarge before it is sent."""
        return UNLIMITED

    @abstractmethod
    async def revision(self) -> int:
        """The revision of the last change."""

    @abstractmethod
    def durable_revision(self) -> int:
        """A revision that nothing but damage takes back: the last revision that this process knows to survive the machine."""

    @abstractmethod
    async def get(self, key: str) -> Entry | None:
        """The entry under `key`, or None."""

    @abstractmethod
    async def range(self, prefix: str, *, after: str = "", limit: int = PAGE_LIMIT) -> Page:
        """The entries whose keys begin with `prefix` and come after the key `after`, in the order of the keys' UTF-8 bytes.

        At most `limit` (and PAGE_LIMIT) of them; pages read one after the other need not be of one revision.
        """

    @abstractmethod
    async def count(self, prefix: str) -> int:
        """How many keys begin with `prefix`."""

    @abstractmethod
    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """The store as it is now, for as long as the block lasts. The store goes on meanwhile."""

    @abstractmethod
    async def commit(self, transaction: Transaction) -> Outcome:
        """Runs a transaction, alone as far as anyone can see. Raises LeaseEnded for a put under a lease that has ended,
        TransactionTooLarge for what is beyond `limits`.
        """

    async def commit_many(self, transactions: Sequence[Transaction]) -> list[Outcome]:
        """As `commit` for each, at the same time; raises the first error, whatever became of the others."""
        return await asyncio.gather(*(self.commit(transaction) for transaction in transactions))

    def commit_soon(self, transactions: Sequence[Transaction], answer: Callable[[Sequence[Outcome]], Answer]) -> asyncio.Future[Answer]:
        """As `commit_many`, begun at once, and without a task of its own where the backend needs none. What `commit_many` raises before
        it asks for anything is raised here.

        Arguments:
            transactions: some.
            answer: makes the future's result of the outcomes.
        """

        async def commit() -> Answer:
            return answer(await self.commit_many(transactions))

        return asyncio.ensure_future(commit())

    @abstractmethod
    def watch(self, prefix: str, from_revision: int = 0) -> AsyncIterator[tuple[Event, ...]]:
        """The changes of keys that begin with `prefix`, from the revision `from_revision` on (0: from the next change on), in order.

        Each item holds the matching events of one or more whole revisions. A watcher that reads slowly slows down nobody; a watcher
        that falls behind the revisions that the store keeps gets RevisionCompacted.
        The watch is in place when this method returns, before the first item is asked for.
        """

    @abstractmethod
    async def grant(self, length: float) -> int:
        """Starts a lease of `length` seconds and returns its number.

        Leases survive a restart of the store, with their full length anew. A lease may last longer than was asked for, never shorter.
        """

    @abstractmethod
    async def keep_alive(self, lease: int) -> None:
        """Starts the lease's time anew. Raises LeaseEnded where it is over."""

    @abstractmethod
    async def revoke(self, lease: int) -> None:
        """Ends a lease now and deletes the keys that were put under it; nothing happens where there is none."""

    async def confirm(self, within: float) -> None:  # noqa: B027 - what one process has for itself needs no look
        """Returns when this process was known to be the store's only owner `within` seconds ago or later.

        An answer from memory alone must be confirmed first. A store that one process has for itself confirms at once.

        Raises:
            StoreFailed: another process works on it now.
            OmsUnavailable: it cannot be reached.
        """

    async def failed(self) -> OmsUnavailable:
        """Returns, with the reason, when this object can answer nothing any more and the process must be started again.

        A backend that can always go on never returns.
        """
        await asyncio.get_running_loop().create_future()
        raise AssertionError("nothing ends this future")

    @abstractmethod
    async def close(self) -> None:
        """Lets go of files and threads; waiting calls end in OmsUnavailable. May be called twice."""
