"""Where an object lives changes by compare-and-swap of its epoch: the point at which a move, or a new replica, becomes true."""

from __future__ import annotations

from amino_store.transaction import Compare
from amino_wire.errors import ArgumentInvalid, EpochStale, KernelUnavailable, ObjectNotFound, TransactionConflict
from amino_wire.instances import is_path, order
from amino_wire.pb import common_pb2, oms_pb2
from amino_wire.records import title_of

from amino_oms.lifecycle.failure import Failure
from amino_oms.lifecycle.services import ATTEMPTS, Services
from amino_oms.membership.detector import Standing
from amino_oms.registry.records import Stored


class Location:
    """Commits locations."""

    def __init__(self, services: Services, failure: Failure) -> None:
        self._services, self._failure = services, failure

    async def commit(self, request: oms_pb2.CommitLocationRequest) -> Stored:
        """Gives an object its new replicas if its epoch is still the expected one, and the next epoch with them.

        A request that was committed before answers with the record as it is now. Raises EpochStale (details: epoch and kernels),
        ObjectNotFound, KernelUnavailable for a new replica on a kernel that is not alive, ArgumentInvalid for replicas that cannot be.
        """
        services = self._services
        for _ in range(ATTEMPTS):
            done = await services.ledger.find(request.request_id)
            stored = await services.registry.by_id(done or request.object_id)
            if stored is None:
                raise ObjectNotFound(f"there is no object with the id {request.object_id}; it was deleted, drop what you have of it")
            if done:
                return stored
            _check_epoch(stored.record, request.expected_epoch)
            if self._recovering(stored.record):
                # Its coordinators have taken it over, or are about to: wait for what they do, and do not let a late move pass them by.
                async with self._failure.one_at_a_time(stored.record.id):
                    stored = await services.registry.by_id(stored.record.id) or stored
                _check_recovered(stored.record, request.expected_epoch, recovering=self._recovering(stored.record))
            if await self._awaited(request):
                continue
            after, compares = self._moved(stored, request)
            ledger_compares, also = await services.ledger.entry(request.request_id, stored.record.id, request.lost)
            committed = await services.registry.replace(stored, after, compares=(*compares, *ledger_compares), also=also)
            if committed is not None:
                if stored.record.status.state == common_pb2.OBJECT_STATE_LOST:
                    # It was lost with all its replicas; those that have not come back are to go from the record.
                    self._look_for_others(committed)
                self._tell(committed.record)
                return committed
        raise TransactionConflict(
            f"the location of object {request.object_id} could not be committed since others kept changing it; try again"
        )

    async def _awaited(self, request: oms_pb2.CommitLocationRequest) -> bool:
        """Waits where a kernel of the request is yet to register with this process of the service. Whether it has waited.

        A refusal would end the move, though a request that was sent before may have been committed, or may be, when all is known.
        """
        directory = self._services.directory
        if all(directory.standing(replica.kernel_id) is not Standing.AWAITED for replica in request.replicas):
            return False
        return await directory.next_change()

    def _recovering(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether an object has coordinators that hear, or have heard, of the failure of one of its replicas."""
        services = self._services
        failed = record.status.state == common_pb2.OBJECT_STATE_LOST or not all(map(services.directory.lives, record.status.replicas))
        return failed and services.coordination.has_coordinators(record)

    def _look_for_others(self, stored: Stored) -> None:
        self._services.persist(lambda: self._failure.lost_replicas(stored), f"search for other replicas of {stored.record.id}")

    def _moved(self, stored: Stored, request: oms_pb2.CommitLocationRequest) -> tuple[common_pb2.ObjectRecord, list[Compare]]:
        paths = [replica.path for replica in request.replicas]
        if not paths or len(paths) != len(set(paths)) or not all(map(is_path, paths)):
            raise ArgumentInvalid(
                f"the replicas {paths} of object {title_of(stored.record)} must be at least one, each with a path of its own"
            )
        after = stored.copy()
        after.status.epoch += 1
        after.status.state = common_pb2.OBJECT_STATE_ACTIVE
        del after.status.replicas[:]
        known = {(replica.kernel_id, replica.kernel_incarnation) for replica in stored.record.status.replicas}
        compares: dict[str, Compare] = {}
        for replica in sorted(request.replicas, key=lambda replica: order(replica.path)):
            if (replica.kernel_id, replica.kernel_incarnation) not in known:
                kernel = self._services.directory.living(replica.kernel_id)
                if not replica.kernel_incarnation:
                    raise ArgumentInvalid(
                        f"the new replica {replica.path} of object {title_of(stored.record)} does not say in which life (incarnation) of "
                        f"kernel {kernel.id} it was made: the kernel may have begun another since, which knows nothing of it"
                    )
                if replica.kernel_incarnation != kernel.incarnation:
                    raise KernelUnavailable(
                        f"kernel {kernel.id} has begun another life (incarnation {kernel.incarnation}, not {replica.kernel_incarnation}): "
                        f"object {title_of(stored.record)} cannot be there; choose a kernel again"
                    )
                compares[kernel.id] = self._services.directory.unchanged(kernel.id)
            after.status.replicas.append(replica)
        return after, list(compares.values())

    def _tell(self, after: common_pb2.ObjectRecord) -> None:
        services = self._services
        if services.coordination.has_coordinators(after):
            services.background.start(services.coordination.replicas_changed(after), f"upcalls of new replicas of {after.id}")
        if after.spec.deployment_managers or len(after.status.replicas) > 1:
            services.generations.announce(after)


def _check_epoch(record: common_pb2.ObjectRecord, expected: int) -> None:
    if record.status.state == common_pb2.OBJECT_STATE_CREATING:
        raise EpochStale(f"object {title_of(record)} is still being made; wait until it is active", details={"epoch": record.status.epoch})
    if record.status.epoch != expected:
        kernels = [replica.kernel_id for replica in record.status.replicas]
        raise EpochStale(
            f"object {title_of(record)} is in epoch {record.status.epoch} on {', '.join(kernels)}, not in epoch {expected}: "
            "somebody else has moved it; read its record again",
            details={"epoch": record.status.epoch, "kernels": kernels},
        )


def _check_recovered(record: common_pb2.ObjectRecord, expected: int, *, recovering: bool) -> None:
    _check_epoch(record, expected)
    if recovering:
        raise EpochStale(
            f"object {title_of(record)} is being brought back by its deployment managers, since its kernel did not answer; "
            "drop the copy that has arrived",
            details={"epoch": record.status.epoch},
        )
