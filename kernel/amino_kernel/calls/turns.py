"""Work that arrives in great numbers, begun a little at a time, so that other work of the event loop has its turn in between."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")

IN_A_TURN = 64
"""What one turn begins takes a few milliseconds. The lease and the health of the kernel are served by the same loop."""


class Turns(Generic[T]):
    """Begins at most so many things in each turn of the event loop, in the order in which they came. Work that has begun goes on by itself.

    Args:
        begin: Begins one thing; must not raise.
        in_a_turn: How many things a turn begins.
    """

    def __init__(self, begin: Callable[[T], None], in_a_turn: int = IN_A_TURN) -> None:
        self._begin = begin
        self._in_a_turn = in_a_turn
        self._waiting: deque[T] = deque()
        self._added = self._begun = 0
        self._watched: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._next: asyncio.Handle | None = None

    def add(self, things: Iterable[T]) -> None:
        """Takes more of them; the first begin at once, unless others wait."""
        before = len(self._waiting)
        self._waiting.extend(things)
        self._added += len(self._waiting) - before
        if self._next is None:
            self._turn()

    async def begun(self) -> None:
        """Returns when everything has begun that was taken so far, and has run as far as it could at once."""
        if self._waiting:
            passed = asyncio.get_running_loop().create_future()
            self._watched.append((self._added, passed))
            await passed
        await asyncio.sleep(0)

    def close(self) -> None:
        """Begins nothing more."""
        self._waiting.clear()
        for _, passed in self._watched:
            passed.cancel()
        if self._next is not None:
            self._next.cancel()

    def _turn(self) -> None:
        self._next = None
        for _ in range(min(self._in_a_turn, len(self._waiting))):
            self._begin(self._waiting.popleft())
            self._begun += 1
        while self._watched and self._watched[0][0] <= self._begun:
            passed = self._watched.popleft()[1]
            if not passed.done():
                passed.set_result(None)
        if self._waiting:
            self._next = asyncio.get_running_loop().call_soon(self._turn)
