"""Object records, found by name or id, in the store or in a copy of it."""

from __future__ import annotations

from difflib import get_close_matches

from amino_store.reader import Reader
from amino_store.transaction import Entry
from amino_wire.errors import NameNotFound, ObjectNotFound
from amino_wire.pb import common_pb2

from amino_oms.registry import records
from amino_oms.registry.identity import is_object_id
from amino_oms.registry.keys import INTERFACES, NAMES, name_key, object_key
from amino_oms.registry.records import Stored

ALIKE_LETTERS = 2
ALIKE_LIMIT = 200
"""Of how many first letters, and among how many names, a name is looked for that was perhaps meant: an error must not cost a search."""


class ObjectReader:
    """The records of all objects.

    Arguments:
        reader: gives the entries that they lie in.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        # An interface is named by its hash and never changes, so this cache is never wrong; one entry a class.
        self._interfaces: dict[bytes, common_pb2.Interface] = {}

    async def find(self, name_or_id: str) -> Stored:
        """The object of an id or a name. Raises ObjectNotFound or NameNotFound."""
        if is_object_id(name_or_id):
            found = await self.by_id(name_or_id)
            if found is None:
                raise ObjectNotFound(f"there is no object with the id {name_or_id}; it was deleted, or never was. `amino ls` lists all")
            return found
        # The name may pass to another object between the two reads: then the first one's record is gone, and the name is read again.
        for _ in range(3):
            pointer = await self.reader.get(name_key(name_or_id))
            if pointer is None:
                break
            found = await self.by_id(pointer.value.decode())
            if found is not None:
                return found
        raise NameNotFound(f"there is no object named {name_or_id!r}{await self._meant(name_or_id)}; `amino ls` lists all names")

    async def _meant(self, name: str) -> str:
        """A question that offers the names most like this one. Only names with the same first letters are looked at, and not all."""
        page = await self.reader.range(name_key(name[:ALIKE_LETTERS]), limit=ALIKE_LIMIT)
        alike = get_close_matches(name, [entry.key.removeprefix(NAMES) for entry in page.entries], n=3)
        return f"; did you mean {' or '.join(map(repr, alike))}?" if alike else ""

    async def by_id(self, object_id: str) -> Stored | None:
        """The object of an id; None where there is none."""
        entry = await self.reader.get(object_key(object_id))
        return None if entry is None else await self.read(entry)

    async def read(self, entry: Entry) -> Stored:
        """The record that a store's entry holds."""
        record, digest = records.unpack(entry.value)
        record.interface.CopyFrom(await self._interface(digest))
        return Stored(record, entry)

    async def _interface(self, digest: bytes) -> common_pb2.Interface:
        known = self._interfaces.get(digest)
        if known is None:
            entry = await self.reader.get(INTERFACES + digest.hex())
            known = common_pb2.Interface() if entry is None else common_pb2.Interface.FromString(entry.value)
            self._interfaces[digest] = known
        return known
