"""A kernel comes back in the same life, with instances: which of them it still has, which it must drop, and which it has lost.

The kernel lists its instances in pages, in the order of their ids. The index of the instances that records place on the kernel has the
same order and holds what the kernel should say of each. So both are read side by side, and only where they differ is a record read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from amino_store.transaction import Entry
from amino_wire.errors import AminoError, ArgumentInvalid
from amino_wire.instances import instance_id, object_of, path_of
from amino_wire.pb import common_pb2
from amino_wire.records import epoch_of, replica_at

from amino_oms.lifecycle.attempts import Attempts
from amino_oms.lifecycle.failure import Failure
from amino_oms.lifecycle.recovery import Recovery
from amino_oms.lifecycle.services import ATTEMPTS, Services
from amino_oms.lifecycle.verification import Verification
from amino_oms.registry.keys import hosted_prefix
from amino_oms.registry.listing import entries
from amino_oms.registry.records import Stored, hosting

_AT_ONCE = 64
_READ_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A part of what a kernel has: the instances behind the id `after`, in the order of their ids. The last page has no `more`."""

    after: str
    instances: Sequence[common_pb2.InstanceState]
    more: bool

    def check(self, kernel_id: str) -> None:
        """Raises ArgumentInvalid for a page that is not in order."""
        before = self.after
        for held in self.instances:
            if held.instance <= before:
                raise ArgumentInvalid(f"kernel {kernel_id} lists the instance {held.instance!r} behind {before!r}; list them in order")
            before = held.instance
        if self.more and not self.instances:
            raise ArgumentInvalid(f"kernel {kernel_id} lists an empty page and says that more follow")


