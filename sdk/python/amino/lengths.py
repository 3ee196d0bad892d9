"""Lengths of time that options take. Pure."""

from __future__ import annotations

import math
from datetime import timedelta
from numbers import Real

from amino_wire.errors import ArgumentInvalid
from amino_wire.values import Duration

Length = float | timedelta | Duration
"""Seconds, or a duration."""
LONGEST = 1e9
"""Seconds. Some thirty years; a longer time does not fit in the nanoseconds of a kernel's clock."""


def milliseconds(length: Length, option: str, *, zero: bool = True) -> int:
    """The whole milliseconds of a length of time, rounded up.

    Arguments:
        length: seconds, or a duration.
        option: its name, for the message.
        zero: whether 0 will do.

    Raises:
        ArgumentInvalid: it is no length of time, below 0, or longer than LONGEST.
    """
    seconds = _seconds(length)
    if seconds is None:
        raise ArgumentInvalid(f"{option} must be a number of seconds, a timedelta or an amino.Duration, not {length!r}")
    if not (0 <= seconds <= LONGEST) or (seconds == 0 and not zero):
        least = "0 or more" if zero else "more than 0"
        raise ArgumentInvalid(f"{option} must be {least} seconds and at most {LONGEST:.0e}, not {length!r}")
    # The product of such a number as 0.07 is a little too long.
    return max(math.ceil(round(seconds * 1000, 6)), 1 if seconds else 0)


def _seconds(length: object) -> float | None:
    if isinstance(length, timedelta):
        return length.total_seconds()
    if isinstance(length, Duration):
        return length.nanoseconds / 1e9
    if isinstance(length, bool) or not isinstance(length, Real):
        return None
    try:
        return float(length)
    except OverflowError:
        return math.inf
