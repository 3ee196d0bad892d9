"""The deployment managers of an object change while it lives (one line beside it, Amino section IV)."""

from __future__ import annotations

from collections.abc import Iterable

from amino_wire.errors import EpochStale, TransactionConflict
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.records import title_of

from amino_oms.lifecycle.services import ATTEMPTS, Services
from amino_oms.lifecycle.siting import Siting
from amino_oms.lifecycle.sleeping import check_idle
from amino_oms.registry.leaving import note_leaving
from amino_oms.registry.listing import shards_of
from amino_oms.registry.records import Stored, same_chain

_APPLY_SECONDS = 20.0
"""How long the answer waits for the kernels that have the object."""


class Attachment:
    """Gives objects another chain."""

    def __init__(self, services: Services, siting: Siting) -> None:
        self._services, self._siting = services, siting

    async def attach(self, request: client_pb2.AttachRequest) -> tuple[Stored, list[str]]:
        """Replaces an object's chain; the chain that is there already changes nothing.

        Returns:
            The object, and its kernels that have not applied the chain within 20 s. The service goes on telling them.

        Raises ChainInvalid where the new chain cannot work; then the old one stays.
        """
        services = self._services
        found = await services.registry.find(request.name_or_id)
        async with services.object_locks.holding(found.record.id):
            committed = await self._commit(found.record.id, request)
        # The new coordinators first: as soon as kernels are told, proxies and instance managers may call them.
        try:
            await services.coordination.exchanged(committed.record)
        finally:
            # The chain is in the record and must come into force also where a coordinator could not begin: it is made when it is called.
            services.generations.announce(committed.record)
        current = await services.registry.by_id(committed.record.id) or committed
        services.generations.announce(current.record)
        return current, await services.generations.wait(current.record, _APPLY_SECONDS)

    async def _commit(self, object_id: str, request: client_pb2.AttachRequest) -> Stored:
        services = self._services
        for _ in range(ATTEMPTS):
            stored = await services.registry.find(object_id)
            if stored.record.status.state == common_pb2.OBJECT_STATE_CREATING:
                raise EpochStale(f"object {title_of(stored.record)} is still being made; wait until it is active")
            if await services.ledger.find(request.request_id) is not None or same_chain(stored.record, request.deployment_managers):
                return stored
            after = await self._checked(stored, request.deployment_managers)
            await self._check_shards(after)
            # What a manager stored when it was here before is older than the object.
            await services.coordination.clear(stored.record, after)
            origin = "" if stored.record.spec.deployment_managers else stored.record.status.replicas[0].kernel_id
            compares, also = await services.ledger.entry(request.request_id, object_id)
            leaving = note_leaving(stored.record)
            committed = await services.registry.replace(stored, after, compares=compares, also=(*also, *leaving), origin=origin)
            if committed is not None:
                return committed
        raise TransactionConflict(f"the chain of object {request.name_or_id} could not be changed since others kept changing it; try again")

    async def _check_shards(self, owner: common_pb2.ObjectRecord) -> None:
        """Raises as `_checked`, where a shard of the object cannot have the chain that its shards are to have."""
        services = self._services
        managers = services.coordination.shard_managers(owner)
        for shard_id in () if managers is None else await shards_of(services.registry.store, owner.id):
            stored = await services.registry.by_id(shard_id)
            if stored is not None and managers is not None and not same_chain(stored.record, managers):
                await self._checked(stored, managers)

    async def _checked(self, stored: Stored, managers: Iterable[common_pb2.DeploymentManagerSpec]) -> common_pb2.ObjectRecord:
        after = stored.copy()
        after.spec.generation += 1
        del after.spec.deployment_managers[:]
        after.spec.deployment_managers.extend(managers)
        self._services.coordination.check(after)
        self._services.coordination.check_follows(stored.record, after)
        check_idle(after, self._services.coordination)
        await self._services.coordination.check_state(after)
        for replica in after.status.replicas:
            await self._siting.admit(after, replica.kernel_id)
        return after
