"""A kernel comes back in the same life, with objects: which of them it still has, which it must drop, and which it has lost."""

from __future__ import annotations

import asyncio

from amino_wire.pb import common_pb2, oms_pb2

from amino_oms.lifecycle.failure import Failure
from amino_oms.lifecycle.recovery import Recovery
from amino_oms.lifecycle.services import ATTEMPTS, Services
from amino_oms.lifecycle.verification import Verification
from amino_oms.registry.listing import hosted
from amino_oms.registry.records import Stored

_YIELD_EVERY = 200
_AT_ONCE = 64


class Reunion:
    """Compares what a kernel says it has with what the records say."""

    def __init__(self, services: Services, recovery: Recovery, failure: Failure, verification: Verification) -> None:
        self._services, self._recovery, self._failure, self._verification = services, recovery, failure, verification

    async def reconcile(self, kernel: common_pb2.KernelRecord, listed: list[oms_pb2.ObjectEpoch], *, same_life: bool) -> tuple[str, ...]:
        """The ids that the kernel must drop. What it has and was thought lost is ACTIVE again; what it lacks is lost.

        Arguments:
            kernel: the kernel as it has registered, alive.
            listed: what it says it has.
            same_life: it has registered in this life before, so there may be objects in it that are not listed.
        """
        fenced: list[str] = []
        for number, held in enumerate(listed):
            stored = await self._services.registry.by_id(held.id)
            replica = None if stored is None else _replica_on(stored.record, kernel, held.replica)
            if stored is None and held.id in self._services.in_making:
                continue  # its record is stored when the instances are there
            if stored is None or replica is None:
                # A later epoch is that of an instance whose record is yet to be committed, or was to be by an earlier process.
                if kernel.id not in self._services.claims.of(held.id):
                    fenced.append(held.id)
            elif self._recovery.left_over(stored.record):
                self._complete(held.id)
            else:
                await self._welcome(stored, replica, held.epoch)
            if number % _YIELD_EVERY == 0:
                await asyncio.sleep(0)
        if same_life:
            there = {held.id for held in listed}
            self._services.persist(lambda: self._missing(kernel, there), f"search for objects missing on {kernel.id}")
        return tuple(fenced)

    def _complete(self, object_id: str) -> None:
        self._services.persist(lambda: self._recovery.found(object_id), f"completion of object {object_id}")

    async def _welcome(self, stored: Stored, replica: common_pb2.Replica, epoch: int) -> None:
        services = self._services
        for _ in range(ATTEMPTS):
            if stored.record.status != common_pb2.OBJECT_STATUS_LOST:
                break
            current = await self._revived(stored, replica)
            if current is None:
                return
            stored = current
        if epoch != stored.record.epoch:
            services.background.start(services.announce(stored.record), f"announcement of the epoch of {stored.record.id}")

    async def _revived(self, stored: Stored, replica: common_pb2.Replica) -> Stored | None:
        """The record as ACTIVE, or as others have changed it meanwhile; None where there is nothing left to revive."""
        services, object_id = self._services, stored.record.id
        same_life = services.directory.still(replica)
        # Claimed: it is being made anew there, in place of what the kernel had.
        if same_life is None or not services.claims.take(object_id, replica.kernel_id):
            return None
        try:
            after = stored.copy()
            after.status = common_pb2.OBJECT_STATUS_ACTIVE
            revived = await services.registry.replace(stored, after, compares=(same_life,))
        finally:
            services.claims.release(object_id, replica.kernel_id)
        if revived is not None:
            # It was lost with all its replicas; those that have not come back are to go from the record.
            services.persist(lambda: self._failure.lost_replicas(revived), f"search for other replicas of {object_id}")
            return revived
        current = await services.registry.by_id(object_id)
        return current if current is not None and replica in current.record.replicas else None

    async def _missing(self, kernel: common_pb2.KernelRecord, listed: set[str]) -> None:
        """Sees to objects that should be there and are not listed. They may have come after the list was written: the kernel is asked."""
        async for batch in hosted(self._services.registry.store, kernel.id, _AT_ONCE):
            await asyncio.gather(*(self._doubted(kernel, object_id) for object_id in batch if object_id not in listed))

    async def _doubted(self, kernel: common_pb2.KernelRecord, object_id: str) -> None:
        stored = await self._services.registry.by_id(object_id)
        if stored is not None and self._recovery.left_over(stored.record):
            await self._recovery.lost(object_id)
        elif stored is not None:
            await self._verification.verify(object_id, kernel.id)


def _replica_on(record: common_pb2.ObjectRecord, kernel: common_pb2.KernelRecord, number: int) -> common_pb2.Replica | None:
    for replica in record.replicas:
        if replica.kernel_id == kernel.id and replica.kernel_incarnation == kernel.incarnation and replica.number == number:
            return replica
    return None
