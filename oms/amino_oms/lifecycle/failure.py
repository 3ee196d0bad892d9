"""Kernels die: what lived there is brought back by its coordinators, or is lost (Sapphire section 5, failures)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

from amino_wire.errors import AminoError
from amino_wire.pb import common_pb2

from amino_oms.lifecycle.recovery import Recovery
from amino_oms.lifecycle.services import ATTEMPTS, Services
from amino_oms.membership.detector import Death
from amino_oms.registry.listing import hosted
from amino_oms.registry.records import Stored

_log = logging.getLogger(__name__)

_AT_ONCE = 64
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0


class Failure:
    """Sees to the objects of dead kernels, and of earlier lives of living ones."""

    def __init__(self, services: Services, recovery: Recovery) -> None:
        self._services, self._recovery = services, recovery
        self._tried_again: set[str] = set()

    async def died(self, death: Death) -> None:
        """A kernel missed its lease, or left."""
        services = self._services
        if await services.directory.bury(death):
            _log.warning("kernel %s (incarnation %d) is dead", death.kernel_id, death.incarnation)
            await services.kernels.forget(death.kernel_id)
        await self.sweep(death.kernel_id)

    async def sweep(self, kernel_id: str) -> None:
        """Sees to every object with a replica in a past life of the kernel. Does no harm where there is none."""
        async for batch in hosted(self._services.registry.store, kernel_id, _AT_ONCE):
            await self._see_to(batch)

    async def _see_to(self, object_ids: Sequence[str]) -> None:
        found = [await self._services.registry.by_id(object_id) for object_id in object_ids]
        await asyncio.gather(*(self.lost_replicas(stored) for stored in found if stored is not None))

    async def lost_replicas(self, stored: Stored, missing: frozenset[int] = frozenset()) -> None:
        """Sees to one object; `missing` are replicas that their kernel no longer has although it lives."""
        services = self._services
        if not self._failed(stored.record, missing):
            return
        if stored.record.status == common_pb2.OBJECT_STATUS_CREATING:
            # One that is being made right now is seen to by whoever makes it.
            await self._recovery.lost(stored.record.id)
            return
        if services.coordination.has_coordinators(stored.record):
            places = {(stored.record.id, stored.record.epoch, number) for number in missing}
            services.missing.update(places)
            try:
                await services.coordination.replicas_failed(stored.record, self._failed(stored.record, missing))
            except AminoError as error:
                _log.warning("the coordinators of object %s could not bring it back yet: %s", stored.record.id, error)
                self._try_again(stored.record.id)
            finally:
                services.missing.difference_update(places)
        await self._give_up(stored, missing)

    def _try_again(self, object_id: str) -> None:
        if object_id not in self._tried_again:
            self._tried_again.add(object_id)
            self._services.background.start(self._until_back(object_id), f"return of object {object_id}")

    async def _until_back(self, object_id: str) -> None:
        """Asks the coordinators of a lost object again and again, since kernels may come that it can live on."""
        pause = _FIRST_PAUSE
        try:
            while True:
                await self._services.clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
                stored = await self._services.registry.by_id(object_id)
                if stored is None:
                    return
                lost = stored.record.status == common_pb2.OBJECT_STATUS_LOST
                failed = tuple(stored.record.replicas) if lost else self._failed(stored.record, frozenset())
                if not failed:
                    return
                with suppress(AminoError):
                    await self._services.coordination.replicas_failed(stored.record, failed)
                    return
        finally:
            self._tried_again.discard(object_id)

    async def _give_up(self, first: Stored, missing: frozenset[int]) -> None:
        """Takes failed replicas out of the record if others are left, else marks the object LOST."""
        services = self._services
        for _ in range(ATTEMPTS):
            stored = await services.registry.by_id(first.record.id)
            if stored is None or stored.record.status != common_pb2.OBJECT_STATUS_ACTIVE:
                return
            if stored.record.epoch != first.record.epoch:
                missing = frozenset()
            failed = self._failed(stored.record, missing)
            if not failed:
                return
            after = stored.copy()
            left = [replica for replica in stored.record.replicas if replica not in failed]
            if left:
                del after.replicas[:]
                after.replicas.extend(left)
                after.epoch += 1
            else:
                # The epoch stays: a kernel that was only cut off, and comes back in the same life, still has the object.
                after.status = common_pb2.OBJECT_STATUS_LOST
            # A kernel that comes back at this moment must find its objects either ACTIVE or LOST, not about to be lost.
            kernels = {replica.kernel_id for replica in failed if services.directory.find(replica.kernel_id) is not None}
            compares = [services.directory.unchanged(kernel_id) for kernel_id in sorted(kernels)]
            committed = await services.registry.replace(stored, after, compares=compares)
            if committed is not None:
                if left:
                    services.background.start(services.announce(committed.record), f"announcement of lost replicas of {after.id}")
                return

    def _failed(self, record: common_pb2.ObjectRecord, missing: frozenset[int]) -> tuple[common_pb2.Replica, ...]:
        lives = self._services.directory.lives
        return tuple(replica for replica in record.replicas if replica.number in missing or not lives(replica))
