"""Reads a content from a file, of which everything has been checked first."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from amino_wire.errors import AminoError, ConfigInvalid, StoreDamaged, StoreIncompatible
from google.protobuf.message import DecodeError

from amino_store.archive.content import Origin, Record, Sum
from amino_store.archive.format import BLOBS, END, END_BYTES, ENTRIES, FORMAT, HEADER, SUMMARY, end_header, header_of, length_of, summary_of
from amino_store.errors import damaged_artifact
from amino_store.etcd.pb import etcd_pb2 as pb

CHUNK = 256 * 1024
"""Bytes that are read at once."""


@dataclass(frozen=True, slots=True)
class _Part:
    offset: int
    size: int


class Archive:
    """See `Content`. Made by `open_archive`.

    Attributes:
        created: when the backup began, for people.
        sum: what it holds.
    """

    def __init__(self, file: IO[bytes], path: Path, parts: dict[str, _Part], format_read: int) -> None:
        self._file, self._path, self._parts = file, path, parts
        with _damage(path):
            number, self.created, origin = header_of(self._whole(parts[HEADER]))
            if number != FORMAT or origin["format"] != format_read:
                raise _incompatible(path, f"{number}.{origin['format']}", f"{FORMAT}.{format_read}")
            self.origin = Origin(**origin)
            total, self._sums = summary_of(self._whole(parts[SUMMARY]))
            self.sum: Sum = total

    async def entries(self, *, after: str = "") -> AsyncIterator[Record]:
        """See Content."""
        for name in sorted(name for name in self._parts if name.startswith(ENTRIES)):
            with _damage(self._path):
                content = self._whole(self._parts[name])
                if hashlib.sha256(content).hexdigest() != self._sums[name]:
                    raise ValueError(f"its part {name} is not what was written")
                pairs = pb.RangeResponse.FromString(content).kvs
            for pair in pairs:
                key = pair.key.decode()
                if key > after:
                    yield Record(key, pair.value)

    async def blobs(self) -> AsyncIterator[str]:
        """See Content."""
        for name in self._parts:
            if name.startswith(BLOBS):
                yield name.removeprefix(BLOBS)

    async def blob(self, digest: str) -> AsyncGenerator[bytes, None]:
        """See Content."""
        hasher = hashlib.sha256()
        for chunk in self._chunks(self._parts[BLOBS + digest]):
            hasher.update(chunk)
            yield chunk
        if hasher.hexdigest() != digest:
            raise damaged_artifact(digest, hasher.hexdigest(), str(self._path))

    def _whole(self, part: _Part) -> bytes:
        return b"".join(self._chunks(part))

    def _chunks(self, part: _Part) -> Iterator[bytes]:
        for offset in range(0, part.size, CHUNK):
            self._file.seek(part.offset + offset)
            yield self._file.read(min(CHUNK, part.size - offset))


@contextmanager
def open_archive(path: Path, *, format_read: int) -> Generator[Archive]:
    """A backup, open for as long as the block lasts; all of it has been read and found as it was written.

    Arguments:
        path: the file.
        format_read: the format of a store that this program reads.

    Raises:
        ConfigInvalid: there is no such file, or it cannot be read.
        StoreDamaged: it is cut off, or changed, or no backup at all.
        StoreIncompatible: another version of Amino has written it.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise ConfigInvalid(f"the file {path} cannot be read: {error.strerror}") from error
    with file:
        with _damage(path):
            parts = _checked(file, path.stat().st_size)
        yield Archive(file, path, parts, format_read)


def _checked(file: IO[bytes], length: int) -> dict[str, _Part]:
    """The parts of a file that is whole and unchanged. Raises ValueError with the reason where it is not."""
    with tarfile.open(fileobj=file, mode="r:") as tar:
        members = tar.getmembers()
    names = [member.name for member in members]
    if not names or names[0] != HEADER:
        raise ValueError("it is no backup of Amino")
    if names[-2:] != [SUMMARY, END] or members[-1].size != END_BYTES:
        raise ValueError("its end is missing, or was changed")
    end = members[-1].offset
    if length != length_of(end):
        raise ValueError(f"it has {length} bytes instead of {length_of(end)}")
    file.seek(0)
    hasher, left = hashlib.sha256(), end
    while left:
        chunk = file.read(min(CHUNK, left))
        hasher.update(chunk)
        left -= len(chunk)
    rest = file.read()
    written = end_header() + hasher.hexdigest().encode()
    if not rest.startswith(written) or any(rest[len(written) :]):
        raise ValueError("its bytes are not those that were written")
    return {member.name: _Part(member.offset_data, member.size) for member in members[:-1]}


@contextmanager
def _damage(path: Path) -> Generator[None]:
    try:
        yield
    except AminoError:
        raise
    except (ValueError, KeyError, TypeError, DecodeError, tarfile.TarError, EOFError, OSError) as error:
        raise StoreDamaged(
            f"the backup {path} is damaged ({error}): nothing of it was used. Take another copy of it, or an earlier backup",
            details={"file": str(path)},
        ) from error


def _incompatible(path: Path, found: str, readable: str) -> StoreIncompatible:
    return StoreIncompatible(
        f"the backup {path} was written by another version of Amino (format {found}; this version reads {readable}). Restore it with "
        "that version",
        details={"file": str(path), "found": found, "readable": readable},
    )