class Reconciliation:
    """Compares what a kernel says it has with what the records say."""

    def __init__(self, services: Services, recovery: Recovery, failure: Failure, verification: Verification, attempts: Attempts) -> None:
        self._services, self._recovery, self._failure = services, recovery, failure
        self._verification, self._attempts = verification, attempts

    async def page(self, kernel: common_pb2.KernelRecord, page: ListedPage, *, same_life: bool) -> tuple[str, ...]:
        """Answers the ids of the instances that the kernel must drop. An object that was thought lost is ACTIVE again.

        Arguments:
            kernel: the kernel in the life in which it has registered.
            page: the instances that it says it has. Instances that it lacks are searched for in the background.
            same_life: it has registered in this life before. In a new life it has nothing that records place there.
        """
        page.check(kernel.id)
        fenced: list[str] = []
        missing: list[str] = []
        last = "" if not page.more else page.instances[-1].instance
        placed = _Reader(self._placed(kernel, page.after, last))
        for held in page.instances:
            while (entry := await placed.peek()) is not None and _instance(entry, kernel.id) < held.instance:
                missing.append(_instance(entry, kernel.id))
                await placed.take()
            if entry is not None and _instance(entry, kernel.id) == held.instance:
                await placed.take()
                if entry.value == hosting(kernel.incarnation, held.epoch, held.generation, active=True):
                    continue
            if not await self._settled(kernel, held):
                fenced.append(held.instance)
        while (entry := await placed.take()) is not None:
            missing.append(_instance(entry, kernel.id))
        if missing and same_life:
            self._services.persist(lambda: self._missing(kernel, missing), f"search for instances that {kernel.id} lacks")
        return tuple(fenced)

    async def _placed(self, kernel: common_pb2.KernelRecord, after: str, last: str) -> AsyncIterator[Entry]:
        prefix = hosted_prefix(kernel.id)
        async for entry in entries(self._services.registry.store, prefix, prefix + after if after else "", page=_READ_AT_ONCE):
            if last and _instance(entry, kernel.id) > last:
                return
            yield entry

    async def _settled(self, kernel: common_pb2.KernelRecord, held: common_pb2.InstanceState) -> bool:
        """Whether the kernel may keep an instance of which the index does not say the same."""
        services, object_id = self._services, object_of(held.instance)
        stored = await services.registry.by_id(object_id)
        if stored is None and object_id in services.in_making:
            return True  # its record is stored when the instances are there
        replica = None if stored is None else _replica_on(stored.record, kernel, path_of(held.instance))
        if stored is None or replica is None:
            # A later epoch is that of an instance whose record is yet to be committed, or was to be by an earlier process.
            return services.claims.taken(held.instance, kernel.id)
        if self._recovery.left_over(stored.record):
            services.persist(lambda: self._recovery.found(object_id), f"completion of object {object_id}")
            return True
        current = await self._active(stored, replica)
        if current is None:
            return False
        if held.epoch > epoch_of(current.record, replica.path):
            self._attempts.left_over(current.record, replica, held.epoch)
        elif (held.epoch, held.generation) != (epoch_of(current.record, replica.path), current.record.spec.generation):
            services.generations.expect(current.record, kernel.id)
        return True

    async def _active(self, stored: Stored, replica: common_pb2.Replica) -> Stored | None:
        """The record as ACTIVE; None where the instance is not to be kept."""
        for _ in range(ATTEMPTS):
            if stored.record.status.state != common_pb2.OBJECT_STATE_LOST:
                return stored
            current = await self._revived(stored, replica)
            if current is None or current.record.status.state != common_pb2.OBJECT_STATE_LOST:
                return current
            stored = current
        return None

    async def _revived(self, stored: Stored, replica: common_pb2.Replica) -> Stored | None:
        """The record as ACTIVE, or as others have changed it meanwhile; None where there is nothing left to revive."""
        services, object_id = self._services, stored.record.id
        async with self._failure.one_at_a_time(object_id):
            read = await services.registry.by_id(object_id)
            if read is None or replica not in read.record.status.replicas:
                return None
            same_life = services.directory.still(replica)
            # Claimed: it is being made anew there, in place of what the kernel had.
            if same_life is None or services.claims.taken(instance_id(object_id, replica.path), replica.kernel_id):
                return None
            if read.record.status.state != common_pb2.OBJECT_STATE_LOST:
                return read
            if services.coordination.has_coordinators(read.record) and not await self._accepted(read.record, replica):
                self._failure.try_again(object_id)
                return None
            after = read.copy()
            after.status.state = common_pb2.OBJECT_STATE_ACTIVE
            revived = await services.registry.replace(read, after, compares=(same_life,))
        if revived is not None:
            # It was lost with all its replicas; those that have not come back are to go from the record.
            services.persist(lambda: self._failure.lost_replicas(revived), f"search for other replicas of {object_id}")
            return revived
        current = await services.registry.by_id(object_id)
        return current if current is not None and replica in current.record.status.replicas else None

    async def _accepted(self, record: common_pb2.ObjectRecord, replica: common_pb2.Replica) -> bool:
        """Whether the coordinators let an instance go on that they have heard to have failed."""
        try:
            return await self._services.coordination.replica_returned(record, replica)
        except AminoError:
            return False

    async def _missing(self, kernel: common_pb2.KernelRecord, instances: Sequence[str]) -> None:
        """Asks for instances that should be there and are not listed. They may have come after the list was written."""
        for begin in range(0, len(instances), _AT_ONCE):
            part = instances[begin : begin + _AT_ONCE]
            await asyncio.gather(*(self._doubted(kernel, instance) for instance in part))

    async def _doubted(self, kernel: common_pb2.KernelRecord, instance: str) -> None:
        stored = await self._services.registry.by_id(object_of(instance))
        if stored is not None and self._recovery.left_over(stored.record):
            await self._recovery.lost(stored.record.id)
        elif stored is not None:
            await self._verification.verify(instance, kernel.id)


class _Reader:
    """Entries one after the other, with a look at the next one."""

    def __init__(self, source: AsyncIterator[Entry]) -> None:
        self._source = source
        self._next: Entry | None = None
        self._ended = False

    async def peek(self) -> Entry | None:
        if self._next is None and not self._ended:
            self._next = await anext(self._source, None)
            self._ended = self._next is None
        return self._next

    async def take(self) -> Entry | None:
        entry, self._next = await self.peek(), None
        return entry


def _instance(entry: Entry, kernel_id: str) -> str:
    return entry.key[len(hosted_prefix(kernel_id)) :]


def _replica_on(record: common_pb2.ObjectRecord, kernel: common_pb2.KernelRecord, path: str) -> common_pb2.Replica | None:
    replica = replica_at(record, path)
    if replica is None or (replica.kernel_id, replica.kernel_incarnation) != (kernel.id, kernel.incarnation):
        return None
    return replica
