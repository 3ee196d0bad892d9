"""CREATING records that an earlier process of the service has left: they are finished or removed by asking their kernels."""

from __future__ import annotations

import asyncio
import logging

from amino_store.errors import NotWritten
from amino_store.transaction import Delete
from amino_wire.errors import AminoError
from amino_wire.pb import common_pb2

from amino_oms.lifecycle.services import ATTEMPTS, Services
from amino_oms.membership.detector import Standing
from amino_oms.registry.keys import CREATING, REQUESTS, last_part
from amino_oms.registry.listing import entries
from amino_oms.registry.records import Stored

_log = logging.getLogger(__name__)


class Recovery:
    """Settles CREATING records that nobody in this process is making.

    One whose kernel still has the instance is finished, every other is removed: nobody has been told of it, and a retry of its request
    makes it anew.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._settled: dict[str, asyncio.Event] = {}

    async def start(self) -> None:
        """Goes through them when the service starts; the records of an awaited kernel wait until that kernel is back, or dead."""
        async for entry in entries(self._services.registry.store, CREATING):
            object_id = last_part(entry.key)
            self._settled[object_id] = asyncio.Event()
            stored = await self._services.registry.by_id(object_id)
            if stored is None or self._standing(stored.record) is not Standing.AWAITED:
                await self._lost_or_later(object_id)

    async def settled(self, object_id: str) -> None:
        """Returns when a record is no longer CREATING; an earlier process has left it, or an attempt on a full disk.

        Raises NotWritten where the disk is still full.
        """
        waiting = self._settled.get(object_id)
        if waiting is not None:
            await waiting.wait()
        else:
            await self.lost(object_id)

    def left_over(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether a record is CREATING and nobody in this process is at it."""
        return record.status.state == common_pb2.OBJECT_STATE_CREATING and record.id not in self._services.in_making

    async def found(self, object_id: str) -> None:
        """The object's kernel is back and has the instance: asks it for the interface and commits the object."""
        services = self._services
        stored = await services.registry.by_id(object_id)
        if stored is not None and self.left_over(stored.record):
            replica = stored.record.status.replicas[0]
            try:
                interface = await services.instance(services.directory.living(replica.kernel_id), stored.record, replica.path)
            except AminoError:
                await self.lost(object_id)
                return
            if not await self._finish(stored, interface):
                await self.lost(object_id)
        self._done(object_id)

    async def lost(self, object_id: str) -> None:
        """Nobody has the instance: removes the record, and frees its name and its request."""
        services = self._services
        for _ in range(ATTEMPTS):
            stored = await services.registry.by_id(object_id)
            if stored is None or not self.left_over(stored.record):
                break
            if await self.remove(stored):
                if stored.record.spec.deployment_managers:
                    await services.coordination.destroyed(stored.record)
                # The order of the earlier process may still be on its way through the kernel.
                dropping = services.drop(stored.record, stored.record.status.replicas[0])
                services.background.start(dropping, f"drop of object {object_id}, which was left half made")
                break
        self._done(object_id)

    async def _lost_or_later(self, object_id: str) -> None:
        try:
            await self.lost(object_id)
        except NotWritten:
            self._services.persist(lambda: self.lost(object_id), f"removal of object {object_id}, which was left half made")

    async def remove(self, stored: Stored) -> bool:
        """Removes a record that never became ACTIVE, with what its request has left; False where somebody else has changed it."""
        registry = self._services.registry
        named = await registry.owns_name(stored.record)
        request = await registry.request_of(stored.record.id)
        also = (Delete(REQUESTS + request),) if request else ()
        return await registry.remove(stored, also=also, named=named, durable=False)

    async def _finish(self, stored: Stored, interface: common_pb2.Interface) -> bool:
        services = self._services
        if stored.record.name and not await services.registry.owns_name(stored.record):
            return False  # it was to replace another object, and has not
        after = stored.copy()
        after.interface.CopyFrom(interface)
        after.status.state = common_pb2.OBJECT_STATE_ACTIVE
        committed = await self._commit(stored, after)
        if committed is None:
            return False
        if services.coordination.has_coordinators(after):
            try:
                await services.coordination.created(committed.record)
            except AminoError as error:
                _log.warning("the coordinators of object %s could not be made: %s; the next call to them tries again", after.id, error)
        return True

    async def _commit(self, stored: Stored, after: common_pb2.ObjectRecord) -> Stored | None:
        """None where somebody else has changed the record, or its kernel has ended the life in which it has the instance."""
        services, replica = self._services, after.status.replicas[0]
        for _ in range(ATTEMPTS):
            same_life = services.directory.still(replica)
            if same_life is None:
                return None
            committed = await services.registry.replace(stored, after, compares=(same_life,), origin=replica.kernel_id)
            current = None if committed is not None else await services.registry.by_id(after.id)
            if current is None or current.entry.modified != stored.entry.modified:
                return committed
        return None

    def _standing(self, record: common_pb2.ObjectRecord) -> Standing:
        replica = record.status.replicas[0]
        return self._services.directory.standing(replica.kernel_id) if self._services.directory.lives(replica) else Standing.DEAD

    def _done(self, object_id: str) -> None:
        waiting = self._settled.pop(object_id, None)
        if waiting is not None:
            waiting.set()
