"""Lost objects are made anew, from their artifact and their first arguments."""

from __future__ import annotations

from amino_wire.errors import ArgumentInvalid, TransactionConflict
from amino_wire.pb import common_pb2, oms_pb2

from amino_oms.lifecycle.services import Services
from amino_oms.lifecycle.siting import Siting
from amino_oms.registry.records import Stored


class Restart:
    """Restarts objects."""

    def __init__(self, services: Services, siting: Siting) -> None:
        self._services, self._siting = services, siting

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
            kernel = await self._siting.choose(stored.record)
            after = stored.copy()
            after.epoch += 1
            after.status = common_pb2.OBJECT_STATUS_ACTIVE
            del after.replicas[:]
            after.replicas.append(services.replica_on(kernel))
            unchanged = services.directory.unchanged(kernel.id)
            order = oms_pb2.CreateObjectRequest(object=services.located(after), replica=0)
            after.interface.CopyFrom((await services.kernels.create_object(kernel, order, services.timeouts.create)).interface)
            committed = await services.registry.replace(stored, after, compares=(unchanged,))
            if committed is None:
                services.background.start(services.drop(after, after.replicas[0]), f"drop of object {after.id}, whose restart failed")
                raise TransactionConflict(f"the object {name_or_id} changed while it was being restarted; look again, and try again")
        if services.coordination.has_coordinators(after):
            await services.coordination.replicas_changed(committed.record)
        services.background.start(services.announce(committed.record), f"announcement of the restart of {after.id}")
        return committed
