"""Kernels apply new specs: the service tells them until they have.

A spec carries a generation. A kernel that has an instance, or remembers a record, must hear of a newer one. What it has not yet
applied is remembered here, for as long as the kernel stays in its life, and is repeated until the kernel says that it has applied it,
by its answer, by a sign of life or when it registers again. A new process of the service learns which instances are behind from what
kernels list when they register.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from amino_wire.errors import AminoError
from amino_wire.instances import instance_id, object_of
from amino_wire.pb import common_pb2, oms_pb2

from amino_oms.background import BackgroundTasks
from amino_oms.clock import Clock
from amino_oms.membership.kernel_calls import KernelCalls
from amino_oms.membership.kernel_directory import KernelDirectory
from amino_oms.registry.object_registry import ObjectRegistry

_log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_OTHERS_SECONDS = 5.0
_APPLY_SECONDS = 60.0
"""How long one telling may take. An exchange of managers waits for leases that the old ones have granted."""


@dataclass(slots=True)
class _Telling:
    """The news that one kernel is to hear of one object."""

    generation: int
    epoch: int
    task: asyncio.Task[None] | None = None
    confirmed: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Generations:
    """Which kernels have not yet applied what."""

    def __init__(
        self, registry: ObjectRegistry, directory: KernelDirectory, kernels: KernelCalls, background: BackgroundTasks, clock: Clock
    ) -> None:
        self._registry, self._directory, self._kernels = registry, directory, kernels
        self._background, self._clock = background, clock
        self._tellings: dict[tuple[str, str], _Telling] = {}
        self._in_force: list[Callable[[str], Awaitable[None]]] = []

    def when_in_force(self, hear: Callable[[str], Awaitable[None]]) -> None:
        """`hear` is told the id of each object whose kernels have applied its newest spec."""
        self._in_force.append(hear)

    def expect(self, record: common_pb2.ObjectRecord, kernel_id: str) -> None:
        """Begins to tell a kernel of a record, unless it is being told of this one or a later one already."""
        key = (kernel_id, record.id)
        known = self._tellings.get(key)
        if known is None:
            known = self._tellings[key] = _Telling(record.spec.generation, record.status.epoch)
            known.task = self._background.start(self._tell(key, known), f"spec of {record.id} for kernel {kernel_id}")
        known.generation = max(known.generation, record.spec.generation)
        known.epoch = max(known.epoch, record.status.epoch)

    def announce(self, record: common_pb2.ObjectRecord) -> None:
        """Tells all living kernels of a changed record: the object's own must apply it, others may remember the old one."""
        for kernel in self._directory.all(include_dead=False):
            self.expect(record, kernel.id)

    def applied(self, kernel_id: str, states: Iterable[common_pb2.InstanceState]) -> None:
        """A kernel reports the generations that are in force for its instances."""
        least: dict[str, tuple[int, int]] = {}
        for state in states:
            object_id = object_of(state.instance)
            seen = (state.generation, state.epoch)
            least[object_id] = min(seen, least.get(object_id, seen))
        for object_id, (generation, epoch) in least.items():
            telling = self._tellings.get((kernel_id, object_id))
            if telling is not None and generation >= telling.generation and epoch >= telling.epoch:
                telling.confirmed = True
                self._done((kernel_id, object_id), telling)

    def behind(self, object_id: str) -> list[str]:
        """The kernels that have not applied the newest spec of an object, or have not forgotten its old record."""
        return sorted(kernel_id for kernel_id, told in self._tellings if told == object_id)

    async def wait(self, record: common_pb2.ObjectRecord, seconds: float) -> list[str]:
        """Waits until the kernels that have instances of an object have applied its spec, and the others have forgotten the old record.

        Arguments:
            seconds: for how long; for kernels without instances of the object at most 5 s.

        Returns:
            The kernels that have instances of the object and have not applied its spec.
        """
        hosts = {replica.kernel_id for replica in record.status.replicas}
        for limit, wanted in ((min(seconds, _OTHERS_SECONDS), False), (seconds, True)):
            tellings = [telling for (kernel, told), telling in self._tellings.items() if told == record.id and (kernel in hosts) is wanted]
            waiting = [asyncio.ensure_future(telling.ended.wait()) for telling in tellings]
            if waiting:
                await asyncio.wait(waiting, timeout=limit)
            for each in waiting:
                each.cancel()
        return [kernel_id for kernel_id in self.behind(record.id) if kernel_id in hosts]

    async def _tell(self, key: tuple[str, str], telling: _Telling) -> None:
        kernel_id, object_id = key
        pause = _FIRST_PAUSE
        try:
            while not telling.ended.is_set():
                kernel = self._directory.find(kernel_id)
                stored = await self._registry.by_id(object_id)
                # A kernel that has begun a new life meanwhile may have an instance again that is to hear of this.
                if kernel is None or stored is None or not self._directory.detector.awaited(kernel_id):
                    return  # the failure detector and the deletion do the rest
                if await self._told(kernel, stored.record, telling):
                    telling.confirmed = True
                    return
                await self._clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
        finally:
            self._done(key, telling)

    async def _told(self, kernel: common_pb2.KernelRecord, record: common_pb2.ObjectRecord, telling: _Telling) -> bool:
        """Whether the kernel has applied the record, or has nothing to apply it to and has forgotten the old one."""
        request = oms_pb2.ObjectChangedRequest(object=self._located(record))
        try:
            answer = await self._kernels.object_changed(kernel, request, _APPLY_SECONDS)
        except AminoError as error:
            _log.info("kernel %s has not applied the spec of object %s yet: %s", kernel.id, record.id, error)
            return False
        here = {instance_id(record.id, replica.path) for replica in record.status.replicas if replica.kernel_id == kernel.id}
        behind = [each for each in answer.applied if each.instance in here and each.generation < telling.generation]
        return not behind and record.spec.generation >= telling.generation and record.status.epoch >= telling.epoch

    def _located(self, record: common_pb2.ObjectRecord) -> common_pb2.ObjectRecord:
        copy = common_pb2.ObjectRecord()
        copy.CopyFrom(record)
        return self._directory.locate(copy)

    def _done(self, key: tuple[str, str], telling: _Telling) -> None:
        telling.ended.set()
        if self._tellings.get(key) is telling:
            del self._tellings[key]
            if telling.confirmed and not self.behind(key[1]):
                for hear in self._in_force:
                    self._background.start(_heard(hear, key[1]), f"end of earlier chains of {key[1]}")


async def _heard(hear: Callable[[str], Awaitable[None]], object_id: str) -> None:
    await hear(object_id)
