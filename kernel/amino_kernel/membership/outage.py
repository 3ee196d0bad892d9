"""How long the OMS has not answered this kernel, and from when on its objects say so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from amino_dms.api import Clock
from amino_kernel.membership.lease_clock import LeaseClock

PATIENCE = 8.0
"""Seconds without an answer, in which another OMS may begin to lead, as `links.oms_route` has them."""
ASKED = 1.0
"""Seconds that a request may take which began after the end of the lease: a kernel that only stood still is answered at once."""


class Outage:
    """Whether no OMS answers. After the end of the lease it is an outage: nobody can say where the objects are, and callers need not wait.

    Arguments:
        waiting_clock: measures how long to wait.
        clock: measures how long nothing was answered.
        told: is told the reason when an outage begins.
    """

    def __init__(self, waiting_clock: Clock, clock: LeaseClock, told: Callable[[], Awaitable[None]]) -> None:
        self._waiting_clock, self._clock, self._told = waiting_clock, clock, told
        self._unanswered_since: float | None = None
        self._beginning: asyncio.Future[None] | None = None
        self._begun = False

    @property
    def silent(self) -> bool:
        """Whether no OMS has answered for so long that another question to it need not be waited for."""
        since = self._unanswered_since
        return since is not None and self._clock.now() - since >= PATIENCE

    @property
    def begun(self) -> bool:
        """Whether the lease has ended, and no OMS answers."""
        return self._begun

    def asking(self, *, held: bool) -> None:
        """An OMS is asked to prolong the lease, which is held still or not."""
        if self._unanswered_since is None:
            self._unanswered_since = self._clock.now()
        if not held and self._beginning is None:
            self._beginning = asyncio.ensure_future(self._begin(self._unanswered_since))

    def heard(self) -> None:
        """An OMS has answered, though it has not prolonged the lease: it is no outage."""
        self._unanswered_since = None
        if not self._begun:
            self.close()

    def answered(self) -> None:
        """An OMS has prolonged it."""
        self._unanswered_since = None
        self.close()

    def close(self) -> None:
        """Nothing begins any more."""
        self._begun = False
        if self._beginning is not None:
            self._beginning.cancel()
            self._beginning = None

    async def _begin(self, since: float) -> None:
        await self._waiting_clock.sleep(max(ASKED, since + PATIENCE - self._clock.now()))
        self._begun = True
        await self._told()
