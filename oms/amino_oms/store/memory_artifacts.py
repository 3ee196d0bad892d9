"""The bytes of artifacts in memory, for a service without a disk."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator

from amino_wire.errors import ArtifactInvalid, ArtifactNotFound


class MemoryArtifacts:
    """See `ArtifactStore`. The object outlives the service that uses it."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    def has(self, digest: str) -> bool:
        """See ArtifactStore."""
        return digest in self._contents

    async def put(self, digest: str, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """See ArtifactStore; there is no limit."""
        content = b"".join([chunk async for chunk in chunks])
        found = hashlib.sha256(content).hexdigest()
        if digest and found != digest:
            raise ArtifactInvalid(f"the artifact that should have the hash {digest} has {found}: it was changed on its way; send it again")
        self._contents[found] = content
        return found, len(content)

    async def get(self, digest: str) -> AsyncGenerator[bytes, None]:
        """See ArtifactStore."""
        if digest not in self._contents:
            raise ArtifactNotFound(f"there is no artifact with the hash {digest or '(empty)'}; put it again")
        yield self._contents[digest]
