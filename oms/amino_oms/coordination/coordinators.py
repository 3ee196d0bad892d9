"""Runs the coordinators of all objects: made when an object is, or when somebody first needs them, and again after a restart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from amino_dms.api import Arrival
from amino_dms.chain import INSTANCE_MANAGER, ObjectFacts, Registry, check
from amino_dms.runtime import CoordinatorRuntime, PartAddress, durable_prefix, durable_prefixes
from amino_dms.runtime.records import replica_of, view_of
from amino_store.transaction import Compare
from amino_wire.errors import (
    AminoError,
    DeadlineExceeded,
    MemberNotFound,
    ObjectNotFound,
    OmsUnavailable,
    StateNotCapturable,
    as_error,
)
from amino_wire.instances import number_of
from amino_wire.pb import common_pb2, oms_pb2
from amino_wire.records import title_of
from amino_wire.values import DEFAULT, encode
from amino_wire.whole import read_map

from amino_oms import clock as service_clock
from amino_oms.background import BackgroundTasks
from amino_oms.coordination.chain_library import ChainLibrary
from amino_oms.coordination.coordination import Replicas, ShardOrders
from amino_oms.coordination.leaders import ask_whoever_leads
from amino_oms.coordination.object_host import ObjectHost, Surroundings
from amino_oms.membership.kernel_calls import KernelCalls
from amino_oms.membership.kernel_directory import KernelDirectory
from amino_oms.registry.keys import MANAGED, last_part
from amino_oms.registry.leaving import forget_left, left
from amino_oms.registry.listing import entries
from amino_oms.registry.object_registry import ObjectRegistry

_log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
_STATE_SECONDS = 10.0
_RETURN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Running:
    """The coordinators of one object; `opened` ends when they have been made."""

    runtime: CoordinatorRuntime
    opened: asyncio.Task[None]
    generation: int


class Coordinators:
    """See `Coordination`. `use` must be called before the first object."""

    def __init__(
        self,
        registry: ObjectRegistry,
        directory: KernelDirectory,
        kernels: KernelCalls,
        clock: service_clock.Clock,
        managers: Registry | None,
        random: Random,
    ) -> None:
        self._registry, self._directory, self._kernels, self._clock = registry, directory, kernels, clock
        self._library = ChainLibrary(managers)
        self._random = random
        self._around: Surroundings | None = None
        self._running: dict[str, _Running] = {}
        self._background = BackgroundTasks()

    def use(self, replicas: Replicas, shards: ShardOrders) -> None:
        """Gives the coordinators what moves and makes replicas, which itself tells them of what it does, and what makes shards."""
        services = (self._registry, self._directory, self._kernels, replicas, shards)
        self._around = Surroundings(*services, self._clock, self.call, self._random)

    def check(self, record: common_pb2.ObjectRecord) -> None:
        """See Coordination."""
        self._library.check(record)

    def check_follows(self, before: common_pb2.ObjectRecord, after: common_pb2.ObjectRecord) -> None:
        """See Coordination."""
        self._library.check_follows(before, after)

    async def check_state(self, record: common_pb2.ObjectRecord) -> None:
        """See Coordination. Where no kernel answers, the managers themselves find out."""
        if not self._library.needs_state(record):
            return
        for replica in record.status.replicas:
            if not self._directory.lives(replica):
                continue
            request = oms_pb2.CopyStateRequest(object_id=record.id, path=replica.path, epoch=record.status.epoch)
            try:
                await self._kernels.copy_state(self._directory.get(replica.kernel_id), request, _STATE_SECONDS)
            except StateNotCapturable as error:
                check(self._library.chain_of(record), ObjectFacts.not_capturable(error))
            except AminoError as error:
                _log.info("kernel %s did not say whether the state of %s can be captured: %s", replica.kernel_id, record.id, error)

    def may_sleep(self, record: common_pb2.ObjectRecord) -> bool:
        """See Coordination."""
        return self._library.may_sleep(record)

    def savers(self, record: common_pb2.ObjectRecord) -> tuple[str, ...]:
        """See Coordination."""
        try:
            return self._library.savers(record)
        except AminoError as error:
            _log.warning("the chain of object %s cannot be made here: %s", record.id, error)
            return tuple(spec.name for spec in record.spec.deployment_managers)

    def has_coordinators(self, record: common_pb2.ObjectRecord) -> bool:
        """See Coordination. A chain whose managers are no longer installed has none."""
        try:
            return self._library.has_coordinators(record)
        except AminoError as error:
            _log.warning("the chain of object %s cannot be made here: %s", record.id, error)
            return False

    def shard_managers(self, record: common_pb2.ObjectRecord) -> list[common_pb2.DeploymentManagerSpec] | None:
        """See Coordination."""
        return self._library.shard_managers(record)

    def hinders_split(self, record: common_pb2.ObjectRecord) -> str | None:
        """See Coordination."""
        return self._library.hinders_split(record)

    def refusals(
        self, record: common_pb2.ObjectRecord, kernels: Iterable[common_pb2.KernelRecord], origin: common_pb2.KernelRecord | None
    ) -> Mapping[str, str]:
        """See Coordination."""
        return self._library.refusals(record, kernels, origin)

    def check_transactional(self, record: common_pb2.ObjectRecord) -> None:
        """See Coordination."""
        self._library.transaction_manager(record)

    async def ask_transactions(self, object_id: str, method: str, args: tuple[Any, ...], seconds: float) -> None:
        """See Coordination."""
        stored = await self._registry.by_id(object_id)
        if stored is None:
            raise ObjectNotFound(f"there is no object with the id {object_id}; it was deleted")
        assert self._around is not None, "use() comes before the first object"
        host, index = ObjectHost(object_id, self._around, stored.record), self._library.transaction_manager(stored.record)
        if not self._library.is_ordered(stored.record, index):
            await host.call_part(PartAddress(object_id, index, INSTANCE_MANAGER), method, args, {}, seconds)
            return
        numbers = [number_of(replica.path) for replica in stored.record.status.replicas if self._directory.lives(replica)]
        places = [PartAddress(object_id, index, INSTANCE_MANAGER, number) for number in numbers]
        await ask_whoever_leads([host.call_part(place, method, args, {}, seconds) for place in places], title_of(stored.record))

    async def created(self, record: common_pb2.ObjectRecord) -> None:
        """See Coordination."""
        await self._opened(record)

    async def exchanged(self, record: common_pb2.ObjectRecord) -> None:
        """See Coordination."""
        if self.has_coordinators(record):
            await self._opened(record)
        else:
            await self._closed(self._running.pop(record.id, None), stay=())

    async def clear(self, before: common_pb2.ObjectRecord, after: common_pb2.ObjectRecord) -> None:
        """See Coordination."""
        had, has = (durable_prefixes(each.id, self._library.chain_of(each)) for each in (before, after))
        for prefix in sorted(has - had):
            await self._registry.values.delete(prefix)

    async def in_force(self, object_id: str) -> None:
        """See Coordination."""
        known, stored = await left(self._registry.store, object_id), await self._registry.by_id(object_id)
        if stored is None or known is None or stored.record.status.state != common_pb2.OBJECT_STATE_ACTIVE:
            return
        kept = durable_prefixes(object_id, self._library.chain_of(stored.record))
        await self._registry.values.delete(durable_prefix(object_id), kept, (Compare.unchanged(known),))
        await forget_left(self._registry.store, known)

    async def replica_returned(self, record: common_pb2.ObjectRecord, replica: common_pb2.Replica) -> bool:
        """See Coordination."""
        runtime = await self._opened(record)
        try:
            return await asyncio.wait_for(runtime.returned(replica_of(replica)), _RETURN_SECONDS)
        except AminoError:
            raise  # of the work itself, which may be a TimeoutError too
        except TimeoutError:
            raise DeadlineExceeded(
                f"the coordinators of object {title_of(record)} did not say within {_RETURN_SECONDS:g} s whether its instance may go on"
            ) from None

    async def destroyed(self, record: common_pb2.ObjectRecord) -> None:
        """See Coordination."""
        await self._closed(self._running.pop(record.id, None), stay=())
        await self._registry.values.delete(durable_prefix(record.id))
        known = await left(self._registry.store, record.id)
        if known is not None:
            await forget_left(self._registry.store, known)

    async def replicas_changed(self, record: common_pb2.ObjectRecord) -> None:
        """See Coordination."""
        # Also while `on_create` is at work: it may be the one that makes replicas, and must see them.
        running = self._running.get(record.id)
        if running is not None and record.status.epoch > running.runtime.view.epoch:
            await running.runtime.update(view_of(record))

    async def replicas_failed(self, record: common_pb2.ObjectRecord, failed: tuple[common_pb2.Replica, ...]) -> bool:
        """See Coordination."""
        runtime = await self._opened(record)
        first: AminoError | None = None
        for replica in failed:
            try:
                done = await runtime.failure(replica_of(replica))
            except AminoError as error:
                # What keeps one from coming back need not keep the others.
                first = first or error
                continue
            if not done and first is None:
                return False
        if first is not None:
            raise first
        return True

    async def call(self, request: oms_pb2.CallPartRequest) -> bytes:
        """See Coordination. Raises ObjectNotFound, MemberNotFound, OmsUnavailable while the object is made, and what the method raises."""
        stored = await self._registry.by_id(request.object_id)
        if stored is None:
            raise ObjectNotFound(f"there is no object with the id {request.object_id}; it was deleted")
        if stored.record.status.state == common_pb2.OBJECT_STATE_CREATING:
            raise OmsUnavailable(
                f"the coordinators of object {title_of(stored.record)} are not there yet, since it is still being made; try again"
            )
        if not self.has_coordinators(stored.record):
            raise MemberNotFound(f"the chain of object {title_of(stored.record)} has no coordinator")
        runtime = await self._opened(stored.record)
        args = DEFAULT.decode_array(request.args) if request.args else []
        kwargs = read_map(request.kwargs)
        work = runtime.call(request.chain_index, request.method, args, kwargs, by_client=request.by_client)
        try:
            return encode(await asyncio.wait_for(work, request.budget_ms / 1000 if request.budget_ms > 0 else None))
        except AminoError:
            raise  # of the work itself, which may be a TimeoutError too
        except TimeoutError:
            raise DeadlineExceeded(f"the coordinator's {request.method} did not answer within {request.budget_ms} ms") from None

    async def resume(self) -> None:
        """See Coordination. Those that cannot be made yet, since kernels are not back, are tried again."""
        async for entry in entries(self._registry.store, MANAGED):
            object_id = last_part(entry.key)
            stored = await self._registry.by_id(object_id)
            if stored is not None and self.has_coordinators(stored.record):
                self._background.start(self._open_until_done(object_id), f"coordinators of object {object_id}")

    async def close(self) -> None:
        """See Coordination."""
        await self._background.close()
        running, self._running = self._running, {}
        for each in running.values():
            each.opened.cancel()
            await each.runtime.close(ended=False)

    async def _opened(self, record: common_pb2.ObjectRecord) -> CoordinatorRuntime:
        """The coordinators of an object, made if need be; many may ask at once. Raises what `on_create` raises; the next one tries anew."""
        running = self._running.get(record.id)
        if running is None or running.generation < record.spec.generation:
            running = self._running[record.id] = self._begun(record, running)
        try:
            await asyncio.shield(running.opened)
        except Exception as error:
            if self._running.get(record.id) is running:
                del self._running[record.id]
                await running.runtime.close(ended=False)
            raise as_error(error) from error
        return running.runtime

    def _begun(self, record: common_pb2.ObjectRecord, before: _Running | None) -> _Running:
        """Begins to make the coordinators of a record, after those of an earlier chain have ended."""
        assert self._around is not None, "use() comes before the first object"
        runtime = CoordinatorRuntime(self._library.chain_of(record), view_of(record), ObjectHost(record.id, self._around))
        stay = {spec.name for spec in record.spec.deployment_managers}

        async def opened() -> None:
            await self._closed(before, stay)
            await runtime.open(Arrival.CREATED if record.spec.generation == 1 else Arrival.ATTACHED)

        return _Running(runtime, asyncio.create_task(opened(), name=f"coordinators of object {title_of(record)}"), record.spec.generation)

    async def _closed(self, running: _Running | None, stay: Collection[str]) -> None:
        """Ends coordinators; those whose managers `stay` only here, since they go on with what they have stored."""
        if running is None:
            return
        running.opened.cancel()
        await asyncio.wait([running.opened])
        try:
            await running.runtime.close(stay=stay)
        except Exception as error:
            _log.warning("a coordinator of object %s did not end well: %s", running.runtime.view.object_id, as_error(error))

    async def _open_until_done(self, object_id: str) -> None:
        pause = _FIRST_PAUSE
        while True:
            stored = await self._registry.by_id(object_id)
            if stored is None or not self.has_coordinators(stored.record):
                return
            try:
                await self._opened(stored.record)
                return
            except AminoError as error:
                _log.info("the coordinators of object %s cannot be made yet: %s", object_id, error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
