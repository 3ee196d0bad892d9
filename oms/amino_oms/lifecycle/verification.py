"""Asking a kernel whether it has what a record says: where that is in doubt, only the kernel knows."""

from __future__ import annotations

import asyncio
import logging

from amino_wire.errors import AminoError, ObjectNotFound
from amino_wire.instances import object_of, path_of
from amino_wire.pb import common_pb2, oms_pb2
from amino_wire.records import epoch_of, replica_at

from amino_oms.lifecycle.failure import Failure
from amino_oms.lifecycle.services import ATTEMPTS, Services
from amino_oms.registry.records import Stored

_log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0


class Verification:
    """Makes records true that say of a living kernel what may not be so."""

    def __init__(self, services: Services, failure: Failure) -> None:
        self._services, self._failure = services, failure

    async def verify(self, instance: str, kernel_id: str) -> None:
        """Asks a kernel for an instance that a record places there, for as long as both live, and recovers the object if it is missing.

        Does nothing where the record places it elsewhere, is LOST, or is still CREATING.
        """
        for _ in range(ATTEMPTS):
            stored = await self._services.registry.by_id(object_of(instance))
            replica = None if stored is None else self._placed(stored.record, path_of(instance), kernel_id)
            if stored is None or replica is None or await self._has(stored, replica):
                return
            _log.warning("kernel %s lacks instance %s, which a record places there", kernel_id, instance)
            await self._failure.lost_replicas(stored, missing=frozenset({replica.path}))

    def _placed(self, record: common_pb2.ObjectRecord, path: str, kernel_id: str) -> common_pb2.Replica | None:
        if record.status.state != common_pb2.OBJECT_STATE_ACTIVE:
            return None
        replica = replica_at(record, path)
        return replica if replica is not None and replica.kernel_id == kernel_id and self._services.directory.lives(replica) else None

    async def _has(self, stored: Stored, replica: common_pb2.Replica) -> bool:
        """Whether the kernel has a replica; True also when it can no longer be asked, since then the failure detector handles it."""
        services, record, pause = self._services, stored.record, _FIRST_PAUSE
        changed = oms_pb2.ObjectChangedRequest(object=services.located(record))
        order = oms_pb2.ActivateObjectRequest(object_id=record.id, epoch=epoch_of(record, replica.path), path=replica.path)
        while services.directory.lives(replica):
            kernel = services.directory.get(replica.kernel_id)
            try:
                # It may have the object in an earlier epoch, and have missed the news of this one.
                await services.kernels.object_changed(kernel, changed, services.timeouts.short)
                await services.kernels.activate_object(kernel, order, services.timeouts.short)
                return True
            except ObjectNotFound:
                return False
            except AminoError as error:
                _log.info("kernel %s does not say whether it has object %s: %s", kernel.id, record.id, error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        return True
