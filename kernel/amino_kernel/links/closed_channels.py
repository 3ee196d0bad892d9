"""How a task that waits on a channel of gRPC ends when another task closes the channel: as if it had been cancelled."""

from __future__ import annotations

import asyncio


def ended_by_closing(closed: bool) -> bool:
    """Whether an `asyncio.CancelledError` of an RPC says that its channel was closed, and not that the task that waits is given up.

    Args:
        closed: Whether this program has closed the channel.
    """
    task = asyncio.current_task()
    return closed and (task is None or not task.cancelling())
