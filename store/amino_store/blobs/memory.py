"""The bytes of artifacts in memory, for a service without a disk."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from amino_store.blobs.blobs import Upload
from amino_store.blobs.incoming import Incoming
from amino_store.errors import missing_artifact

LIMIT = 256 * 1024 * 1024
"""Bytes of the largest one, unless told otherwise."""


class MemoryBlobs:
    """See `Blobs`. The object outlives the service that uses it.

    Arguments:
        limit: bytes of the largest one.
    """

    def __init__(self, *, limit: int = LIMIT) -> None:
        self._limit = limit
        self._contents: dict[str, bytes] = {}

    @property
    def hashes(self) -> set[str]:
        """Those of all artifacts that are here."""
        return set(self._contents)

    async def has(self, digest: str) -> bool:
        """See Blobs."""
        return digest in self._contents

    async def digests(self) -> list[str]:
        """See Blobs."""
        return sorted(self._contents)

    @asynccontextmanager
    async def receiving(self, digest: str, chunks: AsyncIterator[bytes]) -> AsyncGenerator[Upload]:
        """See Blobs."""
        incoming, parts = Incoming(digest, limit=self._limit), list[bytes]()
        async for chunk in chunks:
            incoming.take(chunk)
            parts.append(chunk)
        found, content = incoming.end(), b"".join(parts)

        async def keep() -> None:
            self._contents[found] = content

        yield Upload(found, len(content), keep)

    async def get(self, digest: str) -> AsyncGenerator[bytes, None]:
        """See Blobs; nothing is ever damaged."""
        if digest not in self._contents:
            raise missing_artifact(digest)
        yield self._contents[digest]

    async def remove(self, digest: str) -> None:
        """See Blobs."""
        self._contents.pop(digest, None)

    async def close(self) -> None:
        """See Blobs."""
