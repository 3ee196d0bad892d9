"""How long nobody has called an instance. Pure: what is counted at each look goes in, whether the instance is idle comes out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Idleness:
    """The calls that had begun at the last look that saw a new one, and when that was."""

    calls: int
    since: float

    def seen(self, calls: int, running: int, now: float) -> Idleness:
        """The facts after a look.

        Arguments:
            calls: how many calls have begun so far.
            running: how many of them run or wait.
            now: seconds of the kernel's clock.
        """
        return self if calls == self.calls and not running else Idleness(calls, now)

    def over(self, seconds: float, now: float) -> bool:
        """Whether nobody has called for so many seconds, as far as looks tell: never sooner than that."""
        return now - self.since >= seconds
