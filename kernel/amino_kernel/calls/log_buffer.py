"""The last lines that guests printed, for `amino logs`."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

LINES = 10_000
BACKLOG = 1_000
LINE_LENGTH = 4_000


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line; `time_ms` is milliseconds since 1970 on this kernel's clock, for people to read only."""

    object_id: str
    level: str
    text: str
    time_ms: int


class LogBuffer:
    """A ring of lines of all objects of a kernel, with followers. A follower that does not keep up loses lines and is told so."""

    def __init__(self, lines: int = LINES) -> None:
        self._lines: deque[LogLine] = deque(maxlen=lines)
        self._followers: set[asyncio.Queue[LogLine]] = set()

    def add(self, object_id: str, level: str, text: str) -> None:
        """Keeps a line; a line that is too long is cut."""
        line = LogLine(object_id, level, text[:LINE_LENGTH], time.time_ns() // 1_000_000)
        self._lines.append(line)
        for follower in self._followers:
            if follower.full():
                follower.get_nowait()
                follower.put_nowait(LogLine(object_id, "warning", "… lines were left out here: this reader does not keep up", line.time_ms))
                follower.get_nowait()
            follower.put_nowait(line)

    def tail(self, object_id: str, count: int) -> list[LogLine]:
        """Answers the last lines of an object (of all, for an empty id), oldest first."""
        found = [line for line in self._lines if not object_id or line.object_id == object_id]
        return found[-count:] if count > 0 else found

    async def follow(self, object_id: str) -> AsyncIterator[LogLine]:
        """Yields lines as they come, until the caller stops."""
        queue: asyncio.Queue[LogLine] = asyncio.Queue(BACKLOG)
        self._followers.add(queue)
        try:
            while True:
                line = await queue.get()
                if not object_id or line.object_id == object_id:
                    yield line
        finally:
            self._followers.discard(queue)
