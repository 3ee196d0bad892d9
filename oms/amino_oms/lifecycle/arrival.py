"""Kernels come and go: they register, keep their lease, leave, and are missed."""

from __future__ import annotations

from amino_wire.errors import ArgumentInvalid
from amino_wire.pb import common_pb2, oms_pb2

from amino_oms.lifecycle.failure import Failure
from amino_oms.lifecycle.recovery import Recovery
from amino_oms.lifecycle.reunion import Reunion
from amino_oms.lifecycle.services import Services
from amino_oms.membership.detector import Death
from amino_oms.registry.identity import check_kernel_id


class Arrival:
    """What kernels say of themselves, and what follows from it."""

    def __init__(self, services: Services, failure: Failure, reunion: Reunion, recovery: Recovery) -> None:
        self._services, self._failure, self._reunion, self._recovery = services, failure, reunion, recovery

    async def start(self) -> None:
        """Goes on where an earlier process stopped: kernels that lived are awaited, objects of dead ones are seen to."""
        await self._services.directory.load()
        await self._recovery.start()
        self._services.background.start(self._services.coordination.resume(), "coordinators of an earlier process")
        for kernel in self._services.directory.all(include_dead=True):
            self._sweep(kernel.id)

    async def register(self, request: oms_pb2.RegisterKernelRequest, lease: float) -> oms_pb2.RegisterKernelResponse:
        """A kernel joins, in a new life or in the one it had. Raises EpochStale for a life that another process has followed."""
        services = self._services
        check_kernel_id(request.kernel_id)
        if not request.endpoints.grpc:
            raise ArgumentInvalid(
                f"kernel {request.kernel_id} does not say where it answers (endpoints.grpc); without that nobody reaches it"
            )
        before = services.directory.find(request.kernel_id)
        kernel = await services.directory.join(
            common_pb2.KernelRecord(
                id=request.kernel_id,
                incarnation=request.incarnation,
                endpoints=request.endpoints,
                labels=request.labels,
                languages=request.languages,
                version=request.version,
                objects=len(request.objects),
            )
        )
        if before is not None and before.endpoints != kernel.endpoints:
            await services.kernels.forget(kernel.id)
        fenced = await self._reunion.reconcile(kernel, list(request.objects), same_life=request.incarnation != 0)
        if before is not None and before.incarnation != kernel.incarnation:
            self._sweep(kernel.id)
        return oms_pb2.RegisterKernelResponse(incarnation=kernel.incarnation, lease_ms=int(lease * 1000), fenced=fenced)

    def keep_alive(self, request: oms_pb2.KeepAliveRequest, lease: float) -> oms_pb2.KeepAliveResponse:
        """A sign of life, and what has ended there by itself. An answer of not `known` asks the kernel to register again."""
        known = self._services.directory.report(request.kernel_id, request.incarnation, load=request.load, objects=request.objects)
        if known and request.lost:
            self._services.persist(lambda: self._lost(request), f"search for objects that ended on {request.kernel_id}")
        return oms_pb2.KeepAliveResponse(known=known, lease_ms=int(lease * 1000))

    async def _lost(self, request: oms_pb2.KeepAliveRequest) -> None:
        """Objects ended on a kernel that lives on: their context was closed, or the process they were in has died."""
        for ended in request.lost:
            stored = await self._services.registry.by_id(ended.id)
            if stored is not None and stored.record.epoch == ended.epoch:
                here = [replica for replica in stored.record.replicas if replica.number == ended.replica]
                if here and (here[0].kernel_id, here[0].kernel_incarnation) == (request.kernel_id, request.incarnation):
                    await self._failure.lost_replicas(stored, missing=frozenset({ended.replica}))

    def leave(self, request: oms_pb2.LeaveRequest) -> None:
        """A kernel says goodbye: what it still has is seen to at once, without waiting for its lease to end."""
        services = self._services
        if services.directory.detector.left(request.kernel_id, request.incarnation):
            death = Death(request.kernel_id, request.incarnation)
            services.persist(lambda: self._failure.died(death), f"farewell of kernel {request.kernel_id}")

    def tick(self) -> None:
        """Sees to the kernels whose lease has ended."""
        services = self._services
        for death in services.directory.detector.tick(services.clock.monotonic()):
            self._bury(death)

    def _bury(self, death: Death) -> None:
        self._services.persist(lambda: self._failure.died(death), f"burial of kernel {death.kernel_id}")

    def _sweep(self, kernel_id: str) -> None:
        self._services.persist(lambda: self._failure.sweep(kernel_id), f"search for objects of past lives of {kernel_id}")
