"""Kernels come and go: they register, keep their lease, leave, and are missed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from amino_dms.api import within
from amino_wire.errors import ArgumentInvalid
from amino_wire.instances import object_of, path_of
from amino_wire.pb import common_pb2, oms_pb2
from amino_wire.protocol import VERSION
from amino_wire.records import epoch_of, replica_at
from amino_wire.versions import check_version

from amino_oms.lifecycle.failure import Failure
from amino_oms.lifecycle.fencing import Fencing
from amino_oms.lifecycle.new_addresses import NewAddresses
from amino_oms.lifecycle.reconciliation import ListedPage, Reconciliation
from amino_oms.lifecycle.recovery import Recovery
from amino_oms.lifecycle.services import Services
from amino_oms.lifecycle.verification import Verification
from amino_oms.membership.detector import Death
from amino_oms.registry.identity import check_kernel_id
from amino_oms.registry.keys import LEAVING, MANAGED, last_part
from amino_oms.registry.listing import entries

_RETURN_SECONDS = 1.0


class Membership:
    """The messages of kernels about themselves, and their consequences."""

    def __init__(
        self, services: Services, failure: Failure, reconciliation: Reconciliation, recovery: Recovery, verification: Verification
    ) -> None:
        self._services, self._failure, self._reconciliation = services, failure, reconciliation
        self._recovery, self._verification = recovery, verification
        self._fencing, self._new_addresses = Fencing(services, verification), NewAddresses(services)
        self._listing: dict[str, tuple[int, str]] = {}
        """By kernel: the life and the last instance of the page that it has sent, while more pages are to come."""

    async def start(self) -> None:
        """Goes on where an earlier process stopped: kernels that lived are awaited, objects of dead ones are recovered or lost."""
        await self._services.directory.load()
        await self._recovery.start()
        self._services.background.start(self._services.coordination.resume(), "coordinators of an earlier process")
        self._services.persist(self._tell_on, "chains that an earlier process has given to objects")
        self._services.background.start(self._recover_on(), "return of objects that an earlier process could not bring back")
        for kernel in self._services.directory.all(include_dead=True):
            self._sweep(kernel.id)

    async def _tell_on(self) -> None:
        """Goes on to tell kernels of chains that may not be in force yet."""
        async for entry in entries(self._services.registry.store, LEAVING):
            stored = await self._services.registry.by_id(last_part(entry.key))
            if stored is not None:
                for replica in stored.record.status.replicas:
                    if self._services.directory.find(replica.kernel_id) is not None:
                        self._services.generations.expect(stored.record, replica.kernel_id)

    async def _recover_on(self) -> None:
        """Goes on to bring back lost objects that have coordinators."""
        async for entry in entries(self._services.registry.store, MANAGED):
            stored = await self._services.registry.by_id(last_part(entry.key))
            lost = stored is not None and stored.record.status.state == common_pb2.OBJECT_STATE_LOST
            if stored is not None and lost and self._services.coordination.has_coordinators(stored.record):
                self._failure.try_again(stored.record.id)

    async def register(self, request: oms_pb2.RegisterKernelRequest, lease: float) -> oms_pb2.RegisterKernelResponse:
        """A kernel joins, in a new life or in the one it had.

        Raises EpochStale for a life that another process has followed, StoreOutdated where it has seen more of the store
        than there is, FrameInvalid where it speaks another version of the wire.

        A kernel that has more instances than one page holds gets its lease with the last page; until then it is awaited.
        """
        services = self._services
        check_kernel_id(request.kernel_id)
        if not request.endpoints.grpc:
            raise ArgumentInvalid(
                f"kernel {request.kernel_id} does not say where it answers (endpoints.grpc); without that nobody reaches it"
            )
        check_version(request.wire_version, f"kernel {request.kernel_id}", "this OMS")
        services.history.check(request)
        page = ListedPage("", request.instances, request.more)
        page.check(request.kernel_id)
        services.losses.returning(request.kernel_id, now=request.returning)
        with services.losses.listing(request.kernel_id):
            kernel, fenced = await self._joined(request, page)
        granted = 0 if request.more else int(lease * 1000)
        if not request.more:
            self._failure.kernel_came()
        return oms_pb2.RegisterKernelResponse(
            incarnation=kernel.incarnation,
            lease_ms=granted,
            fenced=fenced,
            store=services.history.mark(),
            cluster_secret=services.secret.text,
            wire_version=VERSION,
        )

    async def _joined(self, request: oms_pb2.RegisterKernelRequest, page: ListedPage) -> tuple[common_pb2.KernelRecord, tuple[str, ...]]:
        """A kernel lives; answers its record, and which of the instances that it lists it must drop."""
        services, before = self._services, self._services.directory.find(request.kernel_id)
        kernel = await services.directory.join(_described(request), listing=request.more)
        if before is not None and before.endpoints != kernel.endpoints:
            await services.kernels.forget(kernel.id)
            if request.incarnation and before.endpoints.grpc != kernel.endpoints.grpc:
                self._new_addresses.changed(kernel, before.endpoints.grpc)
        fenced: tuple[str, ...] = ()
        if request.incarnation or request.instances:
            fenced = await self._reconciliation.page(kernel, page, same_life=request.incarnation != 0)
            self._fencing.told(kernel.id, kernel.incarnation, fenced)
        if request.more:
            self._listing[kernel.id] = (kernel.incarnation, request.instances[-1].instance)
        if before is not None and before.incarnation != kernel.incarnation:
            self._sweep(kernel.id)
        return kernel, fenced

    async def list_instances(self, request: oms_pb2.ListInstancesRequest, lease: float) -> oms_pb2.ListInstancesResponse:
        """A further page of what a registering kernel has. An answer of not `known` asks it to begin again with its registration."""
        services, kernel_id = self._services, request.kernel_id
        page = ListedPage(request.after, request.instances, request.more)
        page.check(kernel_id)
        kernel = services.directory.find(kernel_id)
        expected = self._listing.get(kernel_id) == (request.incarnation, request.after)
        if kernel is None or not expected or not services.directory.lists(kernel_id, request.incarnation):
            return oms_pb2.ListInstancesResponse(known=False)
        fenced = await self._reconciliation.page(kernel, page, same_life=True)
        self._fencing.told(kernel.id, kernel.incarnation, fenced)
        if self._listing.get(kernel_id) != (request.incarnation, request.after):
            return oms_pb2.ListInstancesResponse(known=False)
        if request.more:
            self._listing[kernel_id] = (request.incarnation, request.instances[-1].instance)
            return oms_pb2.ListInstancesResponse(known=services.directory.lists(kernel_id, request.incarnation), fenced=fenced)
        del self._listing[kernel_id]
        known = services.directory.listed(kernel_id, request.incarnation)
        self._failure.kernel_came()
        return oms_pb2.ListInstancesResponse(known=known, lease_ms=int(lease * 1000), fenced=fenced)

    def keep_alive(self, request: oms_pb2.KeepAliveRequest, lease: float) -> oms_pb2.KeepAliveResponse:
        """A sign of life, with the instances that ended by themselves. An answer of not `known` asks the kernel to register again."""
        known = self._services.directory.report(
            request.kernel_id, request.incarnation, load=request.load, objects=request.objects, draining=request.draining
        )
        if known:
            self._services.losses.returning(request.kernel_id, now=request.returning)
            self._fencing.heard(request.kernel_id, request.incarnation)
        if known and request.applied:
            self._services.generations.applied(request.kernel_id, request.applied)
        if known and request.lost:
            self._services.persist(lambda: self._lost(request), f"search for objects that ended on {request.kernel_id}")
        return oms_pb2.KeepAliveResponse(known=known, lease_ms=int(lease * 1000), store=self._services.history.mark())

    async def _lost(self, request: oms_pb2.KeepAliveRequest) -> None:
        """Instances ended on a kernel that lives on: their context was closed, or the process they were in has died."""
        services, ended_of = self._services, dict[str, list[common_pb2.InstanceState]]()
        for ended in request.lost:
            ended_of.setdefault(object_of(ended.instance), []).append(ended)
        for object_id, states in ended_of.items():
            stored = await services.registry.by_id(object_id)
            if stored is None:
                continue
            missing: set[str] = set()
            for ended in states:
                path = path_of(ended.instance)
                replica = replica_at(stored.record, path)
                if replica is None or (replica.kernel_id, replica.kernel_incarnation) != (request.kernel_id, request.incarnation):
                    continue
                if epoch_of(stored.record, path) == ended.epoch:
                    missing.add(path)
                else:
                    # Another of the object's replicas was made anew since, or this one: the kernel knows.
                    self._verify(ended.instance, request.kernel_id)
            if missing:
                services.losses.told(object_id, next((ended.reason for ended in states if ended.reason), ""))
                await self._failure.lost_replicas(stored, missing=frozenset(missing))

    def _verify(self, instance: str, kernel_id: str) -> None:
        self._services.persist(lambda: self._verification.verify(instance, kernel_id), f"search for instance {instance} on {kernel_id}")

    async def leave(self, request: oms_pb2.LeaveRequest) -> bool:
        """A life of a kernel ends: the objects that it still has are recovered or lost at once, without waiting for its lease to end.

        Returns when that is stored, so that a service that has been deposed meanwhile promises nothing; True where the life went on until
        now. A later life is not concerned.

        The report of a supervisor is answered when the objects are back or lost, after `_RETURN_SECONDS` at most: the next process of the
        kernel, which may take every processor of a machine on which they come back, begins after that.
        """
        services, reason = self._services, f"its process ended: {request.end}" if request.end else "it has left"
        death = Death(request.kernel_id, request.incarnation, reason)
        if not services.directory.detector.left(death.kernel_id, death.incarnation):
            # The answer to an earlier attempt may have been lost, or the end was not stored then.
            await self._failure.record(death)
            return False
        services.losses.left(death.kernel_id, death.incarnation, keeps=request.keeps, end=request.end)
        done = asyncio.Event()
        try:
            await self._failure.record(death)
        finally:
            services.persist(lambda: self._left(death, request.lost, done), f"end of kernel {death.kernel_id}: {death.reason}")
        if request.end:
            with suppress(TimeoutError):
                await within(services.clock, _RETURN_SECONDS, done.wait())
        return True

    async def _left(self, death: Death, lost: Sequence[common_pb2.InstanceState], done: asyncio.Event) -> None:
        await self._failure.died(death)
        for each in lost:
            self._services.losses.told(object_of(each.instance), each.reason)
        done.set()

    def tick(self) -> None:
        """Declares the kernels dead whose lease has ended."""
        services = self._services
        for death in services.directory.detector.tick(services.clock.monotonic()):
            self._ended(death)

    def _ended(self, death: Death) -> None:
        self._services.persist(lambda: self._failure.died(death), f"end of kernel {death.kernel_id}: {death.reason}")

    def _sweep(self, kernel_id: str) -> None:
        self._services.persist(lambda: self._failure.sweep(kernel_id), f"search for objects of past lives of {kernel_id}")


def _described(request: oms_pb2.RegisterKernelRequest) -> common_pb2.KernelRecord:
    return common_pb2.KernelRecord(
        id=request.kernel_id,
        incarnation=request.incarnation,
        endpoints=request.endpoints,
        labels=request.labels,
        languages=request.languages,
        version=request.version,
        objects=request.objects or len(request.instances),
    )
