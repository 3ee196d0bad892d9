"""The bytes of artifacts: one file each, named by the hash of its content, there whole or not at all."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import BinaryIO

from amino_wire.errors import ArtifactInvalid, ArtifactNotFound

from amino_oms.store.errors import NotWritten, StoreFull

CHUNK = 256 * 1024
"""Bytes that are read at once."""


class ArtifactFolder:
    """See `ArtifactStore`: files by hash under one folder. Reading and writing happen on threads.

    Arguments:
        folder: made where missing.
        limit: bytes of the largest artifact.
    """

    def __init__(self, folder: Path, *, limit: int) -> None:
        self._folder, self._limit = folder, limit
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in folder.glob("*.part"):
            left.unlink()  # of an upload that a crash has cut off

    def has(self, digest: str) -> bool:
        """Whether the content of that hash is here."""
        return _is_digest(digest) and self._path(digest).exists()

    async def put(self, digest: str, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Stores what `chunks` bring and returns its hash (sha256, hex) and size; it is on the disk then.

        Raises ArtifactInvalid where it is larger than allowed, or its hash is not `digest` (empty: any), and StoreFull or
        NotWritten where the disk does not take it.
        """
        try:
            return await self._put(digest, chunks)
        except OSError as error:
            raise _not_written(error, self._folder) from error

    async def _put(self, digest: str, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        if digest and not _is_digest(digest):
            raise ArtifactInvalid(f"the hash {digest[:80]!r} of the artifact is not a sha256 in 64 small hex digits")
        hasher, size = hashlib.sha256(), 0
        descriptor, name = await asyncio.to_thread(tempfile.mkstemp, ".part", "", self._folder)
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > self._limit:
                        raise ArtifactInvalid(
                            f"the artifact {digest[:12]} is larger than {self._limit} bytes; leave out what it does not need"
                        )
                    hasher.update(chunk)
                    await asyncio.to_thread(file.write, chunk)
                await asyncio.to_thread(_sync, file)
            found = hasher.hexdigest()
            if digest and found != digest:
                raise ArtifactInvalid(
                    f"the artifact that should have the hash {digest} has {found}: it was changed on its way; send it again"
                )
            await asyncio.to_thread(self._keep, part, found)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return found, size

    async def get(self, digest: str) -> AsyncGenerator[bytes, None]:
        """The content of a hash, in chunks. Raises ArtifactNotFound."""
        if not self.has(digest):
            raise ArtifactNotFound(f"there is no artifact with the hash {digest or '(empty)'}; put it again")
        with self._path(digest).open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                yield chunk

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

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


def _not_written(error: OSError, folder: Path) -> NotWritten:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        remedy = "Make room there and send it again"
        return StoreFull(f"the disk that holds {folder} is full: the artifact was not stored. {remedy}")
    remedy = f"try again, and look at the disk that holds {folder} if that goes on"
    return NotWritten(f"the artifact was not stored ({error.strerror}); {remedy}")


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _is_digest(text: str) -> bool:
    return re.fullmatch("[0-9a-f]{64}", text) is not None
