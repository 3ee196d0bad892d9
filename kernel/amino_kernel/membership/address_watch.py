"""Notices that this machine has another address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from amino_dms.api import Clock
from amino_wire.errors import AminoError

log = structlog.get_logger(__name__)

LOOK_SECONDS = 0.5
"""Far below a lease: a kernel must register under its new address before the OMS misses it."""


class AddressWatch:
    """Looks at the address again and again.

    Args:
        look: Answers the host at which others reach the kernel now; empty: at none, as between two networks.
        moved: Told of another host than before.
        clock: Measures the pauses.
    """

    def __init__(self, look: Callable[[], Awaitable[str]], moved: Callable[[str], Awaitable[None]], clock: Clock) -> None:
        self._look, self._moved, self._clock = look, moved, clock

    async def run(self, host: str) -> None:
        """Runs until cancelled.

        Args:
            host: The one that was said last.
        """
        while True:
            await self._clock.sleep(LOOK_SECONDS)
            found = await self._look()
            if found and found != host:
                log.info("the kernel has another address", former=host, now=found)
                try:
                    await self._moved(found)
                except AminoError as error:
                    log.warning("the change of the address is taken up again", error=error.message)
                else:
                    host = found
