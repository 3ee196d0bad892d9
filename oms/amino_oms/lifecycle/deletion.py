"""Objects go: the record first, then whoever has something of it is told."""

from __future__ import annotations

import asyncio

from amino_wire.errors import TransactionConflict
from amino_wire.pb import common_pb2

from amino_oms.lifecycle.services import ATTEMPTS, Services


class Deletion:
    """Deletes objects."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def delete(self, name_or_id: str) -> None:
        """Deletes an object and frees its name. Raises ObjectNotFound or NameNotFound. A silent kernel drops its part later."""
        registry = self._services.registry
        for _ in range(ATTEMPTS):
            stored = await registry.find(name_or_id)
            if await registry.remove(stored, named=await registry.owns_name(stored.record)):
                await self.dispose(stored.record)
                return
        raise TransactionConflict(f"the object {name_or_id!r} could not be deleted since others kept changing it; try again")

    async def dispose(self, record: common_pb2.ObjectRecord) -> None:
        """Tells the kernels and coordinators of a record that has been removed."""
        services = self._services
        await asyncio.gather(*(services.drop(record, replica) for replica in record.replicas))
        if record.deployment_managers:
            await services.coordination.destroyed(record)
            services.background.start(services.announce(record, deleted=True), f"announcement of the deletion of {record.id}")
