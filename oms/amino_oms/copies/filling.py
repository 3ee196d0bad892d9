"""Fills an empty store with a content. It may be killed at any moment, and goes on where it stopped when it is called again.

A key of the store says that it is not filled to its end, and how far it has come; each transaction moves that on, and the last one, after
the content has been read back and compared, removes it. No service starts on the store before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from amino_store.archive.content import Content, Record, Sum
from amino_store.mark import Lineage
from amino_store.transaction import Compare, Delete, Operation, Put, Transaction
from amino_wire.errors import ConfigInvalid, StoreDamaged

from amino_oms.copies.contents import content_of, sum_of
from amino_oms.copies.travelling import OF_EMPTY, STAYING, TRAVELLING
from amino_oms.registry.durable_values import SALT, is_large, salted
from amino_oms.registry.keys import DURABLE, FILLED, FLOOR, LARGE, LINEAGE, UNFINISHED
from amino_oms.registry.store_format import format_put
from amino_oms.storage import Storage

_OPERATIONS, _BYTES = 500, 768 * 1024
"""The most that one transaction has, where the store takes so much; a single value may be larger."""

Note = Callable[[str], None]
"""Is told how far the work has come."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a store was filled with, and whether an earlier process had done a part of it, or all."""

    sum: Sum
    resumed: bool
    before: bool = False


async def fill(
    storage: Storage,
    content: Content,
    total: Sum,
    *,
    what: str,
    lineage: str,
    gap: int,
    note: Note,
    ready: Callable[[], Awaitable[None]] | None = None,
) -> Filled:
    """Fills a store.

    Arguments:
        storage: open for this process alone; empty, or filled in part by an earlier call with the same content.
        content: what it gets.
        total: the sum of the content.
        what: the work, as messages name it.
        lineage: the new store's own name.
        gap: how many lives of kernels may have begun after the content was read, so that no new one gets the number of one of them.
        note: is told how far the work has come.
        ready: awaited before the store can be used.

    Raises:
        ConfigInvalid: the store is not empty, or takes no values as large as there are. Nothing was done.
        StoreDamaged: the store does not give back what was written.
    """
    filling = _Filling(storage, content, total, what)
    begun = await filling.begin()
    if begun is None:
        if ready is not None:
            await ready()
        return Filled(total, resumed=False, before=True)
    if begun.resumed:
        note("goes on where an earlier process stopped")
    await filling.bring_blobs()
    await filling.bring_entries(begun.after)
    note("everything was written; it is read back")
    await filling.check()
    if ready is not None:
        await ready()
    await filling.end(lineage, gap)
    return Filled(total, begun.resumed)


@dataclass(frozen=True, slots=True)
class _Begun:
    after: str
    resumed: bool


@dataclass(slots=True)
class _Batch:
    """Operations of one transaction."""

    operations: list[Operation] = field(default_factory=list[Operation])
    size: int = 0
    last: str = ""


