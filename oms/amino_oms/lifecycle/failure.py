"""Kernels die: the objects that lived there are brought back by their coordinators, or are lost (Sapphire section 5, failures)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from amino_dms.api import within
from amino_wire.errors import AminoError, NoKernelMatches
from amino_wire.pb import common_pb2

from amino_oms.lifecycle.recovery import Recovery
from amino_oms.lifecycle.services import ATTEMPTS, KeyedLocks, Services
from amino_oms.membership.detector import Death
from amino_oms.registry.listing import hosted
from amino_oms.registry.records import Stored

_log = logging.getLogger(__name__)

_AT_ONCE = 64
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0


class Failure:
    """Recovers the objects of dead kernels, and of earlier lives of living ones, or marks them LOST."""

    def __init__(self, services: Services, recovery: Recovery) -> None:
        self._services, self._recovery = services, recovery
        self._recoveries = KeyedLocks()
        self._came = asyncio.Event()
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def died(self, death: Death) -> None:
        """A life of a kernel has ended: stores that, and recovers its objects."""
        await self.record(death)
        await self.sweep(death.kernel_id)

    async def record(self, death: Death) -> None:
        """Stores that a life of a kernel has ended, unless another one has begun."""
        if await self._services.directory.mark_dead(death):
            _log.warning("kernel %s (incarnation %d) is dead: %s", death.kernel_id, death.incarnation, death.reason)
            await self._services.kernels.forget(death.kernel_id)

    async def sweep(self, kernel_id: str) -> None:
        """Recovers every object with a replica in a past life of the kernel, or marks it LOST. Does no harm where there is none."""
        async for batch in hosted(self._services.registry.store, kernel_id, _AT_ONCE):
            await self._lost_replicas_of(batch)

    async def _lost_replicas_of(self, object_ids: Sequence[str]) -> None:
        found = [await self._services.registry.by_id(object_id) for object_id in object_ids]
        await asyncio.gather(*(self.lost_replicas(stored) for stored in found if stored is not None))

    def one_at_a_time(self, object_id: str) -> AbstractAsyncContextManager[None]:
        """Within it, nobody else recovers the object, or lets an instance of it go on that was thought to have failed."""
        return self._recoveries.holding(object_id)

    async def lost_replicas(self, stored: Stored, missing: frozenset[str] = frozenset()) -> None:
        """Recovers one object or says that it is lost; `missing` are the paths of replicas that their kernel does not have although it
        lives."""
        services, object_id = self._services, stored.record.id
        if not missing and not self._failed(stored.record):
            return
        if stored.record.status.state == common_pb2.OBJECT_STATE_CREATING:
            # The request that makes the object right now finishes or removes it.
            await self._recovery.lost(object_id)
            return
        async with self.one_at_a_time(object_id):
            current = await services.registry.by_id(object_id)
            if current is None:
                return
            same = current.record.status.epoch == stored.record.status.epoch
            with services.missing.being_replaced(
                object_id, [each for each in current.record.status.replicas if same and each.path in missing]
            ):
                failed = self._failed(current.record)
                if not failed:
                    return  # an earlier recovery of the same death has brought it back
                asked = services.coordination.has_coordinators(current.record)
                unsettled = asked and not await self._ask_coordinators(current.record, failed)
                await self._give_up(object_id, failed, removes=not unsettled)

    async def recovered(self, object_id: str) -> Stored | None:
        """Asks the coordinators of a lost object to bring it back now.

        Returns:
            The object where they have; None where it is still lost, or deleted. Raises what keeps them from bringing it back.
        """
        services = self._services
        async with self.one_at_a_time(object_id):
            stored = await services.registry.by_id(object_id)
            if stored is None or stored.record.status.state != common_pb2.OBJECT_STATE_LOST:
                return stored
            if services.coordination.has_coordinators(stored.record):
                await services.coordination.replicas_failed(stored.record, tuple(stored.record.status.replicas))
            current = await services.registry.by_id(object_id)
        return current if current is not None and current.record.status.state == common_pb2.OBJECT_STATE_ACTIVE else None

    async def _ask_coordinators(self, record: common_pb2.ObjectRecord, failed: tuple[common_pb2.Replica, ...]) -> bool:
        """Whether they could say what is to become of the replicas."""
        try:
            await self._services.coordination.replicas_failed(record, failed)
            return True
        except AminoError as error:
            # Before the first kernel of a cluster has come, no object can be anywhere.
            level = logging.INFO if isinstance(error, NoKernelMatches) else logging.WARNING
            _log.log(level, "the coordinators of object %s could not bring it back yet: %s", record.id, error)
            self.try_again(record.id)
            self._services.losses.failed(record.id, error)
            return False

    def tries(self, object_id: str) -> bool:
        """Whether the coordinators of an object are asked again and again until it is back."""
        return self._services.losses.tries(object_id)

    def try_again(self, object_id: str) -> None:
        """Begins to ask the coordinators of an object again and again until it is back."""
        if not self._services.losses.tries(object_id):
            self._services.losses.begun(object_id)
            self._services.background.start(self._until_back(object_id), f"return of object {object_id}")

    def kernel_came(self) -> None:
        """A kernel has come that lost objects may live on: their coordinators are asked at once."""
        self._services.losses.kernel_came()
        came, self._came = self._came, asyncio.Event()
        came.set()

    async def _until_back(self, object_id: str) -> None:
        """Asks the coordinators of a lost object again and again, since kernels may come that it can live on."""
        pause = _FIRST_PAUSE
        try:
            while True:
                pause = _FIRST_PAUSE if await self._kernel_comes(pause) else min(2 * pause, _LONGEST_PAUSE)
                try:
                    async with self._places:
                        back = await self._back(object_id)
                    if back:
                        return
                except AminoError as error:
                    self._services.losses.failed(object_id, error)
        finally:
            self._services.losses.ended(object_id)

    async def _kernel_comes(self, seconds: float) -> bool:
        """Whether a kernel comes within so many seconds; ends with its coming."""
        try:
            return await within(self._services.clock, seconds, self._came.wait())
        except TimeoutError:
            return False

    async def _back(self, object_id: str) -> bool:
        """Asks once more. Whether there is nothing left to do."""
        async with self.one_at_a_time(object_id):
            stored = await self._services.registry.by_id(object_id)
            if stored is None:
                return True
            lost = stored.record.status.state == common_pb2.OBJECT_STATE_LOST
            failed = tuple(stored.record.status.replicas) if lost else self._failed(stored.record)
            if failed:
                await self._services.coordination.replicas_failed(stored.record, failed)
            elif self._services.coordination.has_coordinators(stored.record):
                await self._returned(stored.record)
        return True

    async def _returned(self, record: common_pb2.ObjectRecord) -> None:
        """The replicas came back while the coordinators, who have heard that they failed, were still trying."""
        coordination = self._services.coordination
        refused = [each for each in record.status.replicas if not await coordination.replica_returned(record, each)]
        if refused:
            with self._services.missing.being_replaced(record.id, refused):
                await coordination.replicas_failed(record, tuple(refused))

    async def _give_up(self, object_id: str, concerned: tuple[common_pb2.Replica, ...], *, removes: bool) -> None:
        """Takes failed replicas out of the record if others are left and it `removes` replicas, else marks the object LOST.

        Others may have failed meanwhile: the coordinators are to hear of them first. Replicas that the coordinators could not speak of
        yet may come back with what only they know.
        """
        services = self._services
        for _ in range(ATTEMPTS):
            stored = await services.registry.by_id(object_id)
            if stored is None or stored.record.status.state != common_pb2.OBJECT_STATE_ACTIVE:
                return
            failed = [each for each in self._failed(stored.record) if each in concerned]
            if not failed:
                return
            after = stored.copy()
            left = [replica for replica in stored.record.status.replicas if replica not in failed]
            if left and not removes:
                return
            if left:
                del after.status.replicas[:]
                after.status.replicas.extend(left)
                after.status.epoch += 1
            else:
                # The epoch stays: a kernel that was only cut off, and comes back in the same life, still has the object.
                after.status.state = common_pb2.OBJECT_STATE_LOST
            # A kernel that comes back at this moment must find its objects either ACTIVE or LOST, not about to be lost.
            kernels = {replica.kernel_id for replica in failed if services.directory.find(replica.kernel_id) is not None}
            compares = [services.directory.unchanged(kernel_id) for kernel_id in sorted(kernels)]
            committed = await services.registry.replace(stored, after, compares=compares)
            if committed is not None:
                if left:
                    services.generations.announce(committed.record)
                return

    def _failed(self, record: common_pb2.ObjectRecord) -> tuple[common_pb2.Replica, ...]:
        lives, missing = self._services.directory.lives, self._services.missing
        return tuple(each for each in record.status.replicas if not lives(each) or missing.has(record.id, each))
