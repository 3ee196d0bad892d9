"""How an object is made: its record reserved as CREATING, the instance made by a kernel, the record committed as ACTIVE.

Only the last step waits for the disk: a machine that crashes earlier forgets an attempt of which nobody has been told, and a kernel that
has its instance is told to drop it when it registers again.
"""

from __future__ import annotations

from collections.abc import Sequence

from amino_store.errors import NotWritten, StoreFailed
from amino_store.transaction import Compare, Operation
from amino_wire.errors import AminoError, NameTaken, NoKernelMatches, ObjectNotFound, StateHeld, TransactionConflict
from amino_wire.pb import common_pb2
from amino_wire.records import title_of

from amino_oms.lifecycle.deletion import Deletion
from amino_oms.lifecycle.recovery import Recovery
from amino_oms.lifecycle.replacement import Replacement
from amino_oms.lifecycle.services import ATTEMPTS, KERNELS_TRIED, Services
from amino_oms.lifecycle.siting import Siting
from amino_oms.membership.kernel_calls import KernelSilent
from amino_oms.registry.identity import new_object_id
from amino_oms.registry.keys import name_key
from amino_oms.registry.records import Stored


class Making:
    """Makes one object at a time out of a draft: a record without id, epoch, status and place."""

    def __init__(self, services: Services, siting: Siting, recovery: Recovery, deletion: Deletion) -> None:
        self._services, self._siting, self._recovery, self._deletion = services, siting, recovery, deletion

    async def make(self, draft: common_pb2.ObjectRecord, request_id: str, *, replacing: Replacement | None) -> Stored:
        """Makes the object, or returns the object that an earlier attempt of this request has made.

        Raises what the kernel raised, NameTaken, or NoKernelMatches; then nothing of the attempt is left.
        """
        earlier = await self._earlier(request_id, replacing=replacing)
        if earlier is not None:
            return earlier
        object_id = new_object_id(self._services.clock.time_ms(), self._services.random)
        self._services.in_making.add(object_id)
        try:
            reserved = await self._reserve(object_id, draft, request_id, replacing=replacing)
            if reserved.record.id != object_id:
                return reserved
            return await self._finished(reserved, replacing=replacing)
        finally:
            self._services.in_making.discard(object_id)

    async def _finished(self, reserved: Stored, *, replacing: Replacement | None) -> Stored:
        """Makes the objects that are reserved. An object that is to replace another takes the name last: its coordinators may refuse it."""
        services = self._services
        waits = (
            replacing is not None
            and services.coordination.has_coordinators(reserved.record)
            and not await services.registry.owns_name(reserved.record)
        )
        stored = await self._accompanied(await self._complete(reserved, replacing=None if waits else replacing))
        return await self._named(stored, replacing) if waits and replacing is not None else stored

    async def _named(self, stored: Stored, replacing: Replacement) -> Stored:
        """Gives an ACTIVE object its name, and deletes the object that had it."""
        services = self._services
        for _ in range(ATTEMPTS):
            if await services.registry.owns_name(stored.record):
                return stored
            try:
                finished = await self._commit(stored, stored.copy(), (), replacing=replacing)
            except (StateHeld, TransactionConflict):
                await self._deletion.delete(stored.record.id)
                raise
            if finished is not None:
                return finished
            current = await services.registry.by_id(stored.record.id)
            if current is None:
                raise ObjectNotFound(f"the object {stored.record.name} was deleted while it was being made")
            stored = current
        await self._deletion.delete(stored.record.id)
        raise TransactionConflict(f"the object {stored.record.name} was not made since others kept changing its name; try again")

    async def _earlier(self, request_id: str, *, replacing: Replacement | None) -> Stored | None:
        while (object_id := await self._services.ledger.find(request_id)) is not None:
            stored = await self._services.registry.by_id(object_id)
            if stored is None:
                # A failed attempt takes its ledger entry along, so the object has been there.
                if await self._services.ledger.find(request_id) is None:
                    return None
                raise ObjectNotFound(f"this request made the object {object_id}, which has been deleted since; send a new request")
            if stored.record.status.state != common_pb2.OBJECT_STATE_CREATING:
                if self._services.coordination.has_coordinators(stored.record):
                    # An earlier process may have ended before they were there. An object that was acknowledged stays if they fail now.
                    await self._services.coordination.created(stored.record)
                # It may have ended before the object got the name that it replaces, too.
                return await self._named(stored, replacing) if replacing is not None and stored.record.name else stored
            await self._recovery.settled(object_id)
        return None

    async def _reserve(self, object_id: str, draft: common_pb2.ObjectRecord, request_id: str, *, replacing: Replacement | None) -> Stored:
        services = self._services
        for _ in range(ATTEMPTS):
            kernel = await self._siting.choose(draft)
            record = common_pb2.ObjectRecord()
            record.CopyFrom(draft)
            record.id, record.status.epoch, record.status.state = object_id, 1, common_pb2.OBJECT_STATE_CREATING
            record.created_ms = services.clock.time_ms()
            record.status.replicas.append(services.replica_on(kernel))
            holder = await services.registry.holder(record.name) if record.name else None
            if holder is not None and replacing is None:
                raise NameTaken(f"the name {record.name!r} belongs to object {holder.value.decode()}; choose another, or replace it")
            old = None if holder is None else await services.registry.by_id(holder.value.decode())
            if old is not None and replacing is not None:
                replacing.check(old.record)
            compares, also = await services.ledger.entry(request_id, object_id)
            stored = await services.registry.insert(
                record,
                compares=(*compares, services.directory.unchanged(kernel.id)),
                also=also,
                request_id=request_id,
                named=holder is None,
                durable=False,
            )
            if stored is not None:
                return stored
            earlier = await self._earlier(request_id, replacing=replacing)
            if earlier is not None:
                return earlier
        raise TransactionConflict(f"the object {draft.name!r} could not be reserved since others kept changing the same names; try again")

    async def _complete(self, stored: Stored, *, replacing: Replacement | None) -> Stored:
        tried: set[str] = set()
        while True:
            replica = stored.record.status.replicas[0]
            try:
                interface = await self._instance(stored.record, replica)
                finished = await self._activate(stored, interface, replacing=replacing)
                if finished is not None:
                    return finished
                raise KernelSilent(f"the kernel {replica.kernel_id} ended while it made object {title_of(stored.record)}; try again")
            except KernelSilent as error:
                tried.add(replica.kernel_id)
                moved = await self._elsewhere(stored, tried)
                if moved is None:
                    await self._undo(stored, replica)
                    raise error
                stored = moved
            except StoreFailed:
                # The record may be on the disk as ACTIVE. The next process of the service completes or removes it.
                raise
            except AminoError:
                await self._undo(stored, replica)
                raise

    async def _instance(self, record: common_pb2.ObjectRecord, replica: common_pb2.Replica) -> common_pb2.Interface:
        services = self._services
        kernel = services.directory.find(replica.kernel_id)
        if kernel is None or not services.directory.lives(replica):
            raise KernelSilent(f"the kernel {replica.kernel_id} ended before it could make object {title_of(record)}; try again")
        return await services.instance(kernel, record, replica.path)

    async def _activate(self, stored: Stored, interface: common_pb2.Interface, *, replacing: Replacement | None) -> Stored | None:
        """Commits the object as ACTIVE; None where its kernel has ended. Raises ObjectNotFound if it was deleted meanwhile."""
        services = self._services
        replica = stored.record.status.replicas[0]
        after = stored.copy()
        after.interface.CopyFrom(interface)
        after.status.state = common_pb2.OBJECT_STATE_ACTIVE
        for _ in range(ATTEMPTS):
            same_life = services.directory.still(replica)
            if same_life is None:
                return None
            finished = await self._commit(stored, after, (same_life,), replacing=replacing, origin=replica.kernel_id)
            if finished is not None:
                return finished
            current = await services.registry.by_id(after.id)
            if current is None or current.entry.modified != stored.entry.modified:
                raise ObjectNotFound(f"the object {after.name or after.id} was deleted while it was being made")
        raise TransactionConflict(
            f"the object {after.name or after.id} could not be committed since others kept changing its name; try again"
        )

    async def _commit(
        self, stored: Stored, after: common_pb2.ObjectRecord, holds: Sequence[Compare], *, replacing: Replacement | None, origin: str = ""
    ) -> Stored | None:
        """Commits a record with its name, and deletes the object that loses it; None where something has changed meanwhile."""
        compares, also, named, old = await self._take_name(after, replacing=replacing)
        committed = await self._services.registry.replace(
            stored, after, compares=(*compares, *holds), also=also, named=(named, True), origin=origin
        )
        if committed is not None and old is not None:
            self._services.background.start(self._deletion.dispose(old.record), f"dispose of replaced object {title_of(old.record)}")
        return committed

    async def _take_name(
        self, record: common_pb2.ObjectRecord, *, replacing: Replacement | None
    ) -> tuple[Sequence[Compare], Sequence[Operation], bool, Stored | None]:
        """The compares and further operations of the commit, whether the name is this object's already, and the object that loses it."""
        registry = self._services.registry
        if replacing is None:
            return (), (), True, None
        holder = await registry.holder(record.name)
        if holder is None:
            return (Compare.absent(name_key(record.name)),), (), False, None
        if holder.value.decode() == record.id:
            return (), (), True, None
        old = await registry.by_id(holder.value.decode())
        if old is None:
            return (Compare.absent(name_key(record.name)),), (), False, None
        replacing.confirm(record, old.record)
        return (Compare.unchanged(holder), Compare.unchanged(old.entry)), registry.removal(old, named=False), False, old

    async def _accompanied(self, stored: Stored) -> Stored:
        """Gives the object its coordinators, who may make replicas of it; without them it is not to be."""
        services = self._services
        if not services.coordination.has_coordinators(stored.record):
            return stored
        try:
            await services.coordination.created(stored.record)
        except AminoError:
            await self._deletion.delete(stored.record.id)
            raise
        return await services.registry.by_id(stored.record.id) or stored

    async def _elsewhere(self, stored: Stored, tried: set[str]) -> Stored | None:
        """Reserves the object for another kernel, in another epoch; the first one is told to drop what it may have made."""
        services = self._services
        if len(tried) >= KERNELS_TRIED:
            return None
        try:
            kernel = await self._siting.choose(stored.record, excluded=tried)
        except NoKernelMatches:
            return None
        after = stored.copy()
        after.status.epoch += 1
        del after.status.replicas[:]
        after.status.replicas.append(services.replica_on(kernel))
        named = await services.registry.owns_name(stored.record)
        moved = await services.registry.replace(
            stored, after, compares=(services.directory.unchanged(kernel.id),), named=(named, named), durable=False
        )
        if moved is not None:
            # It gave no answer, but may be alive and have made the object.
            dropping = services.drop(stored.record, stored.record.status.replicas[0])
            services.background.start(dropping, f"drop of object {title_of(stored.record)}, which is made elsewhere")
        return moved

    async def _undo(self, stored: Stored, replica: common_pb2.Replica) -> None:
        services, object_id = self._services, stored.record.id
        try:
            await self._recovery.remove(stored)
        except NotWritten:
            services.persist(lambda: self._recovery.lost(object_id), f"removal of object {object_id}, which could not be made")
            return
        if stored.record.spec.deployment_managers:
            await services.coordination.destroyed(stored.record)
        services.background.start(
            services.drop(stored.record, replica), f"drop of object {title_of(stored.record)}, which could not be made"
        )
