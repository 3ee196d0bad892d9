"""What callers hear when the kernel's lease has ended in an outage of the OMS."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog
from amino_kernel.halves.bridge import Bridge
from amino_kernel.membership.membership import Membership

log = structlog.get_logger(__name__)


class Lapse:
    """The reason for which calls end, and its way to the JVM halves.

    Arguments:
        kernel_id: of this kernel.
        asked: the addresses of the OMS.
        membership: gives the kernel's membership.
        bridges: gives those of the halves that run.
    """

    def __init__(self, kernel_id: str, asked: str, membership: Callable[[], Membership], bridges: Callable[[], Sequence[Bridge]]) -> None:
        self._asked, self._membership, self._bridges = asked, membership, bridges
        self._ended = (
            f"the lease of kernel {kernel_id} has ended, since no OMS answers (asked: {asked}). Call again when one does; "
            "look at `amino oms` and its store."
        )

    def reason(self) -> str:
        """Why calls end from now on; empty: they do not."""
        return self._ended if self._membership().outage.begun else ""

    def lapsed(self) -> str:
        """Why the kernel answers nothing for its objects, although calls may go on yet; empty: it answers."""
        membership = self._membership()
        return self._ended if membership.outage.silent and not membership.held else ""

    async def tell(self) -> None:
        """Calls end from now on, in the halves as well."""
        log.warning("no OMS answers: calls end until one does", oms=self._asked)
        await asyncio.gather(*(bridge.outage(self._ended) for bridge in self._bridges()))
