"""Objects move: the service chooses the target, the kernel that has the object does the moving."""

from __future__ import annotations

from amino_wire.errors import AminoError, ArgumentInvalid, LanguageUnknown, ObjectBusy, ObjectNotFound
from amino_wire.instances import FIRST, instance_id
from amino_wire.losses import loss_of
from amino_wire.pb import client_pb2, common_pb2, oms_pb2

from amino_oms.lifecycle.services import Services
from amino_oms.lifecycle.siting import Siting
from amino_oms.placement.selector import check
from amino_oms.registry.records import Stored


class Movement:
    """Moves objects between kernels."""

    def __init__(self, services: Services, siting: Siting) -> None:
        self._services, self._siting = services, siting

    async def move(self, request: client_pb2.MoveRequest) -> tuple[Stored, list[str]]:
        """Moves a replica to the named kernel, or to the least loaded kernel that matches the selector (without one, the object's own).

        Returns the record and the paths of state that could not be moved (only with `allow_lossy`). Raises what `loss_of` answers, and
        KernelUnavailable, NoKernelMatches, StateNotCapturable and whatever else the object's kernel says; then it is where it was.
        """
        check(request.selector)
        services = self._services
        found = await services.registry.find(request.name_or_id)
        async with services.object_locks.holding(found.record.id):
            stored = await services.registry.by_id(found.record.id)
            if stored is None:
                raise ObjectNotFound(f"the object {request.name_or_id} was deleted")
            if await services.ledger.find(request.request_id) is not None:
                return stored, await services.ledger.lost(request.request_id)
            if stored.record.status.state == common_pb2.OBJECT_STATE_LOST:
                raise loss_of(self._services.located(stored.record))
            replica = _replica(stored.record, request.path or FIRST)
            if request.kernel_id == replica.kernel_id:
                return stored, []
            source = services.directory.living(replica.kernel_id)
            target = await self._target(stored.record, replica, request)
            if not services.claims.take(instance_id(stored.record.id, replica.path), target.id):
                raise ObjectBusy(f"a replica of object {request.name_or_id} is just being made on kernel {target.id}; try again")
            try:
                return await self._order(stored, replica, source, target, request)
            finally:
                services.claims.release(instance_id(stored.record.id, replica.path), target.id)

    async def _order(
        self,
        stored: Stored,
        replica: common_pb2.Replica,
        source: common_pb2.KernelRecord,
        target: common_pb2.KernelRecord,
        request: client_pb2.MoveRequest,
    ) -> tuple[Stored, list[str]]:
        services = self._services
        order = oms_pb2.MoveObjectRequest(
            object=services.located(stored.record),
            path=replica.path,
            target=target,
            allow_lossy=request.allow_lossy,
            request_id=request.request_id,
        )
        try:
            lost = list((await services.kernels.move_object(source, order, services.timeouts.move)).lost)
        except AminoError:
            if not await self._arrived(stored.record, replica.path, target.id):
                raise
            lost = await services.ledger.lost(request.request_id)
        return await self._current(stored.record.id), lost

    async def _target(
        self, record: common_pb2.ObjectRecord, replica: common_pb2.Replica, request: client_pb2.MoveRequest
    ) -> common_pb2.KernelRecord:
        directory = self._services.directory
        hosts = {each.kernel_id for each in record.status.replicas}
        if not request.kernel_id:
            selector = request.selector if request.HasField("selector") else record.spec.selector
            return await self._siting.choose(record, selector=selector, excluded={replica.kernel_id}, avoided=hosts, path=replica.path)
        target = directory.living(request.kernel_id)
        if record.spec.artifact.language not in target.languages:
            offered = ", ".join(target.languages)
            raise LanguageUnknown(f"kernel {target.id} does not run {record.spec.artifact.language}, only {offered}; choose another kernel")
        await self._siting.admit(record, target.id)
        directory.given(target.id)
        return target

    async def _arrived(self, before: common_pb2.ObjectRecord, path: str, target: str) -> bool:
        """Whether the move has become true although the source did not say so: its answer may have been lost, or its host."""
        stored = await self._services.registry.by_id(before.id)
        return stored is not None and any(replica.path == path and replica.kernel_id == target for replica in stored.record.status.replicas)

    async def _current(self, object_id: str) -> Stored:
        stored = await self._services.registry.by_id(object_id)
        if stored is None:
            raise ObjectNotFound(f"the object {object_id} was deleted while it was being moved")
        return stored


def _replica(record: common_pb2.ObjectRecord, path: str) -> common_pb2.Replica:
    for replica in record.status.replicas:
        if replica.path == path:
            return replica
    paths = ", ".join(replica.path for replica in record.status.replicas)
    raise ArgumentInvalid(f"the object {record.name or record.id} has no replica {path}; it has {paths}")
