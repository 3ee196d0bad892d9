"""How old a copy may be. Pure: readings of the store's revision, steps of a feed and times come in; an age goes out.

A feed alone tells nothing of that: a member of a cluster that has lost its leader goes on to say how far it has come itself. A
reading that a majority answers does: each change that was acknowledged before the reading was asked has that revision or an earlier
one. As soon as the feed has come so far, the copy is as it was, or was later, when the reading was asked.
"""

from __future__ import annotations

from collections import deque

_MOST = 1000
"""Readings that are kept until the feed has come so far."""


class Currency:
    """What one copy knows of its age."""

    def __init__(self) -> None:
        self._readings: deque[tuple[int, float]] = deque(maxlen=_MOST)
        """Revisions, and when they were asked for, in the order of both."""
        self._as_of: float | None = None
        self.revision = 0
        """Everything up to this one is in the copy."""

    def reached(self, revision: int) -> None:
        """Everything up to a revision is in the copy now."""
        self.revision = max(self.revision, revision)
        self._settle()

    def read(self, revision: int, asked_at: float) -> None:
        """The store had come to a revision.

        Arguments:
            revision: as a majority of the store's members tells it.
            asked_at: when that was asked, in seconds of a clock that goes on while the machine is suspended.
        """
        if self._readings and (self._readings[-1][0] > revision or self._readings[-1][1] > asked_at):
            return  # answers may overtake each other
        self._readings.append((revision, asked_at))
        self._settle()

    @property
    def as_of(self) -> float | None:
        """When the copy was certainly current, or later than current; None: it never was."""
        return self._as_of

    def _settle(self) -> None:
        while self._readings and self._readings[0][0] <= self.revision:
            _, asked_at = self._readings.popleft()
            self._as_of = asked_at if self._as_of is None else max(self._as_of, asked_at)
