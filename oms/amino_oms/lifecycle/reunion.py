"""A kernel comes back in the same life, with objects: which of them it still has, which it must drop, and which it has lost."""

from __future__ import annotations

import asyncio

from amino_wire.pb import common_pb2, oms_pb2

from amino_oms.lifecycle.failure import Failure
from amino_oms.lifecycle.recovery import Recovery
from amino_oms.lifecycle.services import ATTEMPTS, Services
from amino_oms.membership.detector import Standing
from amino_oms.registry.keys import hosted_prefix, last_part
from amino_oms.registry.listing import entries
from amino_oms.registry.records import Stored

_YIELD_EVERY = 200


class Reunion:
    """Compares what a kernel says it has with what the records say."""

    def __init__(self, services: Services, recovery: Recovery, failure: Failure) -> None:
        self._services, self._recovery, self._failure = services, recovery, failure

    async def reconcile(self, kernel: common_pb2.KernelRecord, listed: list[oms_pb2.ObjectEpoch], earlier: Standing) -> tuple[str, ...]:
        """The ids that the kernel must drop. What it has and was thought lost is ACTIVE again; what it lacks is lost.

        Arguments:
            kernel: the kernel as it has registered, alive.
            listed: what it says it has.
            earlier: how it stood before it registered. Only of one that was awaited, the list tells what is missing: on one that was alive,
                objects may have been made after it wrote its list.
        """
        fenced: list[str] = []
        for number, held in enumerate(listed):
            stored = await self._services.registry.by_id(held.id)
            replica = None if stored is None else _replica_on(stored.record, kernel, held.replica)
            if stored is None or replica is None:
                # A later epoch is that of a move on its way here: the passive copy asks by itself what has become of it.
                if stored is None or held.epoch <= stored.record.epoch:
                    fenced.append(held.id)
            elif self._recovery.left_over(stored.record):
                self._services.background.start(self._recovery.found(held.id), f"completion of object {held.id}")
            else:
                await self._welcome(stored, held.epoch)
            if number % _YIELD_EVERY == 0:
                await asyncio.sleep(0)
        if earlier is Standing.AWAITED:
            # Nothing was made there while it was awaited; what has changed since it registered is newer than its list.
            self._services.background.start(
                self._missing(kernel, {held.id for held in listed}), f"search for objects missing on {kernel.id}"
            )
        return tuple(fenced)

    async def _welcome(self, stored: Stored, epoch: int) -> None:
        services = self._services
        for _ in range(ATTEMPTS):
            if stored.record.status == common_pb2.OBJECT_STATUS_LOST:
                after = stored.copy()
                after.status = common_pb2.OBJECT_STATUS_ACTIVE
                revived = await services.registry.replace(stored, after)
                if revived is None:
                    current = await services.registry.by_id(stored.record.id)
                    if current is None:
                        return
                    stored = current
                    continue
            if epoch != stored.record.epoch:
                services.background.start(services.announce(stored.record), f"announcement of the epoch of {stored.record.id}")
            return

    async def _missing(self, kernel: common_pb2.KernelRecord, listed: set[str]) -> None:
        joined = self._services.directory.joined(kernel.id)
        async for entry in entries(self._services.registry.store, hosted_prefix(kernel.id)):
            object_id = last_part(entry.key)
            stored = None if object_id in listed else await self._services.registry.by_id(object_id)
            if stored is None or stored.entry.modified > joined:
                continue
            if self._recovery.left_over(stored.record):
                await self._recovery.lost(object_id)
                continue
            gone = frozenset(
                replica.number
                for replica in stored.record.replicas
                if replica.kernel_id == kernel.id and replica.kernel_incarnation == kernel.incarnation
            )
            await self._failure.lost_replicas(stored, missing=gone)


def _replica_on(record: common_pb2.ObjectRecord, kernel: common_pb2.KernelRecord, number: int) -> common_pb2.Replica | None:
    for replica in record.replicas:
        if replica.kernel_id == kernel.id and replica.kernel_incarnation == kernel.incarnation and replica.number == number:
            return replica
    return None
