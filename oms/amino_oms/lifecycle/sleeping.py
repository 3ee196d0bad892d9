"""Objects that nobody calls go to sleep: they are on no kernel, and the next call brings them back with their saved state."""

from __future__ import annotations

from amino_wire.errors import ArgumentInvalid, ChainInvalid, KernelUnavailable, Outcome
from amino_wire.instances import FIRST
from amino_wire.pb import common_pb2, oms_pb2

from amino_oms.coordination.coordination import Coordination
from amino_oms.lifecycle.failure import Failure
from amino_oms.lifecycle.services import ATTEMPTS, Services
from amino_oms.registry.records import Stored

ASLEEP = common_pb2.OBJECT_STATE_ASLEEP


def check_idle(record: common_pb2.ObjectRecord, coordination: Coordination) -> None:
    """Raises ArgumentInvalid or ChainInvalid for an object that is to sleep and could not be brought back."""
    name = record.name or record.id
    if record.spec.idle_ms < 0:
        raise ArgumentInvalid(f"object {name} cannot be idle for {record.spec.idle_ms} ms before it sleeps; give a time of more than 0")
    if record.spec.idle_ms and not coordination.may_sleep(record):
        raise ChainInvalid(
            f"object {name} is to sleep when nobody calls it (`idle`), and no deployment manager of it saves each call: its state would be "
            "gone; give it DurableSerializableRPC or DurableTransactions, or leave out `idle`"
        )


class Sleeping:
    """Lets objects go to sleep, and wakes them. The record decides, by compare-and-swap."""

    def __init__(self, services: Services, failure: Failure) -> None:
        self._services, self._failure = services, failure

    async def sleep(self, request: oms_pb2.SleepRequest) -> bool:
        """Makes an object asleep. Whether it is; a request that was heard before is answered as the first time."""
        registry, object_id = self._services.registry, request.object_id
        async with self._failure.one_at_a_time(object_id):
            for _ in range(ATTEMPTS):
                stored = await registry.by_id(object_id)
                if stored is None or not self._may_sleep(stored.record, request):
                    return False
                if stored.record.status.state == ASLEEP:
                    return True
                after = stored.copy()
                after.status.state = ASLEEP
                if await registry.replace(stored, after) is not None:
                    return True
        return False

    def _may_sleep(self, record: common_pb2.ObjectRecord, request: oms_pb2.SleepRequest) -> bool:
        replicas = [(each.path, each.kernel_id, each.kernel_incarnation) for each in record.status.replicas]
        there = replicas == [(FIRST, request.kernel_id, request.incarnation)] and record.status.epoch == request.epoch
        saved = self._services.coordination.may_sleep(record)
        return there and saved and record.spec.idle_ms > 0 and record.status.state in (common_pb2.OBJECT_STATE_ACTIVE, ASLEEP)

    async def wake(self, object_id: str) -> Stored:
        """Brings an object back that is asleep, and answers what it is then; an object that is not asleep stays as it is.

        Raises ObjectNotFound, NoKernelMatches, and whatever its deployment managers raise; then it is asleep as before.
        """
        services = self._services
        async with self._failure.one_at_a_time(object_id):
            stored = await services.registry.find(object_id)
            if stored.record.status.state != ASLEEP:
                return stored
            for replica in stored.record.status.replicas:
                # Its last kernel may not have heard yet that it is asleep, and may be the one that gets it now.
                await services.drop(stored.record, replica)
            await services.coordination.replicas_failed(stored.record, tuple(stored.record.status.replicas))
            awake = await services.registry.find(object_id)
        if awake.record.status.state == ASLEEP:
            name = awake.record.name or object_id
            raise KernelUnavailable(
                f"object {name} is asleep, and its deployment managers did not bring it back; call again", outcome=Outcome.NOT_RUN
            )
        return awake

    async def awake(self, name_or_id: str) -> None:
        """Wakes an object that somebody is about to change. Raises as `wake`."""
        found = await self._services.registry.find(name_or_id)
        if found.record.status.state == ASLEEP:
            await self.wake(found.record.id)
