"""The deployment managers of an object change while it lives (one line beside it, Amino section IV)."""

from __future__ import annotations

from amino_wire.errors import EpochStale, TransactionConflict
from amino_wire.pb import client_pb2, common_pb2

from amino_oms.lifecycle.services import ATTEMPTS, Services
from amino_oms.lifecycle.siting import Siting
from amino_oms.registry.records import Stored


class Attachment:
    """Gives objects another chain."""

    def __init__(self, services: Services, siting: Siting) -> None:
        self._services, self._siting = services, siting

    async def attach(self, request: client_pb2.AttachRequest) -> Stored:
        """Replaces an object's chain. Raises ChainInvalid where the new one cannot work; then the old one stays.

        When this returns, every living kernel that answers has been told; one that was unreachable asks anew when it registers again.
        """
        services = self._services
        found = await services.registry.find(request.name_or_id)
        async with services.object_locks.holding(found.record.id):
            before, committed = await self._commit(found.record.id, request)
        # The new coordinators first: as soon as kernels are told, proxies and instance managers may call them.
        await services.coordination.exchanged(before, committed.record)
        current = await services.registry.by_id(committed.record.id) or committed
        await services.announce(current.record)
        return current

    async def _commit(self, object_id: str, request: client_pb2.AttachRequest) -> tuple[common_pb2.ObjectRecord, Stored]:
        registry = self._services.registry
        for _ in range(ATTEMPTS):
            stored = await registry.find(object_id)
            if stored.record.status == common_pb2.OBJECT_STATUS_CREATING:
                raise EpochStale(f"object {request.name_or_id} is still being made; wait until it is active")
            after = stored.copy()
            del after.deployment_managers[:]
            after.deployment_managers.extend(request.deployment_managers)
            self._services.coordination.check(after)
            await self._services.coordination.check_state(after)
            origin = "" if stored.record.deployment_managers else stored.record.replicas[0].kernel_id
            for replica in after.replicas:
                await self._siting.admit(after, replica.kernel_id)
            committed = await registry.replace(stored, after, origin=origin)
            if committed is not None:
                return stored.record, committed
        raise TransactionConflict(f"the chain of object {request.name_or_id} could not be changed since others kept changing it; try again")
