"""Instances whose managers have lost the right to save: the kernel asks the OMS what they are, and ends those that stand for the object."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable

import structlog
from amino_dms.api import Clock
from amino_kernel.instances.hosting import Hosting
from amino_kernel.instances.instance import Life
from amino_kernel.instances.local_instance import LocalInstance
from amino_kernel.links.oms_client import OmsClient
from amino_wire.errors import AminoError, NotFound
from amino_wire.pb import common_pb2
from amino_wire.records import epoch_of, replica_at

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0


class Settlement(enum.Enum):
    """What becomes of an instance that may not save."""

    DROP = "drop"
    """The object lives elsewhere, or was deleted."""
    REPORT = "report"
    """The OMS takes this instance for the object. It ends, and the OMS hears that it is lost and brings the object back."""
    LEAVE = "leave"
    """The OMS knows that the object is lost: its recovery decides about this instance too."""


def settlement(local: LocalInstance, record: common_pb2.ObjectRecord | None, kernel_id: str) -> Settlement:
    """Answers what becomes of an instance that may not save, by what the OMS says about its object. Pure.

    Args:
        local: The instance.
        record: The OMS's record; None where there is none.
        kernel_id: This kernel.
    """
    replica = None if record is None else replica_at(record, local.path)
    if record is None or replica is None:
        return Settlement.DROP
    if replica.kernel_id != kernel_id:
        return Settlement.DROP if epoch_of(record, local.path) > local.epoch else Settlement.LEAVE
    return Settlement.REPORT if record.status.state == common_pb2.OBJECT_STATE_ACTIVE else Settlement.LEAVE


class Disowned:
    """Settles with the OMS what becomes of instances that may not save.

    Args:
        hosting: Ends instances whose objects live elsewhere; asked for when it is there.
        ended: Told of an instance that ends here although the OMS takes it for the object.
    """

    def __init__(
        self, hosting: Callable[[], Hosting], oms: OmsClient, kernel_id: str, clock: Clock, ended: Callable[[LocalInstance], None]
    ) -> None:
        self._hosting, self._oms, self._kernel_id, self._clock, self._ended = hosting, oms, kernel_id, clock, ended
        self._settling: dict[str, asyncio.Task[None]] = {}

    def tell(self, local: LocalInstance) -> None:
        """An instance may not save. May be told again and again."""
        if local.id not in self._settling:
            task = asyncio.ensure_future(self._until_settled(local))
            self._settling[local.id] = task
            task.add_done_callback(lambda _: self._settling.pop(local.id, None))

    def close(self) -> None:
        for task in list(self._settling.values()):
            task.cancel()

    async def _until_settled(self, local: LocalInstance) -> None:
        pause = FIRST_PAUSE
        while local.state.life is Life.ACTIVE:
            try:
                await self._settle(local)
                return
            except AminoError as error:
                log.warning("what becomes of a copy that may not save is not settled yet", object=local.name, error=error.message)
            await self._clock.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)

    async def _settle(self, local: LocalInstance) -> None:
        try:
            record: common_pb2.ObjectRecord | None = await self._oms.get(local.object_id)
        except NotFound:
            record = None
        if local.state.life is not Life.ACTIVE:
            return
        decision = settlement(local, record, self._kernel_id)
        if decision is Settlement.DROP:
            log.warning("an object of this kernel lives elsewhere now", object=local.name)
            local.whereabouts = record
            await self._hosting().drop(local)
        elif decision is Settlement.REPORT:
            log.warning("a copy of an object may not save any more and ends; its deployment managers bring it back", object=local.name)
            self._ended(local)
