"""Objects are deleted: the record first, then kernels and coordinators are told."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from amino_wire.errors import NotFound, TransactionConflict
from amino_wire.pb import common_pb2

from amino_oms.lifecycle.services import ATTEMPTS, Services
from amino_oms.registry.listing import shards_of


class Deletion:
    """Deletes objects."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def delete(self, name_or_id: str, request_id: str = "") -> None:
        """Deletes an object and frees its name; a request that has done so before changes nothing.

        Raises ObjectNotFound or NameNotFound. A kernel that does not answer drops its part later.
        """
        registry, ledger = self._services.registry, self._services.ledger
        for _ in range(ATTEMPTS):
            if await ledger.find(request_id) is not None:
                return
            stored = await registry.find(name_or_id)
            compares, also = await ledger.entry(request_id, stored.record.id)
            if await registry.remove(stored, compares=compares, also=also, named=await registry.owns_name(stored.record)):
                await self.dispose(stored.record)
                return
        raise TransactionConflict(f"the object {name_or_id!r} could not be deleted since others kept changing it; try again")

    async def dispose(self, record: common_pb2.ObjectRecord) -> None:
        """Tells the kernels and coordinators of a record that has been removed."""
        services = self._services
        await asyncio.gather(*(services.drop(record, replica) for replica in record.status.replicas))
        if record.spec.deployment_managers:
            await services.coordination.destroyed(record)
            await asyncio.gather(*map(self._end_shard, await shards_of(services.registry.store, record.id)))
            services.background.start(services.announce_deletion(record), f"announcement of the deletion of {record.id}")

    async def _end_shard(self, shard_id: str) -> None:
        with suppress(NotFound):
            await self.delete(shard_id)
