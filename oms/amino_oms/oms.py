"""The whole service as methods over its messages: `service/` puts them on gRPC, and a kernel in the same process calls them directly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress

from amino_wire.errors import OmsUnavailable
from amino_wire.pb import client_pb2, oms_pb2

from amino_oms.coordination.paper_names import in_own_names
from amino_oms.lifecycle.attachment import Attachment
from amino_oms.lifecycle.attempts import Attempts
from amino_oms.lifecycle.batch_making import BatchMaking
from amino_oms.lifecycle.creation import Creation
from amino_oms.lifecycle.deletion import Deletion
from amino_oms.lifecycle.failure import Failure
from amino_oms.lifecycle.kinds import Kinds
from amino_oms.lifecycle.lifetime_clock import Moments
from amino_oms.lifecycle.location import Location
from amino_oms.lifecycle.making import Making
from amino_oms.lifecycle.membership import Membership
from amino_oms.lifecycle.movement import Movement
from amino_oms.lifecycle.nameless import Nameless
from amino_oms.lifecycle.once import Once
from amino_oms.lifecycle.reconciliation import Reconciliation
from amino_oms.lifecycle.recovery import Recovery
from amino_oms.lifecycle.replication import Replication
from amino_oms.lifecycle.restart import Restart
from amino_oms.lifecycle.services import Services
from amino_oms.lifecycle.shards import Shards
from amino_oms.lifecycle.siting import Siting
from amino_oms.lifecycle.sleeping import Sleeping
from amino_oms.lifecycle.sweeper import Sweeper
from amino_oms.lifecycle.verification import Verification
from amino_oms.registry.artifact_sweep import ArtifactSweep
from amino_oms.registry.artifacts import Artifacts
from amino_oms.registry.cluster_secret import cluster_secret
from amino_oms.registry.kind_registry import list_kinds
from amino_oms.registry.listing import list_objects
from amino_oms.registry.object_watch import watch_objects
from amino_oms.transactions.desk import TransactionDesk
from amino_oms.transactions.limits import TransactionLimits


class Oms:
    """The object management service. Every method answers one request of `amino.v1.ObjectManagementService`, or raises an AminoError.

    Made by `amino_oms.main.create_oms`; `start` before the first request, `close` after the last.
    """

    def __init__(
        self,
        services: Services,
        artifacts: Artifacts,
        sweep: ArtifactSweep,
        moments: Moments,
        *,
        max_nameless: int = 0,
        transactions: TransactionLimits | None = None,
    ) -> None:
        self.services = services
        self._artifacts, self._sweep = artifacts, sweep
        recovery, siting = Recovery(services), Siting(services)
        self._deletion = Deletion(services)
        self.nameless = Nameless(services, self._deletion, max_nameless, moments)
        making, batches = Making(services, siting, recovery, self._deletion), BatchMaking(services, siting)
        self._once = Once(services)
        self._creation = Creation(services, making, batches, self._deletion, self.nameless, self._once)
        failure = Failure(services, recovery)
        verification = Verification(services, failure)
        attempts = Attempts(services, verification)
        reconciliation = Reconciliation(services, recovery, failure, verification, attempts)
        self._membership = Membership(services, failure, reconciliation, recovery, verification)
        self._location, self._movement = Location(services, failure), Movement(services, siting)
        self._restart, self._attachment = Restart(services, siting, attempts, failure), Attachment(services, siting)
        self.shards = Shards(services, making, self._attachment, self._deletion)
        self._kinds = Kinds(services, making, self._once, recovery, self._restart)
        self._sleeping = Sleeping(services, failure)
        self.transactions = TransactionDesk(services, transactions or TransactionLimits())
        """Transactions over several objects."""
        self.sweeper = Sweeper(services, failure, recovery)
        self.replicas = Replication(services, self._movement, siting, attempts)
        self._watching: list[asyncio.Task[None]] = []
        # A request that changes something goes on when its caller hangs up: half done, it would leave kernels untold.
        self._finish = services.background.finish

    async def start(self) -> None:
        """Takes up what an earlier process has left, and begins to watch over leases."""
        history = self.services.history
        await history.start()
        await self.services.registry.values.start()
        await self._sweep.start()
        await self.nameless.start()
        self.services.secret.take(await cluster_secret(self.services.registry.store))
        await self._membership.start()
        await self.transactions.start()
        self.services.background.start(self.shards.sweep(), "search for shards whose object was deleted")
        grace = self.services.artifacts.grace
        watches = {
            "leases of kernels": self._watch_leases(),
            "search for objects that nobody is at work on": self.sweeper.run(),
            "end of objects that were made for a time": self.nameless.run(),
            "artifacts that nothing uses": self._sweep.run(grace),
            "how far the store has come": history.run(),
            "blobs that no value names": self.services.registry.values.run(),
            "transactions that take too long": self.transactions.run(),
        }
        self._watching.extend(asyncio.create_task(work, name=name) for name, work in watches.items())

    async def close(self) -> None:
        """Stops; whatever has been acknowledged is in the store."""
        for task in self._watching:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self._once.close()
        await self.transactions.close()
        await self.services.background.close()
        await self.services.coordination.close()
        await self.services.history.keep()
        await self._artifacts.close()
        await self.services.registry.store.close()

    async def failed(self) -> OmsUnavailable:
        """Returns, with the reason, when the service can answer nothing any more and its process must be started again."""
        return await self.services.registry.store.failed()

    def tick(self) -> None:
        """Looks which kernels' leases have ended by the service's clock; runs by itself, and may be called where the clock is a test's."""
        self._membership.tick()

    async def sweep_artifacts(self) -> frozenset[str]:
        """Removes the artifacts that nothing uses, and answers their hashes; runs by itself as well."""
        return await self._sweep.sweep()

    async def register_kernel(self, request: oms_pb2.RegisterKernelRequest) -> oms_pb2.RegisterKernelResponse:
        """See `RegisterKernel`."""
        work = self._membership.register(request, self.services.directory.detector.lease)
        return await self._finish(work, f"registration of kernel {request.kernel_id}")

    async def list_instances(self, request: oms_pb2.ListInstancesRequest) -> oms_pb2.ListInstancesResponse:
        """See `ListInstances`."""
        work = self._membership.list_instances(request, self.services.directory.detector.lease)
        answer = await self._finish(work, f"page of the instances of kernel {request.kernel_id}")
        await self._confirm()
        return answer

    async def keep_alive(self, request: oms_pb2.KeepAliveRequest) -> oms_pb2.KeepAliveResponse:
        """See `KeepAlive`."""
        answer = self._membership.keep_alive(request, self.services.directory.detector.lease)
        await self._confirm()
        return answer

    async def leave(self, request: oms_pb2.LeaveRequest) -> oms_pb2.LeaveResponse:
        """See `Leave`."""
        ended = await self._finish(self._membership.leave(request), f"end of kernel {request.kernel_id}")
        return oms_pb2.LeaveResponse(ended=ended)

    async def register(self, request: client_pb2.RegisterRequest) -> client_pb2.RegisterResponse:
        """See `Register`."""
        in_own_names(request.deployment_managers)
        stored = await self._creation.register(request)
        return client_pb2.RegisterResponse(object=self.services.located(stored.record))

    async def create(self, request: client_pb2.CreateRequest) -> client_pb2.CreateResponse:
        """See `Create`."""
        record = await self._creation.create(request)
        return client_pb2.CreateResponse(object=self.services.located(record))

    async def create_many(self, request: client_pb2.CreateManyRequest) -> client_pb2.CreateManyResponse:
        """See `CreateMany`."""
        made = await self._creation.create_many(request)
        response = client_pb2.CreateManyResponse(objects=made.records, interface=made.interface)
        for record in response.objects:
            self.services.directory.locate(record)
        return response

    async def register_kind(self, request: client_pb2.RegisterKindRequest) -> client_pb2.RegisterKindResponse:
        """See `RegisterKind`."""
        in_own_names(request.kind.spec.deployment_managers)
        kind = await self._finish(self._kinds.register(request), f"registration of kind {request.kind.name}")
        return client_pb2.RegisterKindResponse(kind=kind)

    async def list_kinds(self, request: client_pb2.ListKindsRequest) -> client_pb2.ListKindsResponse:
        """See `ListKinds`."""
        return await list_kinds(self.services.registry.store, request)

    async def delete_kind(self, request: client_pb2.DeleteKindRequest) -> client_pb2.DeleteKindResponse:
        """See `DeleteKind`."""
        await self._finish(self._kinds.delete(request), f"removal of kind {request.name}")
        return client_pb2.DeleteKindResponse()

    async def get_or_create(self, request: client_pb2.GetOrCreateRequest) -> client_pb2.GetOrCreateResponse:
        """See `GetOrCreate`."""
        record, created = await self._kinds.get_or_create(request)
        return client_pb2.GetOrCreateResponse(object=self.services.located(record), created=created)

    async def get(self, request: client_pb2.GetRequest) -> client_pb2.GetResponse:
        """See `Get`."""
        stored = await self.services.registry.find(request.name_or_id)
        return client_pb2.GetResponse(object=self.services.located(stored.record))

    async def list(self, request: client_pb2.ListRequest) -> client_pb2.ListResponse:
        """See `List`."""
        response = await list_objects(self.services.registry, request)
        for record in response.objects:
            self.services.losses.say(self.services.directory.locate(record))
        return response

    async def watch(self, request: client_pb2.WatchRequest) -> AsyncGenerator[client_pb2.WatchResponse, None]:
        """See `Watch`."""
        async with aclosing(watch_objects(self.services.registry, request)) as responses:
            async for response in responses:
                self.services.losses.say(self.services.directory.locate(response.object))
                yield response

    async def delete(self, request: client_pb2.DeleteRequest) -> client_pb2.DeleteResponse:
        """See `Delete`."""
        await self.shards.refuse(request.name_or_id, "deleted")
        await self._finish(self._deletion.delete(request.name_or_id, request.request_id), f"deletion of {request.name_or_id}")
        return client_pb2.DeleteResponse()

    async def move(self, request: client_pb2.MoveRequest) -> client_pb2.MoveResponse:
        """See `Move`."""
        await self._sleeping.awake(request.name_or_id)
        stored, lost = await self._finish(self._movement.move(request), f"move of {request.name_or_id}")
        return client_pb2.MoveResponse(object=self.services.located(stored.record), lost=lost)

    async def restart(self, request: client_pb2.RestartRequest) -> client_pb2.RestartResponse:
        """See `Restart`."""
        work = self._restart.restart(request.name_or_id, request.request_id, never_anew=request.never_anew)
        stored, origin = await self._finish(work, f"restart of {request.name_or_id}")
        return client_pb2.RestartResponse(object=self.services.located(stored.record), origin=origin)

    async def attach(self, request: client_pb2.AttachRequest) -> client_pb2.AttachResponse:
        """See `Attach`."""
        await self.shards.refuse(request.name_or_id, "given another chain")
        in_own_names(request.deployment_managers)
        await self._sleeping.awake(request.name_or_id)
        stored, pending = await self._finish(self._attachment.attach(request), f"new chain of {request.name_or_id}")
        return client_pb2.AttachResponse(object=self.services.located(stored.record), pending_kernels=pending)

    async def sleep(self, request: oms_pb2.SleepRequest) -> oms_pb2.SleepResponse:
        """See `Sleep`."""
        return oms_pb2.SleepResponse(asleep=await self._finish(self._sleeping.sleep(request), f"sleep of {request.object_id}"))

    async def wake(self, request: oms_pb2.WakeRequest) -> oms_pb2.WakeResponse:
        """See `Wake`."""
        stored = await self._finish(self._sleeping.wake(request.object_id), f"return of {request.object_id}, which was asleep")
        return oms_pb2.WakeResponse(object=self.services.located(stored.record))

    async def kernels(self, request: client_pb2.KernelsRequest) -> client_pb2.KernelsResponse:
        """See `Kernels`."""
        # Which kernels live is known from memory alone, and a leader that was deposed while it stood still remembers what was.
        await self.services.registry.store.confirm(0.0)
        return client_pb2.KernelsResponse(kernels=self.services.directory.all(include_dead=request.include_dead))

    async def commit_location(self, request: oms_pb2.CommitLocationRequest) -> oms_pb2.CommitLocationResponse:
        """See `CommitLocation`."""
        stored = await self._finish(self._location.commit(request), f"new location of {request.object_id}")
        return oms_pb2.CommitLocationResponse(object=self.services.located(stored.record))

    async def put_artifact(self, parts: AsyncIterator[client_pb2.PutArtifactRequest]) -> client_pb2.PutArtifactResponse:
        """See `PutArtifact`."""
        return await self._artifacts.put(parts)

    async def get_artifact(self, request: oms_pb2.GetArtifactRequest) -> AsyncGenerator[oms_pb2.GetArtifactResponse, None]:
        """See `GetArtifact`."""
        async with aclosing(self._artifacts.get(request)) as parts:
            async for part in parts:
                yield part

    async def call_coordinator(self, request: oms_pb2.CallPartRequest) -> oms_pb2.CallPartResponse:
        """See `CallCoordinator`."""
        value = await self.services.coordination.call(request)
        await self._confirm()
        return oms_pb2.CallPartResponse(value=value)

    async def durable_put(self, request: oms_pb2.DurablePutRequest) -> oms_pb2.DurablePutResponse:
        """See `DurablePut`."""
        return await self.services.registry.values.put(request)

    async def durable_put_many(self, request: oms_pb2.DurablePutManyRequest) -> oms_pb2.DurablePutManyResponse:
        """See `DurablePutMany`."""
        return oms_pb2.DurablePutManyResponse(answers=await self.services.registry.values.put_many(request.puts))

    async def durable_get(self, request: oms_pb2.DurableGetRequest) -> oms_pb2.DurableGetResponse:
        """See `DurableGet`."""
        return await self.services.registry.values.get(request)

    async def _confirm(self) -> None:
        """To be awaited before an answer that grants something from memory alone: leases of kernels, and what coordinators give.

        A successor waits for a lease and a margin before it takes a kernel for dead: until then no lease of ours may be left.
        """
        await self.services.registry.store.confirm(self.services.directory.detector.margin / 2)

    async def _watch_leases(self) -> None:
        detector, loop = self.services.directory.detector, asyncio.get_running_loop()
        interval = detector.lease / 10
        while True:
            begun = loop.time()
            await asyncio.sleep(interval)
            late = loop.time() - begun - interval
            if late > interval:
                detector.paused(late)
            self.tick()
