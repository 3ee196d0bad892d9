"""Rights of callers to what they keep, which end by themselves or by news."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from amino_dms.api import InstanceKernel


async def until_over(kernel: InstanceKernel, left: Callable[[], float], news: asyncio.Event) -> None:
    """Returns when no caller has a right any more; a move need not wait for that.

    Arguments:
        kernel: of the part that waits.
        left: seconds for which a caller may still have one, as is known now.
        news: set where that may have changed.

    Raises:
        Moved: the object prepares to move.
    """
    while (seconds := left()) > 0:
        news.clear()
        try:
            await kernel.held(news.wait(), seconds)
        except TimeoutError:
            continue
