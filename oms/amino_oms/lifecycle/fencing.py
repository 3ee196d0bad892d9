"""Instances that a kernel was told to drop may be placed there anew while it gets the answer; the kernel drops them all the same.

A kernel makes an instance once by id and epoch. Where an earlier process of the service has had it made, an order of this process is
answered with what is there; if the kernel hears only then that it is to drop the instance, the record that is committed is wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from amino_oms.lifecycle.services import Services
from amino_oms.lifecycle.verification import Verification

_PAUSE = 0.2


class Fencing:
    """Remembers what kernels were told to drop until they have done so, and then looks whether a record places it there."""

    def __init__(self, services: Services, verification: Verification) -> None:
        self._services, self._verification = services, verification
        self._told: dict[tuple[str, int], list[str]] = {}

    def told(self, kernel_id: str, incarnation: int, instances: Sequence[str]) -> None:
        """A kernel is told to drop these instances with the answer that it waits for."""
        if instances:
            self._told.setdefault((kernel_id, incarnation), []).extend(instances)

    def heard(self, kernel_id: str, incarnation: int) -> None:
        """A kernel has given a sign of life, which it does only when it has dropped what it was told to."""
        dropped = self._told.pop((kernel_id, incarnation), None)
        if dropped:
            self._services.persist(lambda: self._look(kernel_id, dropped), f"search for instances that {kernel_id} has dropped")

    async def _look(self, kernel_id: str, dropped: Sequence[str]) -> None:
        for instance in dropped:
            while self._services.claims.taken(instance, kernel_id):
                await self._services.clock.sleep(_PAUSE)
            await self._verification.verify(instance, kernel_id)
            await asyncio.sleep(0)
