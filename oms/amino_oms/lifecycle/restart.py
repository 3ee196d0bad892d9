"""Lost objects are brought back by their savers, or made anew from their artifact and their first arguments."""

from __future__ import annotations

from amino_wire.errors import ArgumentInvalid, TransactionConflict
from amino_wire.instances import FIRST
from amino_wire.pb import common_pb2

from amino_oms.lifecycle.attempts import Attempts
from amino_oms.lifecycle.failure import Failure
from amino_oms.lifecycle.services import Services
from amino_oms.lifecycle.siting import Siting
from amino_oms.registry.records import Stored


class Restart:
    """Restarts objects."""

    def __init__(self, services: Services, siting: Siting, attempts: Attempts, failure: Failure) -> None:
        self._services, self._siting, self._attempts, self._failure = services, siting, attempts, failure

    async def restart(self, name_or_id: str, request_id: str = "") -> Stored:
        """Brings a lost object back, under its id and name, in a new epoch.

        Its deployment managers are asked first: a saver brings back the state that it saved. Only an object that no manager brings back is
        made anew by its constructor. A request that has been carried out before answers with the object as it is now.

        Raises ArgumentInvalid for an object that is not lost, TransactionConflict where it came back by itself meanwhile, NoKernelMatches,
        and whatever a manager or the kernel raises.
        """
        services = self._services
        found = await services.registry.find(name_or_id)
        async with services.object_locks.holding(found.record.id):
            stored = await services.registry.find(found.record.id)
            if await services.ledger.find(request_id) is not None:
                return stored
            if stored.record.status.state != common_pb2.OBJECT_STATE_LOST:
                kernels = ", ".join(replica.kernel_id for replica in stored.record.status.replicas)
                raise ArgumentInvalid(f"the object {name_or_id} is not lost, it is on kernel {kernels}; only lost objects are restarted")
            back = await self._failure.recovered(stored.record.id)
            committed = back if back is not None else await self._anew(await services.registry.find(stored.record.id), request_id)
        after = committed.record
        if services.coordination.has_coordinators(after):
            await services.coordination.replicas_changed(after)
        services.generations.announce(after)
        return committed

    async def _anew(self, stored: Stored, request_id: str) -> Stored:
        services = self._services
        kernel = await self._siting.choose(stored.record)
        after = stored.copy()
        after.status.epoch += 1
        after.status.state = common_pb2.OBJECT_STATE_ACTIVE
        del after.status.replicas[:]
        after.status.replicas.append(services.replica_on(kernel))
        async with self._attempts.one(stored, after.status.replicas[0], after) as same_life:
            after.interface.CopyFrom(await services.instance(kernel, after, FIRST))
            compares, also = await services.ledger.entry(request_id, after.id)
            committed = await services.registry.replace(stored, after, compares=(same_life, *compares), also=also)
            if committed is None:
                raise TransactionConflict(f"the object {after.id} changed while it was being restarted; look again, and try again")
        return committed
