"""Requests that are sent again: a request with an id whose connection was lost before its answer came."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from amino_wire.errors import AminoError

Answer = TypeVar("Answer")
PAUSES = (0.1, 0.4, 1.6)
"""Seconds before a request is sent a second, a third and a fourth time."""


class Lost(Exception):
    """No answer came to a request, since there was no connection or it was lost.

    Arguments:
        error: the error for the user.
        sent: whether the request may have left this process.
    """

    def __init__(self, error: AminoError, *, sent: bool) -> None:
        super().__init__(error.message)
        self.error, self.sent = error, sent


async def repeat(
    send: Callable[[float], Awaitable[Answer]],
    seconds: float,
    pauses: Sequence[float] = PAUSES,
) -> Answer:
    """Sends a request that carries an id until an answer comes: the OMS carries out each id once.

    A request that never left this process fails at once.

    Arguments:
        send: one attempt, which is given the seconds that are left; raises Lost where no answer came.
        seconds: for all attempts together.
        pauses: seconds before each further attempt.

    Raises:
        AminoError: that of the last attempt; where no attempt got an answer, that of the first.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    first: AminoError | None = None
    for pause in (*pauses, float("inf")):
        try:
            return await send(end - loop.time())
        except Lost as lost:
            first = first or lost.error
            if lost.error is first and not lost.sent:
                break
        if pause >= end - loop.time():
            break
        await asyncio.sleep(pause)
    assert first is not None
    raise first
