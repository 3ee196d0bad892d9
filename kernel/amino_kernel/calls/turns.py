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
        self._next: asyncio.Handle | None = None

    def add(self, things: Iterable[T]) -> None:
        """Takes more of them; the first begin at once, unless others wait."""
        self._waiting.extend(things)
        if self._next is None:
            self._turn()

    def close(self) -> None:
        """Begins nothing more."""
        self._waiting.clear()
        if self._next is not None:
            self._next.cancel()

    def _turn(self) -> None:
        self._next = None
        for _ in range(min(self._in_a_turn, len(self._waiting))):
            self._begin(self._waiting.popleft())
        if self._waiting:
            self._next = asyncio.get_running_loop().call_soon(self._turn)
