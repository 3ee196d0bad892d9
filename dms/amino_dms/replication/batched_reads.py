"""Reads that run while nothing is applied."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from amino_dms.replication.waiting import Turn


class BatchedReads:
    """Those that have gathered run beside one another; those that come meanwhile run after what is applied next.

    Arguments:
        applying: a task that holds it may change the state.
        spawn: runs something beside.
    """

    def __init__(self, applying: asyncio.Lock, spawn: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        self._applying, self._spawn = applying, spawn
        self._waiting: list[Turn] = []

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[None]:
        """A block for a read."""
        turn = Turn.new()
        self._waiting.append(turn)
        if len(self._waiting) == 1:
            self._spawn(self._serve())
        async with turn.held():
            yield

    async def _serve(self) -> None:
        async with self._applying:
            batch, self._waiting = self._waiting, []
            for turn in batch:
                if not turn.begins.done():
                    turn.begins.set_result(None)
            await asyncio.wait([turn.ended for turn in batch])
