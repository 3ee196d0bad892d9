"""The content of a store at one revision, and the sum by which two contents are told apart."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Record:
    """A key and its value, as they travel from one store to another. Revisions, versions and leases belong to one store and stay there."""

    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Origin:
    """The store from which a content comes.

    Attributes:
        title: the store, as messages name it.
        format: of what the OMS keeps in a store.
        revision: at which the content was so.
        lineage: the names that the store has had (`amino_store.mark.Lineage.text`).
        floor: what the numbers of kernels' lives are above.
    """

    title: str
    format: int
    revision: int
    lineage: str
    floor: int


@dataclass(frozen=True, slots=True)
class Sum:
    """How much a content is, and its sha256 (hex): two contents with one sum are the same."""

    entries: int
    blobs: int
    digest: str
    largest: int
    """Bytes of the largest value that may not lie in a blob."""


class Content(Protocol):
    """Entries, and blobs that they name."""

    @property
    def origin(self) -> Origin:
        """Where it comes from."""
        ...

    def entries(self, *, after: str = "") -> AsyncIterator[Record]:
        """The entries behind the key `after`, in the order of the keys' UTF-8 bytes."""
        ...

    def blobs(self) -> AsyncIterator[str]:
        """The hashes of the blobs, in order."""
        ...

    def blob(self, digest: str) -> AsyncGenerator[bytes, None]:
        """The bytes of a blob, in chunks. Raises ArtifactDamaged where they are missing, or are others than the hash says."""
        ...


class Summing:
    """Makes the sum of a content.

    Arguments:
        may_be_large: the beginning of keys whose values may lie in blobs, where a store takes none of their size.
    """

    def __init__(self, may_be_large: str) -> None:
        self._may_be_large = may_be_large
        self._hash = hashlib.sha256()
        self._entries = self._blobs = self._largest = 0

    def blob(self, digest: str) -> None:
        """A blob; all of them come before the entries."""
        self._blobs += 1
        self._hash.update(f"blob {digest}\n".encode())

    def entry(self, record: Record) -> None:
        """An entry, in the order of the keys."""
        key = record.key.encode()
        self._entries += 1
        self._hash.update(b"entry %d %d\n%s%s" % (len(key), len(record.value), key, record.value))
        if not record.key.startswith(self._may_be_large):
            self._largest = max(self._largest, len(record.value))

    def sum(self) -> Sum:
        """The sum of what has come."""
        return Sum(self._entries, self._blobs, self._hash.hexdigest(), self._largest)
