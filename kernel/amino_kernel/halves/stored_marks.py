"""States that are stored in one moment are told to a JVM half in one request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from amino_wire.unheard import may_be_unheard


class StoredMarks:
    """Belongs to one event loop.

    Args:
        send: Tells pairs of an instance id and the mark up to which its answers may leave.
    """

    def __init__(self, send: Callable[[list[list[Any]]], asyncio.Future[Any]]) -> None:
        self._send = send
        self._waiting: list[list[Any]] = []

    def add(self, instance_id: str, mark: int) -> None:
        """The state of an instance is stored that was captured with a mark. This leaves with the turn of the loop; nobody waits for it."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._leave)
        self._waiting.append([instance_id, mark])

    def _leave(self) -> None:
        marks, self._waiting = self._waiting, []
        # Where the half is gone, its callers have been told so.
        self._send(marks).add_done_callback(may_be_unheard)
