"""Puts instances to sleep that nobody calls: their managers save, calls wait, the OMS decides, and the instance ends here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from amino_dms.api import Clock, within
from amino_kernel.instances.chains import Chains
from amino_kernel.instances.idleness import Idleness
from amino_kernel.instances.instance import Happening
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.lifecycle import Lifecycle
from amino_kernel.instances.local_instance import LocalInstance
from amino_kernel.links.oms_client import OmsClient
from amino_wire.errors import AminoError, Moved, Unavailable, as_error
from amino_wire.pb import oms_pb2

log = structlog.get_logger(__name__)

LOOK_SECONDS, SHORTEST_SECONDS = 1.0, 0.05
"""The pause between two looks: a quarter of the shortest time of an instance here, within these."""
PREPARE_SECONDS = 10.0
"""How long managers may take to save. Calls wait meanwhile, and run when it has not worked."""
AGAIN_SECONDS = 0.2


class Sleeper:
    """Looks for idle instances. An instance that may never sleep costs it nothing.

    Args:
        table: The instances of the kernel.
        lifecycle, chains: Through which an instance prepares and leaves.
        oms: Decides.
        kernel_id: This kernel's id.
        life: The incarnation that it is in.
        clock: Measures idleness.
    """

    def __init__(
        self,
        table: InstanceTable,
        lifecycle: Lifecycle,
        chains: Chains,
        oms: OmsClient,
        kernel_id: str,
        life: Callable[[], int],
        clock: Clock,
    ) -> None:
        self._table, self._lifecycle, self._chains, self._oms = table, lifecycle, chains, oms
        self._kernel_id, self._life, self._clock = kernel_id, life, clock
        self._known: dict[str, tuple[LocalInstance, Idleness]] = {}
        self._going: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Looks until it is cancelled."""
        while True:
            shortest = min((local.record.spec.idle_ms / 4000 for local in self._table.idle()), default=LOOK_SECONDS)
            await self._clock.sleep(max(SHORTEST_SECONDS, min(LOOK_SECONDS, shortest)))
            self.look()

    def look(self) -> None:
        """Looks once, and begins to put to sleep what has been idle for its time."""
        now, known = self._clock.now(), self._known
        self._known = {}
        for local in self._table.idle():
            before = known.get(local.id)
            idleness = before[1] if before is not None and before[0] is local else Idleness(-1, now)
            idleness = idleness.seen(local.calls, local.running, now)
            self._known[local.id] = (local, idleness)
            if idleness.over(local.record.spec.idle_ms / 1000, now) and local.state.settled and local.state.chain.on_path:
                self._known[local.id] = (local, Idleness(-1, now))
                task = asyncio.ensure_future(self._put_to_sleep(local, idleness.calls))
                self._going.add(task)
                task.add_done_callback(self._going.discard)

    def close(self) -> None:
        """Gives up what is under way."""
        for task in self._going:
            task.cancel()

    async def _put_to_sleep(self, local: LocalInstance, calls: int) -> None:
        """From the event on no move begins. Every way out leads to STAY or LEFT, so no call waits without end."""
        await self._lifecycle.happen(local, Happening.MOVE)
        try:
            if await self._ready(local, calls) and await self._asleep(local):
                local.moved = Moved(f"Object {local.name} has gone to sleep.")
                await self._lifecycle.happen(local, Happening.LEFT)
                return
        except Exception as error:
            log.warning("an object that nobody calls does not go to sleep", object=local.name, error=as_error(error).message)
        await self._lifecycle.happen(local, Happening.STAY)

    async def _ready(self, local: LocalInstance, calls: int) -> bool:
        """Whether all is saved and no call has come since it was found idle. New calls wait from the freezing on."""
        managers = local.managers
        if managers is None:
            return False
        await within(self._clock, PREPARE_SECONDS, managers.settle())
        await within(self._clock, PREPARE_SECONDS, self._chains.freeze(local))
        await local.runtime.bridge.hold(local.id, int(PREPARE_SECONDS * 1000))
        return local.calls == calls and not local.gone

    async def _asleep(self, local: LocalInstance) -> bool:
        """The OMS is asked until it answers: whether the object sleeps must be known before a call runs here again."""
        request = oms_pb2.SleepRequest(object_id=local.object_id, epoch=local.epoch, kernel_id=self._kernel_id, incarnation=self._life())
        while not local.gone:
            try:
                answer: oms_pb2.SleepResponse = await self._oms.ask(self._oms.stub.Sleep, request)
                return answer.asleep
            except Unavailable:
                await self._clock.sleep(AGAIN_SECONDS)
            except AminoError as error:
                log.warning("the OMS does not say whether an object sleeps", object=local.name, error=error.message)
                await self._clock.sleep(AGAIN_SECONDS)
        return False
