"""The questions of a replica to the coordinator, each of which may be answered with a newer decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from amino_wire.errors import AminoError

from amino_dms.api import InstanceKernel
from amino_dms.master_slave.configuration import Configuration, Member

_SECONDS = 2.0


class Questions:
    """Answers go to the replica; a coordinator that does not answer is asked again when there is reason.

    Arguments:
        kernel: of the instance manager.
        heard: takes note of a decision.
    """

    def __init__(self, kernel: InstanceKernel, heard: Callable[[Configuration], int]) -> None:
        self._kernel, self._heard = kernel, heard
        self._asking = False
        self._nudged_at = float("-inf")

    async def who_leads(self, acts_by: int) -> None:
        """The master says by which epoch it acts, other replicas 0."""
        await self._asked("configuration", acts_by)

    def who_leads_now(self) -> None:
        """The same question of a slave, beside whatever it does."""
        if not self._asking:
            self._asking = True
            self._kernel.spawn(self._ask_once())

    async def silent(self, epoch: int, name: str, slave: Member) -> None:
        """The master of that name gets no answer of a slave."""
        await self._asked("silent", epoch, name, slave.number, slave.name)

    async def reads(self, epoch: int, load: list[int]) -> None:
        """The master tells how many reads there were."""
        await self._asked("reads", epoch, *load)

    def nudge(self, master: int, every: float) -> None:
        """Has the master say that it is there; at most once in so many seconds."""
        now = self._kernel.clock.now()
        if now - self._nudged_at >= every:
            self._nudged_at = now
            self._kernel.spawn(self._nudge(master))

    async def _nudge(self, master: int) -> None:
        try:
            await self._kernel.instance_manager(master).call("wake", budget=_SECONDS)
        except AminoError:
            return  # the read is handed on

    async def _ask_once(self) -> None:
        try:
            await self.who_leads(0)
        finally:
            self._asking = False

    async def _asked(self, method: str, *args: Any) -> None:
        try:
            answer = await self._kernel.coordinator().call(method, *args, budget=_SECONDS)
        except AminoError:
            return
        if answer is not None:
            self._heard(Configuration.from_value(answer))
