"""The parts that every change of an object needs, in one place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random, SystemRandom

from amino_store.errors import NotWritten
from amino_wire.errors import AminoError, Ended, EpochStale, Unavailable
from amino_wire.instances import FIRST
from amino_wire.pb import common_pb2, oms_pb2
from amino_wire.proof import ClusterSecret
from amino_wire.records import title_of

from amino_oms.background import BackgroundTasks
from amino_oms.clock import Clock
from amino_oms.coordination.coordination import Coordination
from amino_oms.lifecycle.claims import Claims
from amino_oms.lifecycle.generations import Generations
from amino_oms.lifecycle.losses import Losses
from amino_oms.lifecycle.missing import Missing
from amino_oms.membership.kernel_calls import KernelCalls, KernelSilent
from amino_oms.membership.kernel_directory import KernelDirectory
from amino_oms.registry.artifact_holds import ArtifactHolds
from amino_oms.registry.object_registry import ObjectRegistry
from amino_oms.registry.request_ledger import RequestLedger
from amino_oms.registry.store_history import StoreHistory

_log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0

KERNELS_TRIED = 2
"""An artifact that ends the process that makes an instance must not go from kernel to kernel."""
ATTEMPTS = 16
"""How often a change of a record is tried again when others change it at the same time."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds that the service waits for a kernel."""

    create: float = 120.0
    move: float = 300.0
    short: float = 5.0


class KeyedLocks:
    """One lock a key, for as long as somebody wants it."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def holding(self, key: str) -> AsyncGenerator[None]:
        """Holds the lock of `key`."""
        lock, users = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[key]
            if users == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, users - 1)


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of the service that changes of objects work with.

    `object_locks` makes moves, restarts and new chains of one object take turns; correctness rests on compare-and-swap alone.
    `in_making` holds the ids of objects that this process is making right now; other CREATING records are left from an earlier process.
    `missing` knows the replicas that are being made anew, since their kernel, which lives, does not have them any more.
    `claims` are the kernels on which it is making a further instance of an object, or to which it has one moved.
    `artifacts` keeps artifacts from being removed while objects of them are made.
    `history` notices an older copy of the store.
    `random` is where new ids come from.
    `secret` is what kernels and this service prove to one another what they are by.
    """

    registry: ObjectRegistry
    ledger: RequestLedger
    directory: KernelDirectory
    kernels: KernelCalls
    coordination: Coordination
    background: BackgroundTasks
    clock: Clock
    generations: Generations
    artifacts: ArtifactHolds
    losses: Losses
    history: StoreHistory
    timeouts: Timeouts = field(default_factory=Timeouts)
    object_locks: KeyedLocks = field(default_factory=KeyedLocks)
    in_making: set[str] = field(default_factory=set[str])
    missing: Missing = field(default_factory=Missing)
    claims: Claims = field(default_factory=Claims)
    random: Random = field(default_factory=SystemRandom)
    secret: ClusterSecret = field(default_factory=ClusterSecret)

    def replica_on(self, kernel: common_pb2.KernelRecord, path: str = FIRST) -> common_pb2.Replica:
        """A replica that lives on `kernel` from now on."""
        return common_pb2.Replica(path=path, kernel_id=kernel.id, kernel_incarnation=kernel.incarnation)

    def located(self, record: common_pb2.ObjectRecord) -> common_pb2.ObjectRecord:
        """A copy of a record that says where the object answers, or what becomes of it if it is lost."""
        copy = common_pb2.ObjectRecord()
        copy.CopyFrom(record)
        return self.losses.say(self.directory.locate(copy))

    async def instance(self, kernel: common_pb2.KernelRecord, record: common_pb2.ObjectRecord, path: str) -> common_pb2.Interface:
        """Has a kernel make a replica by its constructor. Raises what the kernel raises, KernelSilent where its life has ended."""
        request = oms_pb2.CreateObjectRequest(object=self.located(record), path=path)
        try:
            return (await self.kernels.create_object(kernel, request, self.timeouts.create)).interface
        except EpochStale as error:
            raise KernelSilent(f"the kernel {kernel.id} began another life before it made object {title_of(record)}; try again") from error

    async def instances(
        self, kernel: common_pb2.KernelRecord, records: Sequence[common_pb2.ObjectRecord], *, each: bool = False
    ) -> oms_pb2.CreateObjectsResponse:
        """Has a kernel make many objects by their constructors, all or none, or each for itself. Raises as `instance`."""
        request = oms_pb2.CreateObjectsRequest(objects=records, each=each)
        try:
            return await self.kernels.create_objects(kernel, request, self.timeouts.create)
        except EpochStale as error:
            raise KernelSilent(f"the kernel {kernel.id} began another life before it made {len(records)} objects; try again") from error

    async def drop(self, record: common_pb2.ObjectRecord, replica: common_pb2.Replica) -> None:
        """Asks a kernel to forget a replica. A kernel that does not answer is asked again in the background for as long as it lives in
        that life; later it is told when it registers again, as it is after a crash of this process.
        """
        if not await self._dropped(record, replica):
            self.background.start(self.drop_until_done(record, replica), f"drop of object {title_of(record)} on {replica.kernel_id}")

    async def drop_until_done(self, record: common_pb2.ObjectRecord, replica: common_pb2.Replica) -> None:
        """As `drop`, but returns only when the kernel has answered, or its life has ended."""
        pause = _FIRST_PAUSE
        while not await self._dropped(record, replica):
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _dropped(self, record: common_pb2.ObjectRecord, replica: common_pb2.Replica) -> bool:
        kernel = self.directory.find(replica.kernel_id)
        if kernel is None or not self.directory.lives(replica):
            return True
        request = oms_pb2.DestroyObjectRequest(object_id=record.id, epoch=record.status.epoch, path=replica.path)
        try:
            await self.kernels.destroy_object(kernel, request, self.timeouts.short)
        except (Unavailable, Ended) as error:
            _log.info("kernel %s did not drop object %s: %s", kernel.id, record.id, error)
            return False
        except AminoError as error:
            _log.warning("kernel %s could not drop object %s: %s", kernel.id, record.id, error)
        return True

    def persist(self, work: Callable[[], Awaitable[object]], name: str) -> None:
        """Begins work in the background that nobody would ask for again; while the disk is full it begins anew after pauses.

        Arguments:
            work: an act that does no harm when it is done twice.
            name: says in the log what it was.
        """
        self.background.start(self._until_written(work, name), name)

    async def _until_written(self, work: Callable[[], Awaitable[object]], name: str) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                await work()
                return
            except NotWritten as error:
                _log.warning("%s begins anew in %.1f s: %s", name, pause, error)
            await self.clock.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def announce_deletion(self, record: common_pb2.ObjectRecord) -> None:
        """Tells all living kernels that an object was deleted, so that the proxies of its callers end.

        A kernel that misses the message hears of the deletion with the next call: the object's kernel answers that there is none.
        """
        request = oms_pb2.ObjectChangedRequest(object=self.located(record), deleted=True)
        kernels = self.directory.all(include_dead=False)
        await asyncio.gather(*(self._tell(kernel, request) for kernel in kernels))

    async def _tell(self, kernel: common_pb2.KernelRecord, request: oms_pb2.ObjectChangedRequest) -> None:
        try:
            await self.kernels.object_changed(kernel, request, self.timeouts.short)
        except AminoError as error:
            _log.info("kernel %s was not told of the deletion of object %s: %s", kernel.id, request.object.id, error)
