"""The leader of a group whose log is in the store: any replica may be it, since the store takes one entry for each position."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from amino_wire.errors import AminoError, KernelUnavailable

from amino_dms.api import CoordinatorKernel
from amino_dms.replication.group import Group

_log = logging.getLogger(__name__)
SIGN_SECONDS = 0.4
"""How long a replica may take to say how far it is."""


class StoreLeadership:
    """See `Leadership`."""

    def __init__(self, kernel: CoordinatorKernel) -> None:
        self._kernel = kernel
        self._group = Group()
        self._deciding = asyncio.Lock()

    @property
    def group(self) -> Group:
        return self._group

    @property
    def trouble(self) -> str:
        return ""

    async def founded(self) -> bool:
        return False  # its log knows all, whichever replicas there are

    async def formed(self) -> None:
        """The first replica leads."""

    async def look(self, epoch: int, leader: int) -> None:
        async with self._deciding:
            if Group(epoch, leader) == self._group and await self._position(leader) < 0:
                await self._elect({leader})

    async def without(self, number: int, node: str) -> None:
        async with self._deciding:
            if number == self._group.leader:
                try:
                    await self._elect({number})
                except KernelUnavailable:
                    return  # all have ended: the log is there, and it leads again

    def counts(self, number: int) -> bool:
        return number == self._group.leader

    async def leave(self, number: int) -> None:
        """The log is in the store."""

    async def exchange(self, leaves: int, comes: int) -> bool:
        """A replica that applies the log knows all that was answered."""
        async with self._deciding:
            if await self._position(comes) < 0:
                return False
            if leaves == self._group.leader:
                await self._elect({leaves})
            return True

    def came(self, number: int) -> None:
        self._kernel.spawn(self._tell(number, self._group))

    async def survives(self) -> bool:
        return True

    def whole(self) -> bool:
        return True

    def save(self) -> Any:
        return self._group.to_value()

    def load(self, saved: Any) -> None:
        self._group = Group.from_value(saved)

    async def _elect(self, without: set[int]) -> None:
        candidates = [replica.number for replica in self._kernel.replicas() if replica.number not in without]
        signs = await asyncio.gather(*(self._position(number) for number in candidates))
        furthest = max(zip(signs, candidates, strict=True), default=(-1, -1))
        if furthest[0] < 0:
            raise KernelUnavailable(f"no other replica of {self._kernel.title} gives a sign of life at the moment; call again")
        self._group = Group(self._group.epoch + 1, furthest[1])
        _log.info("replica %d of %s leads in epoch %d", self._group.leader, self._kernel.title, self._group.epoch)
        for replica in self._kernel.replicas():
            self._kernel.spawn(self._tell(replica.number, self._group))

    async def _position(self, number: int) -> int:
        """How far a replica is; -1: it gives no sign of life."""
        try:
            return int(await self._kernel.instance_manager(number).call("where", budget=SIGN_SECONDS))
        except AminoError:
            return -1

    async def _tell(self, number: int, group: Group) -> None:
        try:
            await self._kernel.instance_manager(number).call("lead", group.epoch, group.leader, budget=SIGN_SECONDS)
        except AminoError:
            return  # it asks when a caller names a later epoch than it knows
