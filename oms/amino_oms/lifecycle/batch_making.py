"""How many objects of one class are made at once: the instances by their kernels, then all records in one transaction, ACTIVE.

Nothing is stored before the instances are there. A service that is killed in between has acknowledged nothing; the kernels are told to drop
what no record speaks of when they register again, and a retry of the request makes the objects anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

from amino_store.errors import StoreFailed
from amino_store.transaction import Compare
from amino_wire.errors import NameTaken, ObjectNotFound, TransactionConflict
from amino_wire.pb import common_pb2, oms_pb2

from amino_oms.lifecycle.services import ATTEMPTS, KERNELS_TRIED, Services
from amino_oms.lifecycle.siting import Siting
from amino_oms.membership.kernel_calls import KernelSilent
from amino_oms.registry.identity import new_object_id

Records = list[common_pb2.ObjectRecord]

_TOGETHER = 100
"""How many of them go to one kernel before the next choice."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of objects of one class, without their interface, which is the same for all."""

    records: Records
    interface: common_pb2.Interface

    @staticmethod
    def of(records: Sequence[common_pb2.ObjectRecord]) -> Batch:
        """A batch of complete records, which it takes over."""
        interface = common_pb2.Interface()
        interface.CopyFrom(records[0].interface)
        for record in records:
            record.ClearField("interface")
        return Batch(list(records), interface)

    def first(self) -> common_pb2.ObjectRecord:
        """The first record, complete."""
        record = common_pb2.ObjectRecord(interface=self.interface)
        record.MergeFrom(self.records[0])
        return record


