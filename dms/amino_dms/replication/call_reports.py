"""A caller tells the coordinator now and then that it calls, so that replicas can follow."""

from __future__ import annotations

from amino_wire.errors import AminoError

from amino_dms.api import ProxyKernel
from amino_dms.replication.callers import LEAST_PAUSE, LONGEST_PAUSE


class CallReports:
    """Of one caller. The coordinator says how much time passes between two reports; chance keeps many callers apart."""

    def __init__(self, kernel: ProxyKernel) -> None:
        self._kernel = kernel
        self._calls = 0
        self._told = self._next = float("-inf")

    def note(self) -> None:
        """A call is made."""
        self._calls += 1
        now = self._kernel.clock.now()
        if now < self._next:
            return
        self._next = now + LEAST_PAUSE * self._kernel.random.uniform(0.75, 1.25)
        if now >= self._told + 2 * LONGEST_PAUSE:
            self._told = now - LEAST_PAUSE  # it has begun to call (anew): a report follows
            self._next = now + LEAST_PAUSE * self._kernel.random.random() / 5
            return
        self._kernel.spawn(self._tell(now))

    async def _tell(self, now: float) -> None:
        calls, self._calls = self._calls, 0
        waited, self._told = now - self._told, now
        try:
            pause = await self._kernel.coordinator().call("called", self._kernel.node.id, calls, waited)
        except AminoError:
            self._calls += calls
        else:
            self._next = now + pause * self._kernel.random.uniform(0.75, 1.25)
