"""Carries out what the state machine of instances says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

import structlog
from amino_dms.api import Clock
from amino_kernel.instances.chains import Chains
from amino_kernel.instances.instance import Effect, Event, Happening, Life, Told, step
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.local_instance import LocalInstance
from amino_kernel.links.record_cache import RecordCache
from amino_wire.errors import AminoError, Moved, as_error
from amino_wire.pb import common_pb2

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
BATCH = 1000
"""How many instances hear of the lease before other work of the kernel has a turn."""


class Lifecycle:
    """Feeds events to instances and carries the effects out, in their order, each whatever became of the one before.

    Arguments:
        report: hears which generation is in force for an instance, for the OMS.
    """

    def __init__(
        self,
        table: InstanceTable,
        records: RecordCache,
        chains: Chains,
        clock: Clock,
        report: Callable[[common_pb2.InstanceState], None],
    ) -> None:
        self._table = table
        self._records = records
        self._chains = chains
        self._clock = clock
        self._report = report
        self._fenced = False
        self._ending: dict[str, asyncio.Future[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, local: LocalInstance) -> None:
        """Puts an instance into the table that is about to be made, when the one that had its id before has left the JVM half."""
        while (ending := self._ending.get(local.id)) is not None:
            await asyncio.shield(ending)
        if self._fenced:
            local.state, _ = step(local.state, Happening.FENCED)
        self._table.put(local)

    async def told(self, local: LocalInstance, record: common_pb2.ObjectRecord) -> None:
        """The kernel has heard of a newer record of an instance's object."""
        if record.spec.generation < local.state.wanted.generation or record.status.epoch < local.record.status.epoch:
            return
        complete = common_pb2.ObjectRecord()
        complete.CopyFrom(record)
        complete.interface.CopyFrom(local.record.interface)
        local.record = complete
        await self.happen(local, Told(self._chains.facts(record)))

    async def happen(self, local: LocalInstance, event: Event) -> None:
        """Something has happened to an instance. Returns when what follows has been done."""
        before = local.state.life
        local.state, effects = step(local.state, event)
        if local.state.life is Life.GONE and before is not Life.GONE:
            # It comes to its end though nobody waits for that any more: the next instance under its id waits for it.
            await asyncio.shield(self._run(self._gone(local, effects, self._ends(local))))
        else:
            await self._follow(local, effects)

    async def _gone(self, local: LocalInstance, effects: Sequence[Effect], ended: asyncio.Future[None]) -> None:
        try:
            await self._follow(local, effects)
        finally:
            self._ending.pop(local.id, None)
            ended.set_result(None)

    async def _follow(self, local: LocalInstance, effects: Sequence[Effect]) -> None:
        for effect in effects:
            try:
                await self._carry_out(local, effect)
            except Exception as error:
                log.warning("a step in the life of an object failed", object=local.name, step=effect.value, error=as_error(error).message)

    async def fence(self) -> None:
        """The kernel's lease has ended, and the JVM halves answer for no object any more."""
        self._fenced = True
        await self._tell_all(Happening.FENCED)

    async def unfence(self) -> None:
        """The kernel's lease is renewed: the instances that are still here answer again."""
        self._fenced = False
        await self._tell_all(Happening.UNFENCED)

    async def _tell_all(self, event: Event) -> None:
        everything = list(self._table)
        for start in range(0, len(everything), BATCH):
            await asyncio.gather(*(self.happen(local, event) for local in everything[start : start + BATCH]))
            await self._clock.sleep(0)

    def lost(self, local: LocalInstance) -> bool:
        """An instance has ended with its context or its JVM half. Whether it was still there.

        It is out of the table, and its managers reach nothing any more, when this returns: its successor may be made at once.
        """
        local.state, effects = step(local.state, Happening.LOST)
        if effects:
            self._table.remove(local)
            self._records.forget(local.object_id)
            self._chains.abandon(local, _moved(local))
            self._run(self._clear(local, self._ends(local)))
        return bool(effects)

    def close(self) -> None:
        """Gives up what would be tried again."""
        for task in self._tasks:
            task.cancel()

    def _ends(self, local: LocalInstance) -> asyncio.Future[None]:
        local.runtime.unused(local.record.spec.artifact)
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ending[local.id] = ended
        return ended

    async def _carry_out(self, local: LocalInstance, effect: Effect) -> None:
        bridge, instance = local.runtime.bridge, local.id
        match effect:
            case Effect.OPEN:
                await self._open(local)
            case Effect.EXCHANGE:
                await self.happen(local, await self._exchanged(local))
            case Effect.ROUTE:
                await bridge.manage(instance, *self._chains.routing(local.record))
            case Effect.UPDATE:
                await bridge.epoch(instance, local.epoch)
                await self._chains.update(local)
            case Effect.PUBLISH:
                self._records.learn(local.record)
            case Effect.RESUME:
                await bridge.resume(instance)
            case Effect.THAW:
                self._chains.thaw(local)
            case Effect.REPORT:
                local.retry_pause = 0.0
                self._report(local.reported())
            case Effect.RETRY:
                self._later(local)
            case Effect.FORGET:
                self._table.remove(local)
                self._records.forget(local.object_id)
                if local.whereabouts is not None:
                    self._records.learn(local.whereabouts)
            case Effect.CLOSE:
                await self._chains.close(local, _moved(local))
            case Effect.ABANDON:
                self._chains.abandon(local, _moved(local))
            case Effect.RELEASE:
                await bridge.release(instance, _moved(local).details)
            case Effect.DESTROY:
                await bridge.destroy(instance)

    async def _open(self, local: LocalInstance) -> None:
        try:
            await self._chains.open(local)
        except Exception as error:
            local.failure = as_error(error)
            await self.happen(local, Happening.OPENING_FAILED)
        else:
            await self.happen(local, Happening.OPENED)

    async def _exchanged(self, local: LocalInstance) -> Happening:
        try:
            # From here on no call reaches the object but through this half, whatever becomes of the managers.
            await local.runtime.bridge.manage(local.id, True)
        except AminoError as error:
            log.warning("the managers of an object stay as they are", object=local.name, error=error.message)
            return Happening.EXCHANGE_REFUSED
        return await self._chains.exchange(local)

    def _later(self, local: LocalInstance) -> None:
        if local.retries:
            return  # it has failed once more in between, as where news of its record came
        local.retries = True
        local.retry_pause = min(LONGEST_PAUSE, 2 * local.retry_pause or FIRST_PAUSE)

        async def again() -> None:
            await self._clock.sleep(local.retry_pause)
            local.retries = False
            await self.happen(local, Happening.RETRY)

        self._run(again())

    async def _clear(self, local: LocalInstance, ended: asyncio.Future[None]) -> None:
        """Has the JVM half forget an instance that was lost, so that the next one with its id finds the place free."""
        with suppress(AminoError):
            await local.runtime.bridge.destroy(local.id)
        self._ending.pop(local.id, None)
        ended.set_result(None)

    def _run(self, work: Coroutine[Any, Any, None]) -> asyncio.Future[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _moved(local: LocalInstance) -> Moved:
    details: dict[str, Any] = {}
    return local.moved or Moved(f"Object {local.name} is not in this kernel any more.", details=details)
