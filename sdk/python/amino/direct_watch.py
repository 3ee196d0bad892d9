"""Notices connections to objects' own kernels that lead nowhere any more: a kernel with another address closes none of them."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable, Collection
from typing import Final

from amino.link import KernelLink

LOOK_SECONDS: Final = 1.0
RARELY: Final = 32
"""Looks between two questions about a request that stays without an answer."""


class Stall:
    """A connection on which the same request has had no answer since the last look. Pure.

    Mostly that is a call that takes its time, so the question is asked at the first such look, at the second, the fourth, and so on.
    """

    def __init__(self) -> None:
        self._oldest: int | None = None
        self._looks = 0

    def looked(self, oldest: int | None) -> bool:
        """Whether to ask where the kernel is now.

        Arguments:
            oldest: the number of the oldest request without an answer; None: all have one.
        """
        if oldest is None or oldest != self._oldest:
            self._oldest, self._looks = oldest, 0
            return False
        self._looks += 1
        return self._looks % RARELY == 0 or self._looks & (self._looks - 1) == 0


class DirectWatch:
    """Looks while there are such connections, and not otherwise.

    Arguments:
        links: answers those there are.
        ask: begins to ask where the kernel of one is.
    """

    def __init__(self, links: Callable[[], Collection[KernelLink]], ask: Callable[[KernelLink], None]) -> None:
        self._links, self._ask = links, ask
        self._stalls: weakref.WeakKeyDictionary[KernelLink, Stall] = weakref.WeakKeyDictionary()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """There is one."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)

    def stop(self) -> None:
        """Looks no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        links = self._links()
        for link in links:
            connection = link.connection
            if connection is not None and self._stalls.setdefault(link, Stall()).looked(connection.oldest):
                self._ask(link)
        if links:
            self.start()
