"""The decisions in the store: a transaction that has none has not happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from amino_store.store import Store
from amino_store.transaction import Compare, Delete, Operation, Put, Transaction
from amino_wire.values import decode, encode

from amino_oms.registry.keys import TRANSACTIONS
from amino_oms.registry.listing import entries

BATCH = 100


class Decisions:
    """Each has a key of its own, with the objects that must hear of it; none once all have."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._settled: set[str] = set()
        self._forgotten: set[str] = set()

    async def all(self) -> Mapping[str, dict[str, str]]:
        """The objects of each committed transaction, with the tokens of their parts."""
        return {entry.key.removeprefix(TRANSACTIONS): decode(entry.value) async for entry in entries(self._store, TRANSACTIONS)}

    async def add(self, name: str, members: Iterable[tuple[str, str]]) -> None:
        """Returns when it is durable.

        Raises:
            NotWritten: it is not there, and never will be.
            OmsUnavailable: nobody knows; this process will not go on.
        """
        key = TRANSACTIONS + name
        await self._store.commit(Transaction((Compare.absent(key),), (Put(key, encode(dict(members))),)))

    def settled(self, name: str) -> None:
        """All objects have heard; the store is told with others."""
        self._settled.add(name)

    def forgotten(self, name: str) -> None:
        """Nobody asks any more."""
        self._forgotten.add(name)

    async def tidy(self) -> None:
        """Tells the store what is settled or forgotten, many at once. What a crash undoes of it is done anew: objects are told twice."""
        forgotten, settled = self._forgotten, self._settled - self._forgotten
        changes: list[Operation] = [Delete(TRANSACTIONS + name) for name in forgotten]
        changes += [Put(TRANSACTIONS + name, encode({})) for name in settled]
        for begin in range(0, len(changes), BATCH):
            await self._store.commit(Transaction((), tuple(changes[begin : begin + BATCH]), durable=False))
        self._forgotten -= forgotten
        self._settled -= settled | forgotten
