"""The interface of what holds large bytes: artifacts, and values that are larger than a store takes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes that have come whole and are not kept yet: its hash (sha256, hex), its size in bytes, and what stores it.

    `keep` returns when the artifact survives the process; it raises as `Blobs.receiving`.
    """

    digest: str
    size: int
    keep: Callable[[], Awaitable[None]]


class Blobs(Protocol):
    """Bytes by the hash of their content."""

    async def has(self, digest: str) -> bool:
        """Whether the content of that hash is here."""
        ...

    async def digests(self) -> list[str]:
        """The hashes of all contents that are here, and of those of which a crash may have left a part."""
        ...

    def receiving(self, digest: str, chunks: AsyncIterator[bytes]) -> AbstractAsyncContextManager[Upload]:
        """Takes in what `chunks` bring; at the end of the block nothing of it is left unless it was kept.

        Raises ArtifactInvalid where it is larger than allowed, or its hash is not `digest` (empty: any).
        """
        ...

    def get(self, digest: str) -> AsyncGenerator[bytes, None]:
        """The content of a hash, in chunks.

        Raises ArtifactDamaged where it is missing, or, behind the last chunk, where its hash is another one. A
        damaged artifact is not here any more from then on, so that the artifact can be put again.
        """
        ...

    async def remove(self, digest: str) -> None:
        """Removes the content of a hash; nothing happens where there is none."""
        ...

    async def close(self) -> None:
        """Frees what is open. All blobs stay."""
        ...
