"""Object records, changed by compare-and-swap."""

from __future__ import annotations

from collections.abc import Sequence

from amino_store.store import Store
from amino_store.transaction import Compare, Entry, Operation, Outcome, Transaction
from amino_wire.pb import common_pb2

from amino_oms.registry import records
from amino_oms.registry.durable_logs import DurableLogs
from amino_oms.registry.durable_values import DurableValues
from amino_oms.registry.keys import CREATING, MANAGED, name_key, object_key
from amino_oms.registry.object_reader import ObjectReader
from amino_oms.registry.records import Stored


class ObjectRegistry(ObjectReader):
    """The records of all objects, and the durable values and logs of their managers.

    Arguments:
        store: what all of it lies in.
        values: the durable values; in the store itself unless given.
    """

    def __init__(self, store: Store, values: DurableValues | None = None) -> None:
        super().__init__(store)
        self.store = store
        self.values = values or DurableValues(store)
        self.logs = DurableLogs(store)

    async def holder(self, name: str) -> Entry | None:
        """The pointer of a name to an object's id; None while it is free."""
        return await self.store.get(name_key(name))

    async def owns_name(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether the record's name points to it, or it has none. An object that is to replace another has no name until it is complete."""
        if not record.name:
            return True
        holder = await self.holder(record.name)
        return holder is not None and holder.value.decode() == record.id

    async def request_of(self, object_id: str) -> str:
        """The request that an object is being made for; empty where there is none, or it has been made."""
        entry = await self.store.get(CREATING + object_id)
        return "" if entry is None else entry.value.decode()

    async def origin(self, object_id: str) -> str:
        """The kernel on which the object was made, or got its first chain; empty for one without deployment managers."""
        entry = await self.store.get(MANAGED + object_id)
        return "" if entry is None else entry.value.decode()

    async def insert(
        self,
        record: common_pb2.ObjectRecord,
        *,
        compares: Sequence[Compare] = (),
        also: Sequence[Operation] = (),
        request_id: str = "",
        named: bool = True,
        durable: bool = True,
    ) -> Stored | None:
        """Stores a new record. None where something in `compares` does not hold, or its name is taken (unless not `named`).

        `request_id` is remembered with a CREATING record, for the process that must remove it.
        """
        value, operations = self._packed(record)
        conditions = [*compares, Compare.absent(object_key(record.id))]
        if record.name and named:
            conditions.append(Compare.absent(name_key(record.name)))
        operations += records.change(record.id, {}, records.index(record, named=named, request_id=request_id), value)
        outcome = await self.store.commit(Transaction(tuple(conditions), (*operations, *also), durable=durable))
        return self._written(record, value, outcome, version=1, created=outcome.revision) if outcome.succeeded else None

    async def insert_many(
        self,
        new: Sequence[common_pb2.ObjectRecord],
        interface: common_pb2.Interface,
        *,
        compares: Sequence[Compare] = (),
        also: Sequence[Operation] = (),
    ) -> bool:
        """Stores many new records of one class in one transaction. False where a condition does not hold, or a name is taken."""
        packer = records.Packer(interface)
        values = [packer.pack(record) for record in new]
        operations: list[Operation] = [] if packer.digest in self._interfaces else [packer.put()]
        conditions = [*compares]
        for record, value in zip(new, values, strict=True):
            conditions.append(Compare.absent(object_key(record.id)))
            if record.name:
                conditions.append(Compare.absent(name_key(record.name)))
            operations += records.change(record.id, {}, records.index(record), value)
        outcome = await self.store.commit(Transaction(tuple(conditions), (*operations, *also)))
        if outcome.succeeded:
            self._interfaces.setdefault(packer.digest, interface)
        return outcome.succeeded

    async def replace(
        self,
        before: Stored,
        after: common_pb2.ObjectRecord,
        *,
        compares: Sequence[Compare] = (),
        also: Sequence[Operation] = (),
        named: tuple[bool, bool] = (True, True),
        origin: str = "",
        durable: bool = True,
    ) -> Stored | None:
        """Changes a record. None where it is no longer as in `before`, or something in `compares` does not hold.

        Arguments:
            also: further operations of the same transaction.
            named: whether the name points to this object before, and after.
            origin: the kernel that its deployment managers are to remember as the one where it was made; empty: as before.
        """
        value, operations = self._packed(after)
        known, wanted = records.index(before.record, named=named[0]), records.index(after, named=named[1], origin=origin)
        operations += records.change(after.id, known, wanted, value)
        outcome = await self.store.commit(Transaction((Compare.unchanged(before.entry), *compares), (*operations, *also), durable=durable))
        if not outcome.succeeded:
            return None
        return self._written(after, value, outcome, version=before.entry.version + 1, created=before.entry.created)

    async def remove(
        self, stored: Stored, *, compares: Sequence[Compare] = (), also: Sequence[Operation] = (), named: bool = True, durable: bool = True
    ) -> bool:
        """Removes a record; False where it is no longer as in `stored`, or something in `compares` does not hold."""
        conditions = (Compare.unchanged(stored.entry), *compares)
        operations = (*self.removal(stored, named=named), *also)
        return (await self.store.commit(Transaction(conditions, operations, durable=durable))).succeeded

    def removal(self, stored: Stored, *, named: bool = True) -> list[Operation]:
        """The operations that remove a record, for a transaction that does more."""
        return records.change(stored.record.id, records.index(stored.record, named=named), {}, None)

    def _packed(self, record: common_pb2.ObjectRecord) -> tuple[bytes, list[Operation]]:
        packer = records.Packer(record.interface)
        return packer.pack(record), [] if packer.digest in self._interfaces else [packer.put()]

    def _written(self, record: common_pb2.ObjectRecord, value: bytes, outcome: Outcome, *, version: int, created: int) -> Stored:
        copy = common_pb2.ObjectRecord()
        copy.CopyFrom(record)
        # Only now: an interface counts as stored when the transaction that carried it has succeeded.
        self._interfaces.setdefault(value[: records.HASH_SIZE], copy.interface)
        return Stored(copy, Entry(object_key(record.id), value, created, outcome.revision, version))
