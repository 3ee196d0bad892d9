"""A store on which each change holds only while the owner's token is valid."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

from amino_wire.errors import OmsUnavailable

from amino_store.errors import StoreFailed
from amino_store.limits import Limits
from amino_store.snapshot import Snapshot
from amino_store.store import PAGE_LIMIT, Store
from amino_store.transaction import Compare, Entry, Event, Field, Get, Outcome, Page, Relation, Transaction


class FencedStore(Store):
    """Adds the comparison of a token to each transaction that a store is given. See `Store`.

    Once somebody else has taken the token, every commit fails, whatever this process believes: a process that stood still for
    an hour changes nothing when it goes on. Transactions whose second branch writes are not taken: that branch is what runs
    when the token is no longer valid.

    Arguments:
        store: is closed with this one.
        key: where the token lies.
        token: the revision at which the key was written.
    """

    def __init__(self, store: Store, key: str, token: int) -> None:
        self._store, self._key = store, key
        self._mine = Compare(key, Field.MODIFIED, Relation.EQUAL, token)
        self._token = token
        self._lost: asyncio.Future[OmsUnavailable] = asyncio.get_running_loop().create_future()

    @property
    def fence(self) -> Compare:
        """Holds as long as the token is valid."""
        return self._mine

    @property
    def limits(self) -> Limits:
        found = self._store.limits
        operations = None if found.operations is None else found.operations - 1
        return Limits(operations, found.value_bytes, found.request_bytes)

    async def revision(self) -> int:
        return await self._store.revision()

    def durable_revision(self) -> int:
        return self._store.durable_revision()

    async def get(self, key: str) -> Entry | None:
        return await self._store.get(key)

    async def range(self, prefix: str, *, after: str = "", limit: int = PAGE_LIMIT) -> Page:
        return await self._store.range(prefix, after=after, limit=limit)

    async def count(self, prefix: str) -> int:
        return await self._store.count(prefix)

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        return self._store.snapshot()

    async def commit(self, transaction: Transaction) -> Outcome:
        """See Store. Raises StoreFailed, besides, when the token is no longer valid; the transaction was not done then."""
        if any(not isinstance(operation, Get) for operation in transaction.otherwise):
            raise ValueError("a fenced store takes no transaction whose second branch writes")
        if self._lost.done():
            raise self._failure("this request was not done")
        fenced = Transaction(
            (*transaction.compares, self._mine), transaction.then, (*transaction.otherwise, Get(self._key)), transaction.durable
        )
        outcome = await self._store.commit(fenced)
        if outcome.succeeded:
            return outcome
        self._check(outcome.entries[-1], "this request was not done")
        return Outcome(False, outcome.revision, outcome.entries[:-1])

    async def check_token(self) -> None:
        """Raises StoreFailed when the token is no longer valid."""
        self._check(await self._store.get(self._key), "it answers nothing any more")

    def watch(self, prefix: str, from_revision: int = 0) -> AsyncIterator[tuple[Event, ...]]:
        return self._store.watch(prefix, from_revision)

    async def grant(self, length: float) -> int:
        return await self._store.grant(length)

    async def keep_alive(self, lease: int) -> None:
        await self._store.keep_alive(lease)

    async def revoke(self, lease: int) -> None:
        await self._store.revoke(lease)

    def lost(self, holder: str) -> None:
        """Somebody else has the token."""
        if not self._lost.done():
            self._lost.set_result(_taken(holder, "it answers nothing any more"))

    async def failed(self) -> OmsUnavailable:
        failing = asyncio.ensure_future(self._store.failed())
        try:
            await asyncio.wait((failing, self._lost), return_when=asyncio.FIRST_COMPLETED)
            return self._lost.result() if self._lost.done() else failing.result()
        finally:
            failing.cancel()

    async def close(self) -> None:
        await self._store.close()

    def _check(self, holder: Entry | None, outcome: str) -> None:
        if holder is None or holder.modified != self._token:
            self.lost("nobody" if holder is None else holder.value.decode(errors="replace"))
            raise self._failure(outcome)

    def _failure(self, outcome: str) -> StoreFailed:
        return _taken(str(self._lost.result().details["holder"]), outcome)


def _taken(holder: str, outcome: str) -> StoreFailed:
    return StoreFailed(
        f"another object management service works on this store now ({holder}): {outcome}. This one ends; started again, it stands by",
        details={"holder": holder, "reason": "another service works on the store"},
    )
