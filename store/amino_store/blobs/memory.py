"""The bytes of artifacts in memory, for a service without a disk."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from amino_wire.errors import ArtifactInvalid

from amino_store.blobs.blobs import Upload
from amino_store.errors import missing_artifact


class MemoryBlobs:
    """See `Blobs`. The object outlives the service that uses it."""

    def __init__(self) -> None:
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
        """See Blobs; there is no limit."""
        content = b"".join([chunk async for chunk in chunks])
        found = hashlib.sha256(content).hexdigest()
        if digest and found != digest:
            raise ArtifactInvalid(f"the artifact that should have the hash {digest} has {found}: it was changed on its way; send it again")

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
