"""The bytes of artifacts: one file each, named by the hash of its content, there whole or not at all."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from amino_wire.errors import AminoError, ArtifactDamaged

from amino_store.blobs.blobs import Upload
from amino_store.blobs.incoming import Incoming, is_digest
from amino_store.errors import NotWritten, StoreFull, damaged_artifact, missing_artifact

CHUNK = 256 * 1024
"""Bytes that are read at once."""
DAMAGED = ".damaged"
"""The end of the name of a file that was found damaged, and is kept for a person who looks for the reason."""


class FolderBlobs:
    """See `Blobs`: files by hash under one folder. Reading and writing happen on threads.

    Arguments:
        folder: made where missing.
        limit: bytes of the largest artifact.
    """

    def __init__(self, folder: Path, *, limit: int) -> None:
        self._folder, self._limit = folder, limit
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in folder.glob("*.part"):
            left.unlink()  # of an upload that a crash has cut off

    async def has(self, digest: str) -> bool:
        """Whether the content of that hash is here."""
        return is_digest(digest) and self._path(digest).exists()

    async def digests(self) -> list[str]:
        """See Blobs."""
        return await asyncio.to_thread(self._digests)

    @asynccontextmanager
    async def receiving(self, digest: str, chunks: AsyncIterator[bytes]) -> AsyncGenerator[Upload]:
        """See Blobs.

        Raises, besides, StoreFull or NotWritten where the disk does not take it.
        """
        incoming = Incoming(digest, limit=self._limit)
        try:
            descriptor, name = await asyncio.to_thread(tempfile.mkstemp, ".part", "", self._folder)
        except OSError as error:
            raise _not_written(error, self._folder) from error
        part = Path(name)
        try:
            await self._received(descriptor, incoming, chunks)
            found = incoming.end()
            yield Upload(found, incoming.size, lambda: self._kept(part, found))
        finally:
            part.unlink(missing_ok=True)

    async def get(self, digest: str) -> AsyncGenerator[bytes, None]:
        """See Blobs."""
        try:
            async with aclosing(folder_content(self._folder, digest)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except ArtifactDamaged as error:
            if "found" not in error.details:
                raise
            kept = self._path(digest).with_suffix(DAMAGED)
            self._path(digest).replace(kept)
            raise damaged_artifact(digest, error.details["found"], str(kept)) from error

    async def remove(self, digest: str) -> None:
        """See Blobs. Files that were set aside as damaged go too."""
        path = self._path(digest)
        for file in (path, path.with_suffix(DAMAGED)):
            await asyncio.to_thread(file.unlink, missing_ok=True)

    async def close(self) -> None:
        """See Blobs."""

    async def _received(self, descriptor: int, incoming: Incoming, chunks: AsyncIterator[bytes]) -> None:
        try:
            with os.fdopen(descriptor, "wb") as file:
                async for chunk in chunks:
                    incoming.take(chunk)
                    await asyncio.to_thread(file.write, chunk)
                await asyncio.to_thread(_sync, file)
        except AminoError:
            raise
        except OSError as error:
            raise _not_written(error, self._folder) from error

    async def _kept(self, part: Path, digest: str) -> None:
        try:
            await asyncio.to_thread(self._keep, part, digest)
        except OSError as error:
            raise _not_written(error, self._folder) from error

    def _digests(self) -> list[str]:
        return [path.name for path in self._folder.glob("??/*") if is_digest(path.name)]

    def _path(self, digest: str) -> Path:
        return _path(self._folder, digest)

    def _keep(self, part: Path, digest: str) -> None:
        path = self._path(digest)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        part.replace(path)
        for folder in (path.parent, self._folder):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


async def folder_content(folder: Path, digest: str) -> AsyncGenerator[bytes, None]:
    """The content of a hash in a folder of `FolderBlobs`, also while a process works there: nothing in the folder is changed.

    Raises ArtifactDamaged as `Blobs.get`; `found` is in its details where there is a content, of that hash.
    """
    path = _path(folder, digest)
    if not is_digest(digest) or not path.exists():
        raise missing_artifact(digest)
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            hasher.update(chunk)
            yield chunk
    if hasher.hexdigest() != digest:
        raise damaged_artifact(digest, hasher.hexdigest(), str(path))


def _path(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest


def _not_written(error: OSError, folder: Path) -> NotWritten:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        remedy = "Make room there and send it again"
        return StoreFull(f"the disk that holds {folder} is full: the artifact was not stored. {remedy}")
    remedy = f"try again, and look at the disk that holds {folder} if that goes on"
    return NotWritten(f"the artifact was not stored ({error.strerror}); {remedy}")


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
