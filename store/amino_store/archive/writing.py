"""Writes a content to a file, which is there whole or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Generator
from contextlib import aclosing, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from amino_wire.errors import AminoError, ConfigInvalid

from amino_store.archive.content import Content, Sum, Summing
from amino_store.archive.format import BLOBS, END, END_BYTES, HEADER, PART, SUMMARY, entries_name, header_text, member, summary_text
from amino_store.errors import NotWritten, damaged_artifact
from amino_store.etcd.pb import etcd_pb2 as pb


async def write_archive(content: Content, path: Path, *, created: str, may_be_large: str) -> Sum:
    """Writes a content to a new file, and answers its sum.

    Arguments:
        content: is read once, blobs first.
        path: must not exist. Until the file is whole and on the disk it has the ending `.part`.
        created: when the content was read, for people.
        may_be_large: as `Summing`.

    Raises:
        ConfigInvalid: the file exists, or cannot be made.
        NotWritten: the disk did not take it.
        ArtifactDamaged, RevisionCompacted: the content could not be read whole; no file is left.
    """
    if path.exists():
        raise ConfigInvalid(f"the file {path} exists: a backup never replaces a file. Name another one, or move it away")
    part = path.with_name(f"{path.name}.part")
    with _writing(part, path) as file:
        writer = _Writer(file, may_be_large)
        writer.add(HEADER, header_text(content.origin, created))
        async for digest in content.blobs():
            await writer.add_blob(content, digest)
        async for record in content.entries():
            writer.entry(record.key, record.value)
            writer.summing.entry(record)
        return writer.end()


class _Writer:
    def __init__(self, file: IO[bytes], may_be_large: str) -> None:
        self._file = _Hashing(file)
        self._tar = tarfile.TarFile(fileobj=cast("IO[bytes]", self._file), mode="w", format=tarfile.USTAR_FORMAT)
        self._parts: dict[str, str] = {}
        self._entries, self._size, self._number = pb.RangeResponse(), 0, 0
        self.summing = Summing(may_be_large)

    def add(self, name: str, content: bytes) -> None:
        self._parts[name] = hashlib.sha256(content).hexdigest()
        self._add(name, len(content), io.BytesIO(content))

    def entry(self, key: str, value: bytes) -> None:
        if self._size and self._size + len(value) > PART:
            self._flush()
        self._entries.kvs.add(key=key.encode(), value=value)
        self._size += len(key) + len(value)

    async def add_blob(self, content: Content, digest: str) -> None:
        # Its size comes before its bytes, and is known behind them alone.
        with TemporaryFile() as kept:
            hasher, size = hashlib.sha256(), 0
            async with aclosing(content.blob(digest)) as chunks:
                async for chunk in chunks:
                    hasher.update(chunk)
                    size += len(chunk)
                    kept.write(chunk)
            if hasher.hexdigest() != digest:
                raise damaged_artifact(digest, hasher.hexdigest(), "nothing")
            kept.seek(0)
            self._add(BLOBS + digest, size, kept)
        self.summing.blob(digest)

    def end(self) -> Sum:
        self._flush()
        total = self.summing.sum()
        self.add(SUMMARY, summary_text(total, dict(self._parts)))
        self._add(END, END_BYTES, io.BytesIO(self._file.hexdigest().encode()))
        self._tar.close()
        return total

    def _flush(self) -> None:
        if self._size:
            self.add(entries_name(self._number), self._entries.SerializeToString(deterministic=True))
            self._entries, self._size, self._number = pb.RangeResponse(), 0, self._number + 1

    def _add(self, name: str, size: int, content: IO[bytes]) -> None:
        self._tar.addfile(member(name, size), content)


class _Hashing:
    """A file that is only written, from its beginning to its end, with the hash of what was written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash, self._length = file, hashlib.sha256(), 0

    def write(self, content: bytes) -> int:
        self._hash.update(content)
        self._length += len(content)
        return self._file.write(content)

    def tell(self) -> int:
        return self._length

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


@contextmanager
def _writing(part: Path, path: Path) -> Generator[IO[bytes]]:
    """A new file that gets its name at the end of the block, and is gone after any error."""
    try:
        # It holds what every object knows: only its owner may read it.
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigInvalid(f"the file {part} cannot be made: {error.strerror}; name another one") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError) and not isinstance(error, AminoError):
            raise NotWritten(f"the file {path} was not written ({error.strerror}): make room there, or name another one") from error
        raise
