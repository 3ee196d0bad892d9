"""Replicas of an object are made, moved, ended and brought back, by order of its coordinators (Sapphire Table 3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from itertools import count

from amino_store.transaction import Compare
from amino_wire.errors import AminoError, ArgumentInvalid, EpochStale, ObjectNotFound, TransactionConflict
from amino_wire.instances import number_of, order, path_in
from amino_wire.pb import client_pb2, common_pb2, oms_pb2
from amino_wire.records import title_of

from amino_oms.lifecycle.attempts import Attempts, RaceLost
from amino_oms.lifecycle.movement import Movement
from amino_oms.lifecycle.services import ATTEMPTS, Services
from amino_oms.lifecycle.siting import Siting
from amino_oms.registry.records import Stored

Change = Callable[[Stored], Awaitable[common_pb2.Replica]]


class Replication:
    """See `amino_oms.coordination.coordination.Replicas`. Each order is one compare-and-swap of the record; a lost race begins anew."""

    def __init__(self, services: Services, movement: Movement, siting: Siting, attempts: Attempts) -> None:
        self._services, self._movement, self._siting, self._attempts = services, movement, siting, attempts

    async def move(self, object_id: str, path: str, kernel_id: str) -> None:
        """Moves a replica to a kernel; raises as `Movement.move`."""
        await self._movement.move(client_pb2.MoveRequest(name_or_id=object_id, path=path, kernel_id=kernel_id))

    async def move_to_region(self, object_id: str, path: str, region: str) -> None:
        """Moves a replica to the least loaded kernel of a region, unless it is in that region; raises as `Movement.move`."""
        stored = await self._stored(object_id)
        for replica in stored.record.status.replicas:
            kernel = self._services.directory.find(replica.kernel_id)
            if replica.path == path and kernel is not None and kernel.labels.get("region", "") == region:
                return
        wanted = common_pb2.Requirement(key="region", operator=common_pb2.Requirement.OPERATOR_IN, values=[region])
        selector = common_pb2.Selector(terms=[common_pb2.Term(requirements=[wanted])])
        await self._movement.move(client_pb2.MoveRequest(name_or_id=object_id, path=path, selector=selector))

    async def sites(self, object_id: str) -> list[common_pb2.KernelRecord]:
        """The living kernels where a replica may be."""
        return await self._siting.sites((await self._stored(object_id)).record)

    async def add(
        self, object_id: str, role: str, state: bytes, manager_state: bytes, nodes: Collection[str] | None = None
    ) -> common_pb2.Replica:
        """Makes one more replica, on a kernel that has none of this object (and is one of the `nodes`, where some are named).

        Raises NoKernelMatches, and what the kernel raises.
        """

        async def one_more(stored: Stored) -> common_pb2.Replica:
            there = {number_of(replica.path) for replica in stored.record.status.replicas}
            number = next(number for number in count() if number not in there)
            path = path_in("", number)
            return await self._make(stored, path, role, state, manager_state, nodes)

        return await self._retried(object_id, one_more)

    async def recover(
        self, object_id: str, path: str, state: bytes, manager_state: bytes, nodes: Collection[str] | None = None
    ) -> common_pb2.Replica:
        """Makes a dead replica anew; a replica that has been brought back meanwhile is left alone. Raises as `add`."""

        async def again(stored: Stored) -> common_pb2.Replica:
            services, dead = self._services, _replica(stored.record, path)
            there = services.directory.lives(dead) and not services.missing.has(object_id, dead)
            if there and stored.record.status.state == common_pb2.OBJECT_STATE_ACTIVE:
                # The coordinator that asked goes on with the instance that is there, in its epoch.
                await services.coordination.replicas_changed(stored.record)
                return dead
            made = await self._make(stored, path, dead.role, state, manager_state, nodes)
            services.missing.made_anew(object_id, dead)
            return made

        return await self._retried(object_id, again)

    async def remove(self, object_id: str, path: str) -> None:
        """Ends a replica. Raises ArgumentInvalid for the last one."""

        async def without(stored: Stored) -> common_pb2.Replica:
            gone = _replica(stored.record, path)
            after = stored.copy()
            del after.status.replicas[:]
            after.status.replicas.extend(replica for replica in stored.record.status.replicas if replica.path != path)
            if not after.status.replicas:
                raise ArgumentInvalid(f"replica {path} is the last one of object {title_of(stored.record)}; delete the object instead")
            after.status.epoch += 1
            await self._commit(stored, after)
            await self._services.drop(after, gone)
            return gone

        await self._retried(object_id, without)

    async def _make(
        self, stored: Stored, path: str, role: str, state: bytes, manager_state: bytes, nodes: Collection[str] | None
    ) -> common_pb2.Replica:
        services, record = self._services, stored.record
        others = [replica for replica in record.status.replicas if replica.path != path]
        kernel = await self._siting.choose(record, avoided={replica.kernel_id for replica in others}, path=path, only=nodes)
        made = services.replica_on(kernel, path)
        made.role = role
        after = stored.copy()
        after.status.epoch += 1
        after.status.state = common_pb2.OBJECT_STATE_ACTIVE
        del after.status.replicas[:]
        after.status.replicas.extend(sorted([*others, made], key=lambda replica: order(replica.path)))
        async with self._attempts.one(stored, made, after) as same_life:
            await self._send(kernel, after, path, state, manager_state)
            await self._commit(stored, after, same_life)
        if state:
            await self._activate(kernel, after, path)
        return made

    async def _send(
        self, kernel: common_pb2.KernelRecord, record: common_pb2.ObjectRecord, path: str, state: bytes, manager_state: bytes
    ) -> None:
        services = self._services
        if state:
            arrival = oms_pb2.ReceiveObjectRequest(object=services.located(record), path=path, state=state, manager_state=manager_state)
            await services.kernels.receive_object(kernel, arrival, services.timeouts.create)
        else:
            await services.instance(kernel, record, path)

    async def _activate(self, kernel: common_pb2.KernelRecord, record: common_pb2.ObjectRecord, path: str) -> None:
        request = oms_pb2.ActivateObjectRequest(object_id=record.id, epoch=record.status.epoch, path=path)
        try:
            await self._services.kernels.activate_object(kernel, request, self._services.timeouts.short)
        except AminoError:
            return  # a replica that hears nothing asks by itself, and finds the committed record

    async def _commit(self, stored: Stored, after: common_pb2.ObjectRecord, *compares: Compare) -> None:
        services = self._services
        committed = await services.registry.replace(stored, after, compares=compares)
        if committed is None:
            raise RaceLost(f"the replicas of object {title_of(after)} were changed by somebody else at the same time")
        await services.coordination.replicas_changed(committed.record)
        services.generations.announce(committed.record)

    async def _retried(self, object_id: str, change: Change) -> common_pb2.Replica:
        for _ in range(ATTEMPTS):
            stored = await self._stored(object_id)
            try:
                return await change(stored)
            except RaceLost:
                continue
        raise TransactionConflict(f"the replicas of object {object_id} could not be changed since others kept changing them; try again")

    async def _stored(self, object_id: str) -> Stored:
        stored = await self._services.registry.by_id(object_id)
        if stored is None:
            raise ObjectNotFound(f"the object {object_id} was deleted")
        if stored.record.status.state == common_pb2.OBJECT_STATE_CREATING:
            raise EpochStale(f"object {title_of(stored.record)} is still being made; wait until it is active")
        return stored


def _replica(record: common_pb2.ObjectRecord, path: str) -> common_pb2.Replica:
    for replica in record.status.replicas:
        if replica.path == path:
            return replica
    raise ArgumentInvalid(f"the object {record.name or record.id} has no replica {path}")
