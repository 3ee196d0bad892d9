"""Bytes that come, kept beside until their hash is known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

from amino_store.blobs.incoming import Incoming

_IN_MEMORY = 4 * 1024 * 1024
"""Bytes of an upload that are kept in memory; the rest goes to a file without a name."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """Bytes that have come whole: their hash (sha256, hex), how many, and a file to read them from."""

    digest: str
    size: int
    file: IO[bytes]


@asynccontextmanager
async def spooled(digest: str, chunks: AsyncIterator[bytes], *, limit: int) -> AsyncGenerator[Spooled]:
    """Takes in what `chunks` bring; at the end of the block nothing of it is left.

    Arguments:
        digest: the hash that it must have; empty: any.
        chunks: the bytes.
        limit: bytes of the largest content.

    Raises ArtifactInvalid as `Blobs.receiving`.
    """
    incoming = Incoming(digest, limit=limit)
    with SpooledTemporaryFile(_IN_MEMORY) as file:
        async for chunk in chunks:
            await asyncio.to_thread(_take, incoming, file, chunk)
        yield Spooled(incoming.end(), incoming.size, file)


def _take(incoming: Incoming, file: IO[bytes], chunk: bytes) -> None:
    """In a thread: the hash of a large state takes so long that others would miss their signs of life."""
    incoming.take(chunk)
    file.write(chunk)
