"""Moved objects that wait here for the word that they are ours. One that hears nothing makes the kernel ask the OMS."""

from __future__ import annotations

import asyncio

import structlog
from amino_dms.api import Clock
from amino_kernel.instances.hosting import Hosting
from amino_kernel.instances.object_table import LocalObject, ObjectTable, Standing
from amino_kernel.links.oms_client import OmsClient
from amino_wire.errors import AminoError, NotFound
from amino_wire.pb import common_pb2

log = structlog.get_logger(__name__)

SILENCE_SECONDS = 2.0
LONGEST_SECONDS = 60.0


def verdict(local: LocalObject, record: common_pb2.ObjectRecord | None, kernel_id: str) -> str:
    """Answers "activate", "drop" or "wait" for a passive object, by what the OMS says about it. Pure.

    Args:
        local: The passive object, with the epoch it will have.
        record: The OMS's record, None when it has none.
        kernel_id: This kernel.
    """
    if record is None or record.status.state == common_pb2.OBJECT_STATE_LOST:
        return "drop"
    mine = any(each.path == local.path and each.kernel_id == kernel_id for each in record.status.replicas)
    if record.status.epoch < local.record.status.epoch:
        return "wait"
    return "activate" if mine and record.status.epoch == local.record.status.epoch else "drop"


class Arrivals:
    """Asks the OMS about objects that stay passive too long."""

    def __init__(self, table: ObjectTable, hosting: Hosting, oms: OmsClient, kernel_id: str, clock: Clock) -> None:
        self._table = table
        self._hosting = hosting
        self._oms = oms
        self._kernel_id = kernel_id
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    def expect(self, object_id: str) -> None:
        """Begins to watch over an object that has just arrived."""
        task = asyncio.ensure_future(self._watch(object_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _watch(self, object_id: str) -> None:
        pause = SILENCE_SECONDS
        while True:
            await self._clock.sleep(pause)
            pause = min(LONGEST_SECONDS, pause * 1.5)
            local = self._table.get(object_id)
            if local is None or local.standing is not Standing.PASSIVE:
                return
            try:
                if await self._settle(local):
                    return
            except AminoError as error:
                log.warning("a moved object cannot be settled yet", object=object_id, error=error.message)

    async def _settle(self, local: LocalObject) -> bool:
        try:
            record: common_pb2.ObjectRecord | None = await self._oms.get(local.id)
        except NotFound:
            record = None
        decision = verdict(local, record, self._kernel_id)
        # Meanwhile its source may have spoken.
        current = self._table.get(local.id)
        if current is not local or decision == "wait":
            return current is not local
        if decision == "activate":
            await self._hosting.activate(local.id, local.record.status.epoch)
        else:
            await self._hosting.drop(local.id)
        return True