class BatchMaking:
    """Makes many objects out of drafts: records without id, epoch, status and place, of one class, without deployment managers."""

    def __init__(self, services: Services, siting: Siting) -> None:
        self._services, self._siting = services, siting

    async def make(self, drafts: Sequence[common_pb2.ObjectRecord], request_id: str) -> Batch:
        """Makes all objects, in the order of the drafts, or returns those that an earlier attempt of this request has made.

        Raises what a kernel raised, NameTaken, or NoKernelMatches; then none of them is there.
        """
        tried: set[str] = set()
        while True:
            earlier = await self._earlier(request_id)
            if earlier is not None:
                return earlier
            await self._check_names(drafts)
            records = await self.placed(drafts, tried)
            try:
                async with self.in_making(records) as kept:
                    made = await self._attempt(records, request_id)
                    if made is not None:
                        kept.update(record.id for record in records)
                        return made
            except KernelSilent:
                tried.update(record.status.replicas[0].kernel_id for record in records)
                if len(tried) >= KERNELS_TRIED:
                    raise

    @asynccontextmanager
    async def in_making(self, records: Records) -> AsyncGenerator[set[str]]:
        """Within the block nobody drops what kernels have of these objects; at its end those are dropped that are not in the set."""
        services, ids, kept = self._services, {record.id for record in records}, set[str]()
        services.in_making.update(ids)
        try:
            yield kept
        except StoreFailed:
            # The records may be on the disk. If not, the next process of the service has the kernels drop the instances.
            kept.update(ids)
            raise
        finally:
            services.in_making.difference_update(ids)
            unwanted = [record for record in records if record.id not in kept]
            if unwanted:
                services.background.start(self._drop(unwanted), f"drop of {len(unwanted)} objects, which could not be made")

    async def placed(self, drafts: Sequence[common_pb2.ObjectRecord], excluded: Collection[str]) -> Records:
        """Records of the drafts, each with its id and on the kernel that is to make it: one kernel for each 100 of them."""
        now, records = self._services.clock.time_ms(), Records()
        for begin in range(0, len(drafts), _TOGETHER):
            together = drafts[begin : begin + _TOGETHER]
            kernel = await self._siting.choose(together[0], excluded=excluded, count=len(together))
            place = self._services.replica_on(kernel)
            for draft in together:
                status = common_pb2.ObjectStatus(epoch=1, state=common_pb2.OBJECT_STATE_ACTIVE)
                object_id = new_object_id(now, self._services.random)
                record = common_pb2.ObjectRecord(id=object_id, status=status, created_ms=now)
                record.MergeFrom(draft)
                record.status.replicas.append(place)
                records.append(record)
        return records

    async def constructed(self, share: Records, *, each: bool = False) -> oms_pb2.CreateObjectsResponse:
        """Has the kernel on which all of them are run their constructors. Raises KernelSilent, and what the kernel raises."""
        services, place = self._services, share[0].status.replicas[0]
        kernel = services.directory.find(place.kernel_id)
        if kernel is None or not services.directory.lives(place):
            raise KernelSilent(f"the kernel {place.kernel_id} ended before it could make {len(share)} objects; try again")
        return await services.instances(kernel, share, each=each)

    async def stored(self, batch: Batch, requests: Sequence[tuple[str, str]]) -> bool:
        """Stores the records of objects that kernels have made.

        Arguments:
            requests: each that counts as carried out: its id, and the ids of its objects with blanks between.

        Returns:
            Whether they are stored; False where another attempt of a request was quicker.

        Raises:
            NameTaken, KernelSilent, TransactionConflict: they cannot be.
        """
        services, records, shares = self._services, batch.records, _by_kernel(batch.records)
        for _ in range(ATTEMPTS):
            entries = [await services.ledger.entry(*request) for request in requests]
            compares = [compare for entry in entries for compare in entry[0]]
            also = [put for entry in entries for put in entry[1]]
            compares += self._same_lives(shares)
            if await services.registry.insert_many(records, batch.interface, compares=compares, also=also):
                return True
            for request_id, _ in requests:
                if await services.ledger.find(request_id) is not None:
                    return False
            await self._check_names(records)
        raise TransactionConflict(f"{len(records)} objects could not be stored since others kept changing the same names; try again")

    async def _earlier(self, request_id: str) -> Batch | None:
        ids = await self._services.ledger.find(request_id)
        if ids is None:
            return None
        found = [await self._services.registry.by_id(object_id) for object_id in ids.split()]
        there = [stored for stored in found if stored is not None]
        if len(there) < len(found):
            raise ObjectNotFound(
                f"this request made {len(found)} objects, of which {len(found) - len(there)} have been deleted since; send a new request"
            )
        return Batch.of([stored.record for stored in there])

    async def _check_names(self, drafts: Sequence[common_pb2.ObjectRecord]) -> None:
        for name in (draft.name for draft in drafts if draft.name):
            holder = await self._services.registry.holder(name)
            if holder is not None:
                raise NameTaken(f"the name {name!r} belongs to object {holder.value.decode()}; choose another")

    async def _attempt(self, records: Records, request_id: str) -> Batch | None:
        """None where another attempt of the request was quicker."""
        # All of them, before anything is dropped.
        outcomes = await asyncio.gather(*map(self.constructed, _by_kernel(records)), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        batch = Batch(records, cast("oms_pb2.CreateObjectsResponse", outcomes[0]).interface)
        requests = (request_id, " ".join(record.id for record in records))
        return batch if await self.stored(batch, [requests]) else None

    def _same_lives(self, shares: list[Records]) -> list[Compare]:
        conditions: list[Compare] = []
        for share in shares:
            same_life = self._services.directory.still(share[0].status.replicas[0])
            if same_life is None:
                raise KernelSilent(
                    f"the kernel {share[0].status.replicas[0].kernel_id} ended while it made {len(share)} objects; try again"
                )
            conditions.append(same_life)
        return conditions

    async def _drop(self, records: Records) -> None:
        for record in records:
            await self._services.drop_until_done(record, record.status.replicas[0])


def _by_kernel(records: Records) -> list[Records]:
    shares: dict[tuple[str, int], Records] = {}
    for record in records:
        place = record.status.replicas[0]
        shares.setdefault((place.kernel_id, place.kernel_incarnation), []).append(record)
    return list(shares.values())
