"""The records of all kernels: in the store, and in memory with their state at the moment."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from amino_store.store import Store
from amino_store.transaction import Compare, Entry, Put, Transaction
from amino_wire.errors import EpochStale, KernelNotFound, KernelUnavailable, TransactionConflict
from amino_wire.pb import common_pb2

from amino_oms.clock import Clock
from amino_oms.membership.detector import Death, FailureDetector, Standing
from amino_oms.placement.choice import Candidate, choose
from amino_oms.registry.keys import FLOOR, KERNELS

_NOBODY: Mapping[str, str] = {}


@dataclass(slots=True)
class _Known:
    record: common_pb2.KernelRecord
    entry: Entry
    given: int = field(default=0)  # objects placed there since it last said how many it has
    draining: bool = False


class KernelDirectory:
    """Which kernels there are. There are few of them, so all are in memory; the store is asked when the service starts.

    Arguments:
        detector: decides who is alive.
    """

    def __init__(self, store: Store, detector: FailureDetector, clock: Clock) -> None:
        self.detector = detector
        self._store, self._clock = store, clock
        self._known: dict[str, _Known] = {}
        self._floor = 0
        self._changed = asyncio.Event()

    async def load(self) -> None:
        """Reads the stored records; a kernel that was alive is awaited for one lease."""
        floor = await self._store.get(FLOOR)
        self._floor = 0 if floor is None else int(floor.value)
        page = await self._store.range(KERNELS)
        while True:
            for entry in page.entries:
                record = common_pb2.KernelRecord.FromString(entry.value)
                self._known[record.id] = _Known(record, entry)
                self.detector.restored(record.id, record.incarnation, alive=record.alive, now=self._clock.monotonic())
            if not page.more:
                return
            page = await self._store.range(KERNELS, after=page.entries[-1].key)

    def get(self, kernel_id: str) -> common_pb2.KernelRecord:
        """A kernel's record. Raises KernelNotFound, naming those there are."""
        known = self._known.get(kernel_id)
        if known is None:
            names = ", ".join(sorted(kernel.id for kernel in self.all(include_dead=False))) or "none"
            raise KernelNotFound(f"there is no kernel with the id {kernel_id!r}; the living ones are: {names}")
        return known.record

    def find(self, kernel_id: str) -> common_pb2.KernelRecord | None:
        """A kernel's record; None for one never heard of."""
        known = self._known.get(kernel_id)
        return None if known is None else known.record

    def living(self, kernel_id: str) -> common_pb2.KernelRecord:
        """The record of a kernel that holds a lease. Raises KernelNotFound, or KernelUnavailable where it is dead or awaited."""
        record = self.get(kernel_id)
        if not self.detector.alive(kernel_id):
            raise KernelUnavailable(
                f"the kernel {kernel_id} is {self.detector.standing(kernel_id).value}; choose another, or start it again"
            )
        return record

    def unchanged(self, kernel_id: str) -> Compare:
        """The condition of a transaction that the kernel has neither died nor begun a new life meanwhile."""
        return Compare.unchanged(self._known[kernel_id].entry)

    def still(self, replica: common_pb2.Replica) -> Compare | None:
        """The condition of a transaction that the kernel stays in the life in which it got a replica; None where that has ended."""
        return self.unchanged(replica.kernel_id) if self.lives(replica) else None

    def all(self, *, include_dead: bool) -> list[common_pb2.KernelRecord]:
        """The kernels by id, as they are now."""
        records: list[common_pb2.KernelRecord] = []
        for known in sorted(self._known.values(), key=lambda known: known.record.id):
            if include_dead or self.detector.alive(known.record.id):
                record = common_pb2.KernelRecord()
                record.CopyFrom(known.record)
                record.alive = self.detector.alive(record.id)
                records.append(record)
        return records

    async def join(self, record: common_pb2.KernelRecord, *, listing: bool = False) -> common_pb2.KernelRecord:
        """Stores that a kernel lives, in the incarnation of `record` (0: a new one, greater than all before), and starts its lease.

        Arguments:
            listing: further pages of what the kernel has are to come; it is awaited until `listed`.

        Raises EpochStale for a life that has ended or that another process has followed, TransactionConflict where the kernel registers
        twice at once.
        """
        joined = common_pb2.KernelRecord()
        joined.CopyFrom(record)
        joined.alive = True
        revision = await self._store.revision()
        # From here to the commit nothing is awaited: a registration that began earlier must not follow a later one.
        before = self._known.get(record.id)
        if before is not None and 0 < record.incarnation < before.record.incarnation:
            raise EpochStale(
                f"kernel {record.id} has begun life {before.record.incarnation} in another process; "
                f"this one, in life {record.incarnation}, must end",
                details={"incarnation": before.record.incarnation},
            )
        self._check_goes_on(record)
        if not joined.incarnation:
            joined.incarnation = max(revision, self._floor, before.record.incarnation if before else 0) + 1
        await self._put(joined)
        # Its end may have been told while that was stored.
        self._check_goes_on(record)
        if listing:
            self.detector.listing(joined.id, joined.incarnation, self._clock.monotonic())
        else:
            self.detector.registered(joined.id, joined.incarnation, self._clock.monotonic())
        return joined

    def _check_goes_on(self, record: common_pb2.KernelRecord) -> None:
        if record.incarnation and self.detector.over(record.id, record.incarnation):
            raise EpochStale(f"kernel {record.id} has left in life {record.incarnation}, or its processes have ended; start it again")

    def lists(self, kernel_id: str, incarnation: int) -> bool:
        """A page has come of what a kernel has. False: nobody awaits it."""
        return self.detector.lists(kernel_id, incarnation, self._clock.monotonic())

    def listed(self, kernel_id: str, incarnation: int) -> bool:
        """A kernel has listed all that it has, and gets its lease. False: nobody awaits that any more."""
        if not self.lists(kernel_id, incarnation):
            return False
        self.detector.registered(kernel_id, incarnation, self._clock.monotonic())
        self._tell_waiting()
        return True

    async def mark_dead(self, death: Death) -> bool:
        """Stores that a kernel is dead; False where that is known, or it has come back, or begun another life, since."""
        known = self._known.get(death.kernel_id)
        if known is None or known.record.incarnation != death.incarnation or self.detector.alive(death.kernel_id):
            return False
        if not known.record.alive:
            return False
        dead = common_pb2.KernelRecord()
        dead.CopyFrom(known.record)
        dead.alive = False
        try:
            await self._put(dead)
        except TransactionConflict:
            return False
        return True

    def report(self, kernel_id: str, incarnation: int, *, load: float, objects: int, draining: bool = False) -> bool:
        """Takes a kernel's sign of life with its news of itself; False where it must register again."""
        if not self.detector.heard(kernel_id, incarnation, self._clock.monotonic()):
            return False
        known = self._known[kernel_id]
        known.record.load, known.record.objects = load, objects
        known.given, known.draining = 0, draining
        return True

    def place(
        self,
        selector: common_pb2.Selector,
        language: str,
        excluded: Collection[str] = (),
        refusals: Mapping[str, str] = _NOBODY,
        avoided: Collection[str] = (),
    ) -> common_pb2.KernelRecord:
        """The living kernel that would get an object; see `amino_oms.placement.choice.choose`."""
        candidates = [
            Candidate(record.id, record.labels, record.languages, max(record.load, record.objects) + self._known[record.id].given)
            for record in self.offered()
        ]
        return self._known[choose(candidates, selector, language, excluded, refusals, avoided).kernel_id].record

    def offered(self) -> list[common_pb2.KernelRecord]:
        """The living kernels that take objects."""
        return [known.record for known in self._known.values() if self.detector.alive(known.record.id) and not known.draining]

    async def next_change(self) -> bool:
        """Returns at the next registration or death of a kernel, True; at once, False, where no kernel is awaited.

        Right after the service has started its kernels are not back yet, and a request that finds none should wait for them.
        """
        if not any(self.standing(kernel_id) is Standing.AWAITED for kernel_id in self._known):
            return False
        await self._changed.wait()
        return True

    def given(self, kernel_id: str, count: int = 1) -> None:
        """Objects are being put there: they count as load until the kernel reports."""
        self._known[kernel_id].given += count

    def locate(self, record: common_pb2.ObjectRecord) -> common_pb2.ObjectRecord:
        """Fills in where the replicas of an object answer (nowhere: dead, or in another life); returns `record`, changed."""
        for replica in record.status.replicas:
            if self.lives(replica):
                replica.endpoints.CopyFrom(self._known[replica.kernel_id].record.endpoints)
            else:
                replica.ClearField("endpoints")
        return record

    def lives(self, replica: common_pb2.Replica) -> bool:
        """Whether the kernel of a replica is still in the life in which it got it, and not dead."""
        known = self._known.get(replica.kernel_id)
        return (
            known is not None
            and known.record.incarnation == replica.kernel_incarnation
            and self.standing(replica.kernel_id) is not Standing.DEAD
        )

    def standing(self, kernel_id: str) -> Standing:
        """Whether the kernel is alive, awaited or dead."""
        return self.detector.standing(kernel_id)

    async def _put(self, record: common_pb2.KernelRecord) -> None:
        before = self._known.get(record.id)
        key = KERNELS + record.id
        compare = Compare.absent(key) if before is None else Compare.unchanged(before.entry)
        value = record.SerializeToString()
        outcome = await self._store.commit(Transaction((compare,), (Put(key, value),)))
        if not outcome.succeeded:
            raise TransactionConflict(f"the record of kernel {record.id} was changed by somebody else meanwhile; register again")
        created = outcome.revision if before is None else before.entry.created
        entry = Entry(key, value, created, outcome.revision, 1 if before is None else before.entry.version + 1)
        self._known[record.id] = _Known(record, entry, 0 if before is None else before.given)
        self._tell_waiting()

    def _tell_waiting(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
