"""Whether a call that has failed on replicas is skipped by all. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

Key = tuple[int, str, int]
"""A call in the log: the position of its entry, its session and its number there."""

FAILURES: Final = 2
"""So many replicas must have failed, where there are as many: one alone may have been slow."""


class Fare(StrEnum):
    """What became of a call on a replica."""

    RAN = "ran"
    FAILED = "failed"
    RUNS = "runs"
    BEFORE = "before"
    """It has not come to that call."""
    SILENT = "silent"
    """It does not say."""


class Verdict(StrEnum):
    """What the leader does, on which the call has failed."""

    SKIP = "skip"
    WAIT = "wait"
    """Until others have come so far."""
    LONGER = "longer"
    """It is run once more here, with more time: a leader that has ended may have come to its end."""
    GIVE_UP = "give up"
    """The call has run elsewhere: another replica leads, and this one takes its state."""


def verdict(others: Iterable[Fare]) -> Verdict:
    """The verdict of a leader that has answered nobody.

    Arguments:
        others: what became of the call on the other replicas.
    """
    fares = list(others)
    if Fare.RAN in fares:
        return Verdict.GIVE_UP
    if Fare.RUNS in fares or 1 + fares.count(Fare.FAILED) < min(FAILURES, 1 + len(fares)):
        return Verdict.WAIT
    return Verdict.SKIP


def answered_nobody(entry_epoch: int, epoch: int, failed_in: Iterable[int], led_in: Iterable[int]) -> bool:
    """Whether no leader can have answered the call: the leader of each epoch since the call was put into the log has failed too.

    Arguments:
        entry_epoch: that epoch.
        epoch: the present one, whose leader asks.
        failed_in: epochs whose leaders have told the log that the call failed there.
        led_in: epochs in which this replica has led; it has never come past the call.
    """
    return set(range(entry_epoch, epoch)) <= {*failed_in, *led_in}
