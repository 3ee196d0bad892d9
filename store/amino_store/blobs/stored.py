"""Blobs in pieces in a store, where there is no disk that outlives the machine."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import IO

from amino_wire.errors import ArtifactDamaged, ArtifactInvalid

from amino_store.blobs.blobs import Upload
from amino_store.errors import damaged_artifact, missing_artifact
from amino_store.store import Store
from amino_store.transaction import Delete, Entry, Put, Transaction

PIECE = 512 * 1024
"""Bytes of one piece: two of them fit into one request to etcd."""
_IN_MEMORY = 4 * 1024 * 1024
"""Bytes of an upload that are kept in memory; the rest goes to a file without a name."""
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

    async def has(self, digest: str) -> bool:
        """See Blobs."""
        return await self._pieces(digest) is not None

    async def digests(self) -> list[str]:
        """See Blobs."""
        found: list[str] = []
        page = await self._store.range(self._index(""))
        while True:
            found += [entry.key.rsplit("/", 1)[1] for entry in page.entries]
            if not page.more:
                return found
            page = await self._store.range(self._index(""), after=page.entries[-1].key)

    @asynccontextmanager
    async def receiving(self, digest: str, chunks: AsyncIterator[bytes]) -> AsyncGenerator[Upload]:
        """See Blobs. What comes is kept outside the store until its hash is known."""
        if digest and re.fullmatch("[0-9a-f]{64}", digest) is None:
            raise ArtifactInvalid(f"the hash {digest[:80]!r} of the artifact is not a sha256 in 64 small hex digits")
        hasher, size = hashlib.sha256(), 0
        with SpooledTemporaryFile(_IN_MEMORY) as file:
            async for chunk in chunks:
                size += len(chunk)
                if size > self._limit:
                    raise ArtifactInvalid(f"the artifact {digest[:12]} is larger than {self._limit} bytes; leave out what it does not need")
                hasher.update(chunk)
                await asyncio.to_thread(file.write, chunk)
            found = hasher.hexdigest()
            if digest and found != digest:
                raise ArtifactInvalid(
                    f"the artifact that should have the hash {digest} has {found}: it was changed on its way; send it again"
                )
            yield Upload(found, size, lambda: self._keep(found, size, file))

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
        if await self._store.get(self._index(digest)) is None:
            return
        await self._begun(digest)
        pieces = self._piece(digest)
        while found := (await self._store.range(pieces, limit=_AT_ONCE)).entries:
            await self._store.commit(Transaction(then=tuple(Delete(entry.key) for entry in found)))
        await self._store.commit(Transaction(then=(Delete(self._index(digest)),)))

    async def _keep(self, digest: str, size: int, file: IO[bytes]) -> None:
        if await self.has(digest):
            return
        await self._begun(digest)
        pieces = -(-size // PIECE)
        file.seek(0)
        for first in range(0, pieces, _AT_ONCE):
            numbers = range(first, min(first + _AT_ONCE, pieces))
            contents = [await asyncio.to_thread(file.read, PIECE) for _ in numbers]
            await asyncio.gather(*(self._put(self._piece(digest, number), each) for number, each in zip(numbers, contents, strict=True)))
        await self._put(self._index(digest), b"%d" % pieces)

    async def _begun(self, digest: str) -> None:
        await self._put(self._index(digest), _BEGUN)

    async def _pieces(self, digest: str) -> int | None:
        return _number(await self._store.get(self._index(digest)))

    async def _put(self, key: str, value: bytes) -> None:
        await self._store.commit(Transaction(then=(Put(key, value),)))

    def _index(self, digest: str) -> str:
        return _index(self._prefix, digest)

    def _piece(self, digest: str, number: int | None = None) -> str:
        return _piece(self._prefix, digest, number)


async def stored_content(get: Callable[[str], Awaitable[Entry | None]], prefix: str, digest: str) -> AsyncGenerator[bytes, None]:
    """The content of a hash, by what `get` reads of the keys of `StoredBlobs` with that prefix; nothing is changed.

    Raises ArtifactDamaged as `Blobs.get`.
    """
    pieces = _number(await get(_index(prefix, digest)))
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


def _index(prefix: str, digest: str) -> str:
    return f"{prefix}/index/{digest}"


def _piece(prefix: str, digest: str, number: int | None = None) -> str:
    return f"{prefix}/piece/{digest}/" + ("" if number is None else f"{number:06d}")
