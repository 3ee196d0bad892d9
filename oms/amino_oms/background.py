"""Work that goes on after its request has been answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")

_log = logging.getLogger(__name__)


class BackgroundTasks:
    """Keeps hold of tasks, says in the log what became of those that failed, and ends them all at once."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[object, object, None], name: str) -> asyncio.Task[None]:
        """Begins `work`; `name` says in the log what it was."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def finish(self, work: Coroutine[Any, Any, Answer], name: str) -> Answer:
        """The answer of `work`, which goes on to its end even where the caller that waits for it hangs up half way."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._discard)
        return await asyncio.shield(task)

    async def idle(self) -> None:
        """Returns when nothing is going on any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Ends all tasks."""
        for task in self._tasks:
            task.cancel()
        await self.idle()

    def _discard(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # it belongs to the caller that waits, which may have hung up

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s failed", task.get_name(), exc_info=error)
