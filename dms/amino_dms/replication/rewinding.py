"""The way back: a state of a replica, and the entries that were applied since."""

from __future__ import annotations

import logging
from typing import Any, Final

from amino_wire.errors import AminoError, Moved, Unavailable

from amino_dms.api import InstanceKernel, Next, Snapshot
from amino_dms.replication.entries import Calls
from amino_dms.replication.machine import Machine

_log = logging.getLogger(__name__)

_BYTES: Final = 16 << 20
"""Of entries that are kept; with more of them, the state is captured anew."""
_AGAIN_SECONDS: Final = 60.0
"""After how long a state is tried again that could not be captured."""
_RARELY: Final = 50
"""Capturing takes at most one part in so many of the time."""


class Rewinding:
    """Brings a replica back to where it was before the entry at which a call has failed.

    Arguments:
        kernel, machine: of the replica.
        every: after how many entries the state is captured anew.
    """

    def __init__(self, kernel: InstanceKernel, machine: Machine, every: int) -> None:
        self._kernel, self._machine, self._every = kernel, machine, every
        self._base: Snapshot | None = None
        self._known: list[Any] = []
        self._since: list[tuple[int, Calls]] = []
        self._floor = self._bytes = 0
        self._again = float("-inf")
        self._took, self._at = 0.0, float("-inf")

    @property
    def floor(self) -> int:
        """Up to this position nothing is run again; -1: there is no way back."""
        return self._floor if self._base is not None else -1

    def forget(self) -> None:
        """The state has become another one."""
        self._base, self._since, self._bytes = None, [], 0

    async def before(self, position: int) -> None:
        """An entry is applied next."""
        if self._is_far() if self._base is not None else self._kernel.clock.now() >= self._again:
            await self._capture(position - 1)

    def after(self, position: int, entry: Calls) -> None:
        """It has been applied."""
        if self._base is not None:
            self._since.append((position, entry))
            self._bytes += sum([call.size for call in entry.calls])

    async def back(self, next: Next) -> bool:
        """Goes back to the state before the entry that is applied now. False: there is no way back."""
        if self._base is None:
            return False
        await self._kernel.install(self._base)
        self._machine.take_over(self._known)
        for position, entry in self._since:
            await self._machine.run(entry, next, lambda _, __: None, position)
        return True

    def _is_far(self) -> bool:
        if self._bytes >= _BYTES:
            return True
        return len(self._since) >= self._every and self._kernel.clock.now() >= self._at + _RARELY * self._took

    async def _capture(self, position: int) -> None:
        began = self._kernel.clock.now()
        try:
            self._base, self._known = await self._kernel.capture(), self._machine.to_value()
        except (Moved, Unavailable):
            raise
        except AminoError as error:
            _log.info("a call that fails on all replicas of %s ends them: %s", self._kernel.title, error)
            self.forget()
            self._again = self._kernel.clock.now() + _AGAIN_SECONDS
            return
        self._at = self._kernel.clock.now()
        self._took, self._floor, self._since, self._bytes = self._at - began, position, [], 0
