"""A client that calls an object all the time, and knows what each answer must be."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import amino
from amino.errors import AminoError


@dataclass(slots=True)
class Wait:
    """The longest time between two answers since somebody asked."""

    seconds: float = 0.0
    last: float = field(default_factory=time.perf_counter)

    def answered(self) -> None:
        """An answer has come."""
        now = time.perf_counter()
        self.seconds, self.last = max(self.seconds, now - self.last), now


class Caller:
    """Calls `incr` of one counter.

    Arguments:
        name: of the object.
        counter: its stub.
    """

    def __init__(self, name: str, counter: amino.Stub) -> None:
        self.name, self._counter = name, counter
        self.answers, self.errors, self.wait = 0, list[str](), Wait()
        self._count, self._doubtful, self._over = 0, 0, False
        self._calling = asyncio.ensure_future(self._call())

    async def more(self, count: int) -> None:
        """Returns when so many more calls have been answered. Raises AssertionError for an answer that cannot be."""
        wanted = self.answers + count
        async with asyncio.timeout(60):
            while self.answers < wanted:
                if self._calling.done():
                    self._calling.result()
                await asyncio.sleep(0.01)

    def waited(self) -> float:
        """The longest wait for an answer since the last question, in seconds."""
        found, self.wait = self.wait.seconds, Wait()
        return found

    async def end(self) -> None:
        """Ends when the call under way is answered. Raises AssertionError where the counter has another count than the answers say."""
        self._over = True
        await self._calling
        self._check(int(await self._counter.incr(0)), new=0)

    async def _call(self) -> None:
        while not self._over:
            try:
                found = int(await self._counter.incr(1))
            except AminoError as error:
                # The call may have been done: the next answer tells whether it was.
                self.errors.append(f"{error.code}: {error.message}")
                self._doubtful += 1
                continue
            self._check(found, new=1)
            self.answers += 1
            self.wait.answered()
            await asyncio.sleep(0.01)

    def _check(self, found: int, new: int) -> None:
        least = self._count + new
        if not least <= found <= least + self._doubtful:
            raise AssertionError(f"{self.name} has {found} instead of {least}, with {self._doubtful} calls of which nobody knows")
        self._count, self._doubtful = found, 0
