"""Moved objects that wait here for the word that they are ours. For an object that hears nothing the kernel asks the OMS."""

from __future__ import annotations

import asyncio

import structlog
from amino_dms.api import Clock
from amino_kernel.instances.hosting import Hosting
from amino_kernel.instances.instance import Life
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.local_instance import LocalInstance
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.membership.membership import Membership
from amino_wire.errors import AminoError, NotFound
from amino_wire.pb import common_pb2
from amino_wire.records import epoch_of, replica_at

log = structlog.get_logger(__name__)

SILENCE_SECONDS = 2.0
LONGEST_SECONDS = 60.0


def verdict(local: LocalInstance, record: common_pb2.ObjectRecord | None, kernel_id: str) -> str:
    """Answers "activate", "offer", "drop" or "wait" for a passive instance, by what the OMS says about its object. Pure.

    While the object is lost in the epoch that it is to leave, the instance may be the last copy there is: it waits, since a restart may
    take it. A later epoch that places the object here is one in which other replicas came or went. Where the object is lost, and was
    here, the move was committed before anybody knew that this kernel lives: it offers the instance to the OMS.

    Args:
        local: The passive object, with the epoch it will have.
        record: The OMS's record, None when it has none.
        kernel_id: This kernel.
    """
    if record is None:
        return "drop"
    epoch = epoch_of(record, local.path)
    if epoch < local.epoch:
        return "wait"
    replica = replica_at(record, local.path)
    if replica is None or replica.kernel_id != kernel_id:
        return "drop"
    return "activate" if record.status.state == common_pb2.OBJECT_STATE_ACTIVE else "offer"


class Arrivals:
    """Asks the OMS about objects that stay passive too long.

    `membership` tells the OMS what the kernel has, but not of passive instances.
    """

    def __init__(
        self, table: InstanceTable, hosting: Hosting, oms: OmsClient, kernel_id: str, clock: Clock, membership: Membership
    ) -> None:
        self._table = table
        self._hosting = hosting
        self._oms = oms
        self._kernel_id = kernel_id
        self._clock = clock
        self._membership = membership
        self._tasks: set[asyncio.Task[None]] = set()

    def expect(self, instance: str) -> None:
        """Begins to watch over an instance that has just arrived."""
        local = self._table.get(instance)
        if local is not None:
            local.listing = self._membership.listings()
        task = asyncio.ensure_future(self._watch(instance))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def activated(self, instance: str) -> None:
        """The source of an instance has said that its move is committed.

        A list that the OMS has had since it arrived lacks it, so that the OMS takes the object for lost.
        """
        local = self._table.get(instance)
        if local is None or local.listing is None:
            return
        late, local.listing = local.listing != self._membership.listings(), None
        if late:
            self._membership.list_again()

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _watch(self, instance: str) -> None:
        pause = SILENCE_SECONDS
        while True:
            await self._clock.sleep(pause)
            pause = min(LONGEST_SECONDS, pause * 1.5)
            local = self._table.get(instance)
            if local is None or local.state.life is not Life.PASSIVE:
                return
            try:
                if await self._settle(local):
                    return
            except AminoError as error:
                log.warning("a moved object cannot be settled yet", object=instance, error=error.message)

    async def _settle(self, local: LocalInstance) -> bool:
        try:
            record: common_pb2.ObjectRecord | None = await self._oms.get(local.object_id)
        except NotFound:
            record = None
        decision = verdict(local, record, self._kernel_id)
        # Meanwhile its source may have spoken.
        current = self._table.get(local.id)
        if current is not local or decision == "wait":
            return current is not local
        if decision == "offer":
            local.offered = True
            self._membership.list_again()
            return False
        if decision == "activate" and record is not None:
            await self._hosting.activate(local.object_id, local.path, local.epoch)
            await self._hosting.follow(record)
        else:
            await self._hosting.drop(local)
        return True
