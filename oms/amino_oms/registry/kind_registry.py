"""The records of kinds in the store: found, listed, changed by compare-and-swap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from amino_store.reader import PAGE_LIMIT, Reader
from amino_store.store import Store
from amino_store.transaction import Compare, Delete, Entry, Operation, Put, Transaction
from amino_wire.errors import NameNotFound
from amino_wire.pb import client_pb2, common_pb2

from amino_oms.registry.keys import KINDS, kind_key

_PAGE = 100


@dataclass(frozen=True, slots=True)
class StoredKind:
    """A kind as it stands in the store, with the entry to compare with when it is changed. The record is nobody's to change."""

    record: common_pb2.KindRecord
    entry: Entry


class KindRegistry:
    """The kinds of objects."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, name: str) -> StoredKind | None:
        """The kind of a name; None where there is none."""
        entry = await self._store.get(kind_key(name))
        return None if entry is None else StoredKind(common_pb2.KindRecord.FromString(entry.value), entry)

    async def get(self, name: str) -> StoredKind:
        """The kind of a name. Raises NameNotFound."""
        found = await self.find(name)
        if found is not None:
            return found
        page = await self._store.range(KINDS, limit=PAGE_LIMIT)
        alike = get_close_matches(name, [entry.key.removeprefix(KINDS) for entry in page.entries], n=3)
        meant = f"; did you mean {' or '.join(map(repr, alike))}?" if alike else ""
        raise NameNotFound(f"there is no kind named {name!r}{meant}; `amino kinds` lists all, `amino register-kind` registers one")

    async def put(
        self, before: StoredKind | None, kind: common_pb2.KindRecord, compares: Sequence[Compare] = (), also: Sequence[Operation] = ()
    ) -> bool:
        """Stores a kind in the place of `before`. False where that has changed, or something in `compares` does not hold."""
        key = kind_key(kind.name)
        same = Compare.absent(key) if before is None else Compare.unchanged(before.entry)
        then = (Put(key, kind.SerializeToString()), *also)
        return (await self._store.commit(Transaction((same, *compares), then))).succeeded

    async def remove(self, stored: StoredKind, compares: Sequence[Compare] = (), also: Sequence[Operation] = ()) -> bool:
        """Removes a kind. False where it has changed, or something in `compares` does not hold."""
        then = (Delete(stored.entry.key), *also)
        return (await self._store.commit(Transaction((Compare.unchanged(stored.entry), *compares), then))).succeeded


async def list_kinds(reader: Reader, request: client_pb2.ListKindsRequest) -> client_pb2.ListKindsResponse:
    """Some kinds, in the order of their names."""
    size = request.page_size if 0 < request.page_size <= PAGE_LIMIT else _PAGE
    found = await reader.range(kind_key(request.prefix), after=kind_key(request.after) if request.after else "", limit=size)
    kinds = [common_pb2.KindRecord.FromString(entry.value) for entry in found.entries]
    return client_pb2.ListKindsResponse(kinds=kinds, more=found.more)
