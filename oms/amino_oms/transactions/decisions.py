"""The decisions in the store: a transaction that has none has not happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from amino_store.store import Store
from amino_store.transaction import Delete, Operation, Put, Transaction
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

    async def add(self, decided: Mapping[str, Iterable[tuple[str, str]]]) -> None:
        """Returns when all of them are durable.

        Arguments:
            decided: the objects of each transaction, with the tokens of their parts.

        Raises:
            NotWritten: none is there, nor ever will be.
            OmsUnavailable: nobody knows; the same may be added again.
        """
        await self._store.commit(Transaction((), tuple(Put(TRANSACTIONS + name, encode(dict(each))) for name, each in decided.items())))

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
