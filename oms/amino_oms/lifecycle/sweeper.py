"""Looks again and again for records that nobody is at work on, and has them settled. The rules are in `sweep`."""

from __future__ import annotations

import logging

from amino_wire.errors import AminoError
from amino_wire.instances import object_of
from amino_wire.pb import common_pb2

from amino_oms.lifecycle.failure import Failure
from amino_oms.lifecycle.recovery import Recovery
from amino_oms.lifecycle.services import Services
from amino_oms.lifecycle.sweep import Facts, Finding, finding, suspicious
from amino_oms.membership.detector import Standing
from amino_oms.registry.keys import HOSTED
from amino_oms.registry.listing import entries
from amino_oms.registry.records import Stored, hosted_life

_log = logging.getLogger(__name__)

LEASES_BETWEEN = 5
"""How many leases pass between two looks."""
_PAGE = 1000


class Sweeper:
    """Acts on what two looks, one after the other, have found in an unchanged record: what is under way has changed it by then."""

    def __init__(self, services: Services, failure: Failure, recovery: Recovery) -> None:
        self._services, self._failure, self._recovery = services, failure, recovery
        self._before: dict[str, tuple[int, Finding]] = {}

    async def run(self) -> None:
        """Looks until it is cancelled."""
        services = self._services
        while True:
            detector = services.directory.detector
            await services.clock.sleep(LEASES_BETWEEN * (detector.lease + detector.margin))
            try:
                await self.look()
            except AminoError as error:
                _log.warning("the search for objects that nobody is at work on begins anew later: %s", error)

    async def look(self) -> None:
        """Looks once, and settles what the look before has found as well."""
        found: dict[str, tuple[int, Finding]] = {}
        async for entry in entries(self._services.registry.store, HOSTED, page=_PAGE):
            kernel_id, _, instance = entry.key.removeprefix(HOSTED).partition("/")
            object_id = object_of(instance)
            if object_id not in found and self._suspicious(kernel_id, entry.value):
                stored = await self._services.registry.by_id(object_id)
                what = Finding.NOTHING if stored is None else finding(stored.record, self._facts(stored.record))
                if stored is not None and what is not Finding.NOTHING:
                    found[object_id] = (stored.entry.modified, what)
                    if self._before.get(object_id) == found[object_id]:
                        self._settle(stored, what)
        self._before = found

    def _suspicious(self, kernel_id: str, value: bytes) -> bool:
        incarnation, active = hosted_life(value)
        kernel, detector = self._services.directory.find(kernel_id), self._services.directory.detector
        present = 0 if kernel is None else kernel.incarnation
        return suspicious(incarnation, active=active, alive=detector.awaited(kernel_id), present=present)

    def _facts(self, record: common_pb2.ObjectRecord) -> Facts:
        services = self._services
        return Facts(
            in_making=record.id in services.in_making,
            recovers=services.coordination.has_coordinators(record),
            tried=self._failure.tries(record.id),
            standing=self._standing,
        )

    def _standing(self, replica: common_pb2.Replica) -> Standing:
        directory = self._services.directory
        return directory.standing(replica.kernel_id) if directory.lives(replica) else Standing.DEAD

    def _settle(self, stored: Stored, what: Finding) -> None:
        object_id = stored.record.id
        _log.info("object %s is settled: %s", object_id, what.value)
        match what:
            case Finding.HALF_MADE:
                self._services.persist(lambda: self._recovery.lost(object_id), f"removal of object {object_id}, which was left half made")
            case Finding.LEFT_LOST:
                self._failure.try_again(object_id)
            case Finding.ON_A_DEAD_KERNEL:
                self._services.persist(lambda: self._failure.lost_replicas(stored), f"end of replicas of {object_id} on dead kernels")
            case Finding.NOTHING:
                pass
