"""Lost objects are made anew, from their artifact and their first arguments."""

from __future__ import annotations

from amino_wire.errors import ArgumentInvalid, TransactionConflict
from amino_wire.pb import common_pb2

from amino_oms.lifecycle.attempts import Attempts
from amino_oms.lifecycle.services import Services
from amino_oms.lifecycle.siting import Siting
from amino_oms.registry.records import Stored


class Restart:
    """Restarts objects."""

    def __init__(self, services: Services, siting: Siting, attempts: Attempts) -> None:
        self._services, self._siting, self._attempts = services, siting, attempts

    async def restart(self, name_or_id: str) -> Stored:
        """Makes a lost object anew under its id and name, in a new epoch; its state is that of a new object.

        Raises ArgumentInvalid for an object that is not lost, TransactionConflict where it came back by itself meanwhile, NoKernelMatches,
        and whatever the kernel raises when it makes the instance.
        """
        services = self._services
        found = await services.registry.find(name_or_id)
        async with services.object_locks.holding(found.record.id):
            stored = await services.registry.find(found.record.id)
            if stored.record.status != common_pb2.OBJECT_STATUS_LOST:
                kernels = ", ".join(replica.kernel_id for replica in stored.record.replicas)
                raise ArgumentInvalid(f"the object {name_or_id} is not lost, it is on kernel {kernels}; only lost objects are restarted")
            committed = await self._anew(stored)
        after = committed.record
        if services.coordination.has_coordinators(after):
            await services.coordination.replicas_changed(committed.record)
        services.background.start(services.announce(after), f"announcement of the restart of {after.id}")
        return committed

    async def _anew(self, stored: Stored) -> Stored:
        services = self._services
        kernel = await self._siting.choose(stored.record)
        after = stored.copy()
        after.epoch += 1
        after.status = common_pb2.OBJECT_STATUS_ACTIVE
        del after.replicas[:]
        after.replicas.append(services.replica_on(kernel))
        async with self._attempts.one(stored, after.replicas[0], after) as same_life:
            after.interface.CopyFrom(await services.instance(kernel, after, 0))
            committed = await services.registry.replace(stored, after, compares=(same_life,))
            if committed is None:
                raise TransactionConflict(f"the object {after.id} changed while it was being restarted; look again, and try again")
        return committed
