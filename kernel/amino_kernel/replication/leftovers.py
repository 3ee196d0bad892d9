"""Logs of groups whose objects are gone: they are removed from the disk."""

from __future__ import annotations

import structlog
from amino_dms.api import Clock
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.replication.kernel_log import KernelLog
from amino_wire.errors import AminoError, ObjectNotFound

log = structlog.get_logger(__name__)

_PAUSE = 60.0


class Leftovers:
    """Asks the OMS now and then for the objects of members that do not run here.

    Arguments:
        disk_log: of the kernel; None: it has none.
        oms: knows which objects there are.
        clock: of the kernel.
    """

    def __init__(self, disk_log: KernelLog | None, oms: OmsClient, clock: Clock) -> None:
        self._log, self._oms, self._clock = disk_log, oms, clock

    async def run(self) -> None:
        """Runs until cancelled."""
        while self._log is not None:
            await self._clock.sleep(_PAUSE)
            for group in self._log.groups():
                await self._look(self._log, group)

    async def _look(self, disk_log: KernelLog, group: str) -> None:
        try:
            await self._oms.get(group)
        except ObjectNotFound:
            if disk_log.resting(group) is not None:
                log.info("the log of an object that was deleted is removed", object=group)
                disk_log.forget(group)
        except AminoError:
            return  # the next look will tell
