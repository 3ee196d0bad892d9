"""Where an object lives changes by compare-and-swap of its epoch: the point at which a move, or a new replica, becomes true."""

from __future__ import annotations

from amino_wire.errors import ArgumentInvalid, EpochStale, KernelUnavailable, ObjectNotFound, TransactionConflict
from amino_wire.pb import common_pb2, oms_pb2

from amino_oms.lifecycle.failure import Failure
from amino_oms.lifecycle.services import ATTEMPTS, Services
from amino_oms.registry.records import Stored
from amino_oms.store.transaction import Compare


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
            after, compares = self._moved(stored, request)
            ledger_compares, also = await services.ledger.entry(request.request_id, stored.record.id)
            committed = await services.registry.replace(stored, after, compares=(*compares, *ledger_compares), also=also)
            if committed is not None:
                if stored.record.status == common_pb2.OBJECT_STATUS_LOST:
                    # It was lost with all its replicas; those that have not come back are to go from the record.
                    self._look_for_others(committed)
                self._tell(committed.record)
                return committed
        raise TransactionConflict(
            f"the location of object {request.object_id} could not be committed since others kept changing it; try again"
        )

    def _look_for_others(self, stored: Stored) -> None:
        self._services.persist(lambda: self._failure.lost_replicas(stored), f"search for other replicas of {stored.record.id}")

    def _moved(self, stored: Stored, request: oms_pb2.CommitLocationRequest) -> tuple[common_pb2.ObjectRecord, list[Compare]]:
        numbers = [replica.number for replica in request.replicas]
        if not numbers or len(numbers) != len(set(numbers)):
            raise ArgumentInvalid(
                f"the replicas {numbers} of object {request.object_id} must be at least one, each with a number of its own"
            )
        after = stored.copy()
        after.epoch += 1
        after.status = common_pb2.OBJECT_STATUS_ACTIVE
        del after.replicas[:]
        known = {(replica.kernel_id, replica.kernel_incarnation) for replica in stored.record.replicas}
        compares: dict[str, Compare] = {}
        for replica in sorted(request.replicas, key=lambda replica: replica.number):
            if (replica.kernel_id, replica.kernel_incarnation) not in known:
                kernel = self._services.directory.living(replica.kernel_id)
                if not replica.kernel_incarnation:
                    raise ArgumentInvalid(
                        f"the new replica {replica.number} of object {request.object_id} does not say in which life (incarnation) of "
                        f"kernel {kernel.id} it was made: the kernel may have begun another since, which knows nothing of it"
                    )
                if replica.kernel_incarnation != kernel.incarnation:
                    raise KernelUnavailable(
                        f"kernel {kernel.id} has begun another life (incarnation {kernel.incarnation}, not {replica.kernel_incarnation}): "
                        f"object {request.object_id} cannot be there; choose a kernel again"
                    )
                compares[kernel.id] = self._services.directory.unchanged(kernel.id)
            after.replicas.append(replica)
        return after, list(compares.values())

    def _tell(self, after: common_pb2.ObjectRecord) -> None:
        services = self._services
        if services.coordination.has_coordinators(after):
            services.background.start(services.coordination.replicas_changed(after), f"upcalls of new replicas of {after.id}")
        if after.deployment_managers or len(after.replicas) > 1:
            services.background.start(services.announce(after), f"announcement of the new location of {after.id}")


def _check_epoch(record: common_pb2.ObjectRecord, expected: int) -> None:
    if record.status == common_pb2.OBJECT_STATUS_CREATING:
        raise EpochStale(f"object {record.id} is still being made; wait until it is active", details={"epoch": record.epoch})
    if record.epoch != expected:
        kernels = [replica.kernel_id for replica in record.replicas]
        raise EpochStale(
            f"object {record.id} is in epoch {record.epoch} on {', '.join(kernels)}, not in epoch {expected}: somebody else has moved it; "
            "read its record again",
            details={"epoch": record.epoch, "kernels": kernels},
        )
