"""The last lines that guests printed, for `amino logs`."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from amino_wire.log_lines import LEVELS

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


@dataclass(frozen=True, slots=True)
class Wanted:
    """The lines that a reader wants.

    Args:
        object_id: Those of one object; empty: of all.
        level: The least level.
        since_ms: Lines from this moment on, in milliseconds since 1970.
    """

    object_id: str = ""
    level: str = ""
    since_ms: int = 0

    def has(self, line: LogLine) -> bool:
        """Whether the reader wants a line."""
        return (
            (not self.object_id or line.object_id == self.object_id)
            and LEVELS.get(line.level, LEVELS["info"]) >= LEVELS.get(self.level, 0)
            and line.time_ms >= self.since_ms
        )


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

    def tail(self, wanted: Wanted, count: int) -> list[LogLine]:
        """Answers the last of the wanted lines, oldest first; all of them for a count of 0."""
        found = [line for line in self._lines if wanted.has(line)]
        return found[-count:] if count > 0 else found

    async def follow(self, wanted: Wanted) -> AsyncIterator[LogLine]:
        """Yields lines as they come, until the caller stops."""
        queue: asyncio.Queue[LogLine] = asyncio.Queue(BACKLOG)
        self._followers.add(queue)
        try:
            while True:
                line = await queue.get()
                if wanted.has(line):
                    yield line
        finally:
            self._followers.discard(queue)
