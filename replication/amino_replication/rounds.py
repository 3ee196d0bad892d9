"""When each round of a leader was sent, on its own clock: so no time of a clock travels, and a lease counts from the sending."""

from __future__ import annotations

from collections import deque


class Rounds:
    """Numbers of turns in which a leader sent, from 1 on, with the times of the last ones."""

    def __init__(self) -> None:
        self.last = 0
        self._times: deque[float] = deque()

    def begin(self, now: float, oldest: float) -> int:
        """A round is sent; those before `oldest` are forgotten, since no lease can come of them. Answers its number."""
        while self._times and self._times[0] < oldest:
            self._times.popleft()
        self._times.append(now)
        self.last += 1
        return self.last

    def sent(self, number: int) -> float:
        """When a round was sent; before all time where that is forgotten."""
        place = number - self.last + len(self._times) - 1
        return self._times[place] if 0 <= place < len(self._times) else float("-inf")
