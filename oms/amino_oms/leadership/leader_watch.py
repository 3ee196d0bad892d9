"""When a standby deposes a leader that its lease still takes for alive. Pure: answers and times come in, a decision goes out.

A leader is silent only while the standby itself looked at it without a break: time in which the standby stood still tells nothing
of the leader, whose answers may have come in vain meanwhile.
"""

from __future__ import annotations

LOOKS = 4
"""Looks at the leader in the time after which it is deposed."""
LATE = 2.0
"""A look that comes after so many intervals is late: the standby, or the machine that it is on, stood still."""
MOST_DOUBLINGS = 5
"""Unrest lengthens the patience up to 2⁵ times, half a minute for the default of 1 s: standbys that cannot reach each other depose one
another no oftener."""


class LeaderWatch:
    """One standby's patience with the leader.

    Arguments:
        depose_after: seconds of silence after which a leader is deposed, where no other one was lately.
    """

    def __init__(self, depose_after: float) -> None:
        self._depose_after = depose_after
        self._token: int = 0
        self._silence = 0.0
        self._looked_at = 0.0

    @property
    def interval(self) -> float:
        """Seconds between two looks."""
        return self._depose_after / LOOKS

    @property
    def silence(self) -> float:
        """Seconds for which the leader is known to have been silent."""
        return self._silence

    def patience(self, unrest: int) -> float:
        """Seconds of silence after which a leader is deposed, when so many have been deposed one after the other.

        A new leader must have the time to begin, and a standby that alone cannot reach it must not unsettle the cluster for ever.
        """
        return self._depose_after * float(1 << min(unrest, MOST_DOUBLINGS))

    def look(self, now: float, token: int, *, answered: bool, unrest: int) -> bool:
        """Takes in one look at the leader; answers whether it is to be deposed.

        Arguments:
            now: seconds of a clock that goes on while the machine is suspended.
            token: the leader's, so that the silence of one is not held against the next.
            answered: whether the leader has answered since the last look.
            unrest: how many leaders were deposed lately.
        """
        passed, self._looked_at = now - self._looked_at, now
        if token != self._token:
            self._token, self._silence = token, 0.0
        elif answered or passed > LATE * self.interval:
            self._silence = 0.0
        else:
            self._silence += passed
        return self._silence >= self.patience(unrest)
