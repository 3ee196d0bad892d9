"""A map whose managers promise that what was answered survives, and what of it a failure would leave."""

from __future__ import annotations

from typing import Any

from amino_dms.api import Arrival
from amino_dms.chain import Chain, Registry
from amino_dms.runtime import InstanceChain
from amino_wire.errors import Moved, OmsUnavailable

from tests.unit.played_host import PlayedHost, PlayedObjects, PlayedStore, opened, raised_by, request

TRANSACTIONAL = (
    "DurableTransactions",
    "DurableSerializableRPC,OptimisticTransactions",
    "OptimisticTransactions,DurableSerializableRPC",
    "DurableSerializableRPC,LockingTransactions",
)


def recovered(store: PlayedStore) -> dict[str, Any]:
    """The object's state if its kernel ended now: an open transaction is rolled back."""
    snapshot = store.under("/checkpoint")["snapshot"]
    line = snapshot["parts"].get("LockingTransactions", {}).get("line")
    entries: dict[str, Any] = (line[0]["before"] if line else snapshot["state"])["data"]
    return entries


class Map:
    """A chain over an object and a store, as callers use it."""

    def __init__(self, managers: str, seed: int = 1) -> None:
        self.managers = Chain.parse(managers, Registry.installed())
        self.objects, self.store = PlayedObjects(), PlayedStore()
        self.host = PlayedHost(self.objects, self.store, seed=seed)
        self.chain: InstanceChain
        self.index = next(n for n, manager in enumerate(self.managers.managers) if "Transactions" in manager.name)
        self.sent = 0

    async def open(self) -> Map:
        """Ready."""
        self.chain = await opened(self.host, self.managers)
        return self

    async def call(self, method: str, *args: Any, transaction: str = "") -> Any:
        """A call of its own."""
        self.sent += 1
        return await self.chain.call(request(method, *args, name=f"call {self.sent}", transaction=transaction))

    async def start(self) -> str:
        """A new transaction."""
        return str(await self.chain.command(self.index, "start_transaction", ()))

    async def end(self, how: str, name: str) -> None:
        """Commits or rolls back."""
        await self.chain.command(self.index, how, (name,))

    async def back(self) -> Map:
        """The map as it comes back when its kernel has ended."""
        later = Map(str(self.managers), seed=2)
        later.store = self.host.store = self.store
        later.host = PlayedHost(later.objects, self.store, seed=2)
        snapshot = self.store.under("/checkpoint")["snapshot"]
        later.objects.entries = dict(snapshot["state"]["data"])
        self.chain.release(Moved("map is not here any more"))
        later.chain = await opened(later.host, self.managers, Arrival.RECOVERED, snapshot["parts"])
        return later


async def unsaved(managers: str) -> Map:
    """A map whose last write has run and could not be saved; the store is still away."""
    map_ = await Map(managers).open()
    assert await map_.call("add", "x", 1) == 1
    map_.store.away = True
    assert isinstance(await raised_by(map_.call("add", "x", 1)), OmsUnavailable)
    assert (map_.objects.entries, recovered(map_.store)) == ({"x": 2}, {"x": 1})
    return map_
