"""Objects are deleted: the record first, then kernels and coordinators are told."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from amino_wire.errors import AminoError, NotFound, TransactionConflict
from amino_wire.pb import common_pb2

from amino_oms.lifecycle.services import ATTEMPTS, Services
from amino_oms.registry.listing import shards_of

_log = logging.getLogger(__name__)
_PAUSE = 1.0
"""Seconds until shards are ended that could not be."""


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
            try:
                await services.coordination.destroyed(record)
            finally:
                await self._end_shards(record.id)
            services.background.start(services.announce_deletion(record), f"announcement of the deletion of {record.id}")

    async def _end_shards(self, owner_id: str) -> None:
        """Ends the shards of an object. Where the store keeps one from it, that goes on in the background until none is left."""
        shards = await shards_of(self._services.registry.store, owner_id)
        ended = await asyncio.gather(*map(self._end_shard, shards), return_exceptions=True)
        if any(isinstance(each, AminoError) for each in ended):
            self._services.background.start(self._end_left_shards(owner_id), f"end of the shards of {owner_id}")

    async def _end_left_shards(self, owner_id: str) -> None:
        while True:
            await self._services.clock.sleep(_PAUSE)
            try:
                for shard_id in await shards_of(self._services.registry.store, owner_id):
                    await self._end_shard(shard_id)
            except AminoError as error:
                _log.info("shards of the object %s, which was deleted, cannot be ended yet: %s", owner_id, error)
            else:
                return

    async def _end_shard(self, shard_id: str) -> None:
        with suppress(NotFound):
            await self.delete(shard_id)
