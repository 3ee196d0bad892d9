"""The messages of an upload, kept so that they can be sent once more."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator
from typing import Any

KEPT = 4 * 1024 * 1024
"""Bytes of messages that are kept."""


class Replay:
    """Messages that can be sent again from the first on, as long as not too many have been read.

    A message is read when it is first wanted, and reading goes on when an attempt ends: none is lost.
    """

    def __init__(self, messages: AsyncIterable[Any]) -> None:
        self._source = aiter(messages)
        self._kept: deque[Any] = deque()
        self._first = self._bytes = 0
        self._ended = False
        self._reading: asyncio.Task[None] | None = None

    @property
    def whole(self) -> bool:
        """Whether they can be sent again."""
        return self._first == 0

    async def messages(self) -> AsyncIterator[Any]:
        """All of them, for one attempt."""
        place = 0
        while True:
            while place >= self._first + len(self._kept):
                if self._ended:
                    return
                self._reading = self._reading or asyncio.ensure_future(self._read())
                await asyncio.shield(self._reading)
            message = self._kept[place - self._first]
            place += 1
            while self._bytes > KEPT and self._first < place:
                self._bytes -= self._kept.popleft().ByteSize()
                self._first += 1
            yield message

    async def close(self) -> None:
        """No attempt follows."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> None:
        try:
            message = await anext(self._source)
            self._kept.append(message)
            self._bytes += message.ByteSize()
        except StopAsyncIteration:
            self._ended = True
        finally:
            self._reading = None
