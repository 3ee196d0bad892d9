"""Blobs in pieces in a store, where there is no disk that outlives the machine."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

from amino_wire.errors import ArtifactDamaged

from amino_store.blobs.blobs import Upload
from amino_store.blobs.index import BlobIndex, index_key
from amino_store.blobs.spool import Spooled, spooled
from amino_store.errors import damaged_artifact, missing_artifact
from amino_store.store import Store
from amino_store.transaction import Delete, Entry, Put, Transaction

PIECE = 512 * 1024
"""Bytes of one piece: two of them fit into one request to etcd."""
_AT_ONCE = 4
"""Pieces that are written at once."""
_BEGUN = b""
"""The index of a blob of which a part may be there: its pieces come before its index is complete, and go after it is so no more."""


class StoredBlobs:
    """See `Blobs`: an index entry for each, which says how many pieces there are when all of them are there.

    Arguments:
        store: takes values of `PIECE` bytes.
        prefix: where the keys lie; its own for each kind of blobs.
        limit: bytes of the largest one.
    """

    def __init__(self, store: Store, prefix: str, *, limit: int) -> None:
        self._store, self._prefix, self._limit = store, prefix, limit
        self._index = BlobIndex(store, prefix)

    async def has(self, digest: str) -> bool:
        """See Blobs."""
        return await self._pieces(digest) is not None

    async def digests(self) -> list[str]:
        """See Blobs."""
        return await self._index.digests()

    @asynccontextmanager
    async def receiving(self, digest: str, chunks: AsyncIterator[bytes]) -> AsyncGenerator[Upload]:
        """See Blobs. What comes is kept outside the store until its hash is known."""
        async with spooled(digest, chunks, limit=self._limit) as come:
            yield Upload(come.digest, come.size, lambda: self._keep(come))

    async def get(self, digest: str) -> AsyncGenerator[bytes, None]:
        """See Blobs."""
        if await self._pieces(digest) is None:
            raise missing_artifact(digest)
        try:
            async with aclosing(stored_content(self._store.get, self._prefix, digest)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except ArtifactDamaged:
            await self._begun(digest)
            raise

    async def remove(self, digest: str) -> None:
        """See Blobs."""
        if await self._index.get(digest) is None:
            return
        await self._begun(digest)
        pieces = _piece(self._prefix, digest)
        while found := (await self._store.range(pieces, limit=_AT_ONCE)).entries:
            await self._store.commit(Transaction(then=tuple(Delete(entry.key) for entry in found)))
        await self._index.delete(digest)

    async def close(self) -> None:
        """See Blobs. The store stays open."""

    async def _keep(self, come: Spooled) -> None:
        if await self.has(come.digest):
            return
        await self._begun(come.digest)
        pieces = -(-come.size // PIECE)
        come.file.seek(0)
        for first in range(0, pieces, _AT_ONCE):
            numbers = range(first, min(first + _AT_ONCE, pieces))
            contents = [await asyncio.to_thread(come.file.read, PIECE) for _ in numbers]
            keys = (_piece(self._prefix, come.digest, number) for number in numbers)
            await asyncio.gather(*(self._put(key, each) for key, each in zip(keys, contents, strict=True)))
        await self._index.put(come.digest, b"%d" % pieces)

    async def _begun(self, digest: str) -> None:
        await self._index.put(digest, _BEGUN)

    async def _pieces(self, digest: str) -> int | None:
        return _number(await self._index.get(digest))

    async def _put(self, key: str, value: bytes) -> None:
        await self._store.commit(Transaction(then=(Put(key, value),)))


async def stored_content(get: Callable[[str], Awaitable[Entry | None]], prefix: str, digest: str) -> AsyncGenerator[bytes, None]:
    """The content of a hash, by what `get` reads of the keys of `StoredBlobs` with that prefix; nothing is changed.

    Raises ArtifactDamaged as `Blobs.get`.
    """
    pieces = _number(await get(index_key(prefix, digest)))
    if pieces is None:
        raise missing_artifact(digest)
    hasher = hashlib.sha256()
    for number in range(pieces):
        entry = await get(_piece(prefix, digest, number))
        if entry is None:
            raise missing_artifact(digest)
        hasher.update(entry.value)
        yield entry.value
    if hasher.hexdigest() != digest:
        raise damaged_artifact(digest, hasher.hexdigest(), _piece(prefix, digest, 0))


def _number(index: Entry | None) -> int | None:
    """How many pieces there are, by the entry of the index; None: not all of them, or none."""
    return None if index is None or index.value == _BEGUN else int(index.value)


def _piece(prefix: str, digest: str, number: int | None = None) -> str:
    return f"{prefix}/piece/{digest}/" + ("" if number is None else f"{number:06d}")
