"""The effect of SIGTERM and SIGINT on a process that does not serve yet, or no longer."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import FrameType


def end_on_signals(last: Callable[[], None] | None = None) -> None:
    """Ends the process at once when it is told to, with status 0.

    Args:
        last: Called before; must be quick.

    There is nothing to be kept yet. The default handlers would not do: a JVM that starts meanwhile looks at them, and does not survive an
    interpreter that is taken down.
    """

    def end(_number: int, _frame: FrameType | None) -> None:
        if last is not None:
            last()
        os._exit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
