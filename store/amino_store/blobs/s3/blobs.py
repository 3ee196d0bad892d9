"""Blobs in a bucket: the store says which object has a blob, and the bucket has the bytes.

An object's name is never used twice. So a service that was deposed while it stood still, and goes on with an upload or a removal, touches
only objects that its successor does not count on: the entry in the store, which only the owner of the store can change, decides.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from amino_wire.errors import ArtifactDamaged

from amino_store.blobs.blobs import Upload
from amino_store.blobs.index import BlobIndex, index_key
from amino_store.blobs.s3.bucket import Absent
from amino_store.blobs.s3.place import Place
from amino_store.blobs.spool import Spooled, spooled
from amino_store.errors import damaged_artifact, missing_artifact
from amino_store.store import Store
from amino_store.transaction import Entry


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store knows of a blob: the object that has it, or may have a part of it, by its name in the store's folder.

    `missed`: the object could not be read. The blob may be put again then, and the object is tried all the same: it may be there again.
    """

    name: str
    whole: bool
    missed: bool = False

    def text(self) -> bytes:
        return json.dumps({"object": self.name, "whole": self.whole, "missed": self.missed}).encode()

    @staticmethod
    def of(entry: Entry | None) -> _Known | None:
        if entry is None:
            return None
        found = json.loads(entry.value)
        return _Known(str(found["object"]), bool(found["whole"]), bool(found.get("missed")))


class S3Blobs:
    """See `Blobs`. The bucket is closed by `close`.

    Arguments:
        store: says which object has a blob.
        prefix: where its entries lie; its own for each kind of blobs.
        place: where the objects are.
        limit: bytes of the largest one.
    """

    def __init__(self, store: Store, prefix: str, place: Place, *, limit: int) -> None:
        self._index, self._prefix, self._place, self._limit = BlobIndex(store, prefix), prefix, place, limit
        self._get = store.get
        self._changing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def has(self, digest: str) -> bool:
        """See Blobs. The bucket is not asked."""
        known = await self._known(digest)
        return known is not None and known.whole and not known.missed

    async def digests(self) -> list[str]:
        """See Blobs. The bucket is not asked."""
        return await self._index.digests()

    @asynccontextmanager
    async def receiving(self, digest: str, chunks: AsyncIterator[bytes]) -> AsyncGenerator[Upload]:
        """See Blobs. What comes is kept on this machine until its hash is known.

        Raises, besides, NotWritten or StoreFull where the service does not take it, and ConfigInvalid where it lets us not in.
        """
        async with spooled(digest, chunks, limit=self._limit) as come:
            yield Upload(come.digest, come.size, lambda: self._keep(come))

    async def get(self, digest: str) -> AsyncGenerator[bytes, None]:
        """See Blobs. Raises, besides, OmsUnavailable where the service does not answer, and ConfigInvalid where it lets us not in."""
        known = await self._known(digest)
        try:
            async with aclosing(_content(self._place, digest, known)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except ArtifactDamaged:
            await self._note(digest, known, missed=True)
            raise
        await self._note(digest, known, missed=False)

    async def remove(self, digest: str) -> None:
        """See Blobs. Raises as `receiving`; the next attempt removes the rest."""
        async with self._alone(digest):
            known = await self._known(digest)
            if known is None:
                return
            await self._write(digest, _Known(known.name, whole=False))
            await self._place.check()
            await self._place.bucket.remove(self._place.folder + known.name)
            await self._index.delete(digest)

    async def close(self) -> None:
        """See Blobs."""
        await self._place.bucket.close()

    async def _keep(self, come: Spooled) -> None:
        async with self._alone(come.digest):
            known, bucket = await self._known(come.digest), self._place.bucket
            if known is not None and known.whole and not known.missed:
                return
            await self._place.check()
            if known is not None:
                # Fails where this service owns the store no more: its successor may be putting that very object.
                await self._write(come.digest, known)
                await bucket.remove(self._place.folder + known.name)
            fresh = f"{self._prefix.rsplit('/', 1)[1]}/{come.digest}-{secrets.token_hex(8)}"
            await self._write(come.digest, _Known(fresh, whole=False))
            await bucket.put(self._place.folder + fresh, come.size, come.file)
            await self._write(come.digest, _Known(fresh, whole=True))

    async def _note(self, digest: str, known: _Known | None, *, missed: bool) -> None:
        """Whether the object of a blob could be read, where that is news, and nobody has put the blob again meanwhile."""
        if known is not None and known.whole and known.missed is not missed:
            async with self._alone(digest):
                if await self._known(digest) == known:
                    await self._write(digest, replace(known, missed=missed))

    async def _known(self, digest: str) -> _Known | None:
        return _Known.of(await self._index.get(digest))

    async def _write(self, digest: str, known: _Known) -> None:
        await self._index.put(digest, known.text())

    @asynccontextmanager
    async def _alone(self, digest: str) -> AsyncGenerator[None]:
        """Two who change one blob take turns: each writes its entry several times."""
        lock = self._changing.setdefault(digest, asyncio.Lock())
        async with lock:
            yield


async def s3_content(get: Callable[[str], Awaitable[Entry | None]], prefix: str, place: Place, digest: str) -> AsyncGenerator[bytes, None]:
    """The content of a hash, by what `get` reads of the entries of `S3Blobs` with that prefix; nothing is changed.

    Raises as `S3Blobs.get`.
    """
    known = _Known.of(await get(index_key(prefix, digest)))
    async with aclosing(_content(place, digest, known)) as chunks:
        async for chunk in chunks:
            yield chunk


async def _content(place: Place, digest: str, known: _Known | None) -> AsyncGenerator[bytes, None]:
    if known is None or not known.whole:
        raise missing_artifact(digest)
    hasher = hashlib.sha256()
    try:
        async with aclosing(place.bucket.read(place.folder + known.name)) as chunks:
            async for chunk in chunks:
                hasher.update(chunk)
                yield chunk
    except Absent:
        await place.look()
        raise missing_artifact(digest) from None
    if hasher.hexdigest() != digest:
        raise damaged_artifact(digest, hasher.hexdigest(), f"{place.folder}{known.name} in {place.bucket.address.title}")
