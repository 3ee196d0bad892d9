"""A replica goes on applying what its group has decided, and asks for another one in its place when it cannot."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from amino_wire.errors import AminoError, KernelUnavailable, Moved

from amino_dms.api import Clock, InstanceKernel

_log = logging.getLogger(__name__)

_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 5.0


async def go_on(run: Callable[[], Awaitable[None]], clock: Clock) -> None:
    """Applies until `run` returns or raises; Moved does not end it."""
    while True:
        try:
            await run()
            return
        except Moved:
            # The kernel's lease has ended, and another one may have begun since. Where the object has left, this part ends too.
            await clock.sleep(_PAUSE)


async def ask_for_another(kernel: InstanceKernel, life: str, end: Callable[[AminoError], None], reason: str) -> None:
    """Returns when the coordinator has heard that this replica cannot go on.

    Arguments:
        kernel: of the instance manager.
        life: how the coordinator tells this replica from a later one of the same number.
        end: ends the replica, with the error for calls that wait.
        reason: for people.
    """
    _log.warning("this replica of %s ends: %s", kernel.title, reason)
    end(KernelUnavailable(f"this replica of {kernel.title} is replaced by another one: {reason}; call again"))
    pause = _PAUSE
    while True:
        try:
            await kernel.coordinator().call("replace", kernel.replica, life, reason)
        except AminoError:
            await kernel.clock.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        else:
            return