class _Filling:
    def __init__(self, storage: Storage, content: Content, total: Sum, what: str) -> None:
        self._storage, self._store, self._content, self._total, self._what = storage, storage.store, content, total, what
        limit = self._store.limits.operations
        # Two operations are one value that lies in a blob; one more is the mark.
        self._operations = _OPERATIONS if limit is None else min(_OPERATIONS, limit - 3)

    async def begin(self) -> _Begun | None:
        """Looks at the store, and makes the mark where it is empty. None: it was filled with the same content before."""
        limit, largest = self._store.limits.value_bytes, self._total.largest
        if limit is not None and largest > limit:
            raise ConfigInvalid(f"one of the entries has {largest} bytes, and the store takes {limit} at most: nothing was written")
        mark = await self._store.get(UNFINISHED)
        if mark is None:
            filled = await self._store.get(FILLED)
            if filled is not None and json.loads(filled.value)["content"] == self._total.digest:
                return None
            await self._check_empty()
            await self._store.commit(Transaction((Compare.absent(UNFINISHED),), (self._mark(""),)))
            return _Begun("", resumed=False)
        begun = json.loads(mark.value)
        if begun["content"] != self._total.digest:
            raise ConfigInvalid(
                f"the store holds a part of another content: {begun['what']} has not come to its end, and what is to be brought now is not "
                "the same. Give that command again with what it was begun with, or empty the store first"
            )
        return _Begun(str(begun["after"]), resumed=True)

    async def bring_blobs(self) -> None:
        """The blobs come before the entries that name them."""
        async for digest in self._content.blobs():
            if not await self._storage.artifacts.has(digest):
                async with self._storage.artifacts.receiving(digest, self._content.blob(digest)) as upload:
                    await upload.keep()

    async def bring_entries(self, after: str) -> None:
        """Writes the entries behind a key."""
        batch = _Batch()
        async for record in self._content.entries(after=after):
            operations = await self._operations_of(record)
            size = 4 * len(record.key) + sum(len(each.value) for each in operations)
            if batch.operations and (len(batch.operations) >= self._operations or batch.size + size > _BYTES):
                await self._write(batch)
                batch = _Batch()
            batch.operations += operations
            batch.size, batch.last = batch.size + size, record.key
        if batch.operations:
            await self._write(batch)

    async def check(self) -> None:
        """Reads the content back."""
        storage = self._storage
        async with self._store.snapshot() as snapshot:
            read = None if storage.values is None else storage.values.get
            written = await content_of(snapshot, "", storage.artifacts.get, read, unfinished=True)
            found = await sum_of(written)
            missing = [digest async for digest in written.blobs() if not await storage.artifacts.has(digest)]
        if found != self._total or missing:
            raise StoreDamaged(
                f"the store does not give back what was written ({found.entries} entries of {self._total.entries}, {len(missing)} blobs "
                "missing): somebody else has changed it, or its disk is bad. Empty it and begin anew"
            )

    async def end(self, lineage: str, gap: int) -> None:
        """The store is what it is to be."""
        origin = self._content.origin
        names = Lineage.of(origin.lineage).copied(lineage, origin.revision)
        floor = origin.floor + origin.revision + gap
        filled = json.dumps({"what": self._what, "content": self._total.digest})
        puts = (format_put(), Put(LINEAGE, names.text().encode()), Put(FLOOR, b"%d" % floor), Put(FILLED, filled.encode()))
        await self._store.commit(Transaction((Compare.present(UNFINISHED),), (Delete(UNFINISHED), *puts)))

    async def _check_empty(self) -> None:
        prefixes = (*TRAVELLING, *(prefix for prefix in STAYING if prefix not in OF_EMPTY))
        there = sum([await self._store.count(prefix) for prefix in prefixes])
        blobs = await self._storage.artifacts.digests()
        if there or blobs:
            raise ConfigInvalid(
                f"the store is not empty: it has {there} entries and {len(blobs)} artifacts. Nothing was written. Name an empty folder, "
                "or another prefix behind the members of etcd, or empty it first"
            )

    async def _operations_of(self, record: Record) -> list[Put]:
        values = self._storage.values
        if values is None or not record.key.startswith(DURABLE) or not is_large(record.value, self._store):
            return [Put(record.key, record.value)]
        # The same salt each time: a second attempt finds the blob of the first one.
        salt = hashlib.sha256(record.key.encode()).digest()[:SALT]
        async with values.receiving("", salted(salt, record.value)) as upload:
            await upload.keep()
            digest = upload.digest
        return [Put(record.key, b""), Put(LARGE + record.key.removeprefix(DURABLE), digest.encode())]

    async def _write(self, batch: _Batch) -> None:
        await self._store.commit(Transaction((Compare.present(UNFINISHED),), (*batch.operations, self._mark(batch.last))))

    def _mark(self, after: str) -> Put:
        return Put(UNFINISHED, json.dumps({"what": self._what, "content": self._total.digest, "after": after}).encode())
