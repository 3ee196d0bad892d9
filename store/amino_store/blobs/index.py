"""What a store knows of blobs: one entry for each hash, whose meaning is the backend's."""

from __future__ import annotations

from amino_store.store import Store
from amino_store.transaction import Delete, Entry, Put, Transaction


class BlobIndex:
    """The entries of blobs. A process that may not change the store any more changes none of them.

    Arguments:
        store: where they lie.
        prefix: of their keys; its own for each kind of blobs.
    """

    def __init__(self, store: Store, prefix: str) -> None:
        self._store, self._prefix = store, prefix

    async def get(self, digest: str) -> Entry | None:
        """The entry of a hash."""
        return await self._store.get(index_key(self._prefix, digest))

    async def put(self, digest: str, value: bytes) -> None:
        """Writes the entry of a hash."""
        await self._store.commit(Transaction(then=(Put(index_key(self._prefix, digest), value),)))

    async def delete(self, digest: str) -> None:
        """Removes the entry of a hash."""
        await self._store.commit(Transaction(then=(Delete(index_key(self._prefix, digest)),)))

    async def digests(self) -> list[str]:
        """The hashes that have an entry."""
        found: list[str] = []
        prefix = index_key(self._prefix, "")
        page = await self._store.range(prefix)
        while True:
            found += [entry.key.rsplit("/", 1)[1] for entry in page.entries]
            if not page.more:
                return found
            page = await self._store.range(prefix, after=page.entries[-1].key)


def index_key(prefix: str, digest: str) -> str:
    """Where the entry of a hash lies."""
    return f"{prefix}/index/{digest}"
