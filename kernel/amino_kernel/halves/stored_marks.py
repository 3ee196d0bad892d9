"""States that are stored in one moment are told to a JVM half together: in answer to a request that has brought some, if one is open."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from amino_wire.incoming import IncomingCall
from amino_wire.unheard import may_be_unheard

PATIENCE_SECONDS = 0.05
"""For so long a request stays open, and at most twice as long: what is stored later is told in a request of its own."""


class StoredMarks:
    """Belongs to one event loop.

    Args:
        send: Tells pairs of an instance id and the mark up to which its answers may leave.
        answer: Tells them in answer to a request.
    """

    def __init__(
        self, send: Callable[[list[list[Any]]], asyncio.Future[Any]], answer: Callable[[IncomingCall, list[list[Any]]], None]
    ) -> None:
        self._send, self._answer = send, answer
        self._waiting: list[list[Any]] = []
        self._open: deque[IncomingCall] = deque()
        self._old = 0
        self._timer: asyncio.TimerHandle | None = None

    def brought(self, call: IncomingCall) -> None:
        """A request has brought states. It is answered with the marks that are stored next, of whichever request."""
        self._open.append(call)
        self._look_later()

    def add(self, instance_id: str, mark: int) -> None:
        """The state of an instance is stored that was captured with a mark. This leaves with the turn of the loop; nobody waits for it."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._leave)
        self._waiting.append([instance_id, mark])

    def _leave(self) -> None:
        marks, self._waiting = self._waiting, []
        if self._open:
            self._old -= self._old > 0
            self._answer(self._open.popleft(), marks)
        else:
            # Where the half is gone, its callers have been told so.
            self._send(marks).add_done_callback(may_be_unheard)

    def look(self) -> None:
        """Answers requests that stood open at the last look; comes by itself, again and again while some are open."""
        for _ in range(self._old):
            self._answer(self._open.popleft(), [])
        self._old = len(self._open)
        if self._old:
            self._look_later()

    def _look_later(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._looks)

    def _looks(self) -> None:
        self._timer = None
        self.look()
