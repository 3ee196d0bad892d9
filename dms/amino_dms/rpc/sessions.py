"""Callers whose outcomes an object keeps, and when they are forgotten (Lee et al., SOSP 2015). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

T = TypeVar("T")
SESSIONS: Final = 10_000
"""Callers whose outcomes are kept; of more, the more recent ones."""
OUTCOMES: Final = 4096
"""Outcomes of one caller that are kept, whatever it says."""
STEP_NS: Final = 10_000_000_000
"""By how much one call makes outcomes older, at most."""


@dataclass(slots=True)
class Session(Generic[T]):
    """The calls of one caller.

    Arguments:
        lowest: no call with a lower number comes again.
        last: the highest number that it has used, where its owner asks for that.
        seen_ns: the age of all sessions when this one was seen last.
        outcomes: what is kept, by number.
    """

    lowest: int = 0
    last: int = 0
    seen_ns: int = 0
    outcomes: dict[int, T] = field(default_factory=dict[int, T])

    def forget_below(self, lowest: int) -> list[T]:
        """No call below that number comes again. Returns the outcomes that are not kept any more."""
        if lowest <= self.lowest:
            return []
        few = lowest - self.lowest < len(self.outcomes)
        numbers = range(self.lowest, lowest) if few else [number for number in self.outcomes if number < lowest]
        self.lowest = lowest
        return [self.outcomes.pop(number) for number in numbers if number in self.outcomes]


class Sessions(Generic[T]):
    """By name, the one that was seen last at the end. The same calls in the same order leave the same sessions on every replica: the time
    is that of the calls.

    Arguments:
        keep_ns: nanoseconds after which a session is forgotten that has sent nothing more.
    """

    def __init__(self, keep_ns: int) -> None:
        self._keep_ns = keep_ns
        self.age_ns = self.time_ns = 0
        self.by_name: dict[str, Session[T]] = {}

    def seen(self, name: str, time_ns: int) -> Session[T]:
        """A call of a session has come, at that time of day; answers with the session. `forget_one` is to follow."""
        session = self.by_name.pop(name, None) or Session[T]()
        self.by_name[name] = session
        # Each leader has its own clock. A clock that is ahead makes nobody's outcomes old at a stroke.
        self.age_ns += max(0, min(time_ns - self.time_ns, STEP_NS)) if self.time_ns else 0
        self.time_ns = max(self.time_ns, time_ns)
        session.seen_ns = self.age_ns
        return session

    def forget_one(self) -> Session[T] | None:
        """Forgets a session that is too old, or one too many, and answers with it; None: all others are kept."""
        oldest = next(iter(self.by_name))
        if self.by_name[oldest].seen_ns >= self.age_ns - self._keep_ns and len(self.by_name) <= SESSIONS:
            return None
        return self.by_name.pop(oldest)
