"""Simulated time, and messages between kernels that are lost, doubled, late, out of order or cut off."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any


class Time:
    """Simulated seconds, and what is to happen when."""

    def __init__(self) -> None:
        self.now = 0.0
        self._number = 0
        self._heap: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self.steps = 0

    def after(self, delay: float, act: Callable[..., None], *arguments: Any) -> None:
        """Calls something later."""
        self._number += 1
        heapq.heappush(self._heap, (self.now + delay, self._number, act, arguments))

    def run(self, until: float, enough: Callable[[], bool] | None = None) -> bool:
        """Goes on up to a time; True: `enough` was so before."""
        while self._heap and self._heap[0][0] <= until:
            self.now, _, act, arguments = heapq.heappop(self._heap)
            self.steps += 1
            act(*arguments)
            if enough is not None and enough():
                return True
        self.now = until
        return False


@dataclass
class Network:
    """The links between kernels. Rates are probabilities by message."""

    time: Time
    random: Random
    loss: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    longest: float = 0.0
    ordered: bool = True
    cut: set[tuple[str, str]] = field(default_factory=set)
    _last: dict[tuple[str, str], float] = field(default_factory=dict)

    def send(self, sender: str, to: str, act: Callable[..., None], *arguments: Any) -> None:
        """Delivers once, never, or twice."""
        random = self.random
        if (sender, to) in self.cut or (self.loss and random.random() < self.loss):
            return
        self._deliver(sender, to, act, arguments)
        if self.doubled and random.random() < self.doubled:
            self._deliver(sender, to, act, arguments)

    def _deliver(self, sender: str, to: str, act: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        random = self.random
        delay = 0.0001 + 0.0004 * random.random()
        if self.late and random.random() < self.late:
            delay += self.longest * random.random()
        if self.ordered:
            link = (sender, to)
            at = max(self.time.now + delay, self._last.get(link, 0.0))
            self._last[link] = at
            delay = at - self.time.now
        self.time.after(delay, act, *arguments)

    def separate(self, one: list[str], other: list[str], both: bool = True) -> None:
        """Cuts kernels off from others."""
        for a in one:
            for b in other:
                self.cut.add((a, b))
                if both:
                    self.cut.add((b, a))
