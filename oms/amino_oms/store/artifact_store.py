"""The interface of what holds the bytes of artifacts."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Protocol


class ArtifactStore(Protocol):
    """Bytes by the hash of their content."""

    def has(self, digest: str) -> bool:
        """Whether the content of that hash is here."""
        ...

    async def put(self, digest: str, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Stores what `chunks` bring and returns its hash (sha256, hex) and size; it survives the process then.

        Raises ArtifactInvalid where it is larger than allowed, or its hash is not `digest` (empty: any).
        """
        ...

    def get(self, digest: str) -> AsyncGenerator[bytes, None]:
        """The content of a hash, in chunks. Raises ArtifactNotFound."""
        ...
