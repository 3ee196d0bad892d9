"""Judges reads that may be a little old: by a bound on their age, by what their own client has written, and by what it has read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counted:
    """An addition of one to a counter, or a read of it.

    Arguments:
        client: who asked; asks one thing at a time.
        adds: whether it is an addition.
        began, ended: when it was asked and told, in seconds of true time.
        value: the count that was told; None: there was no answer, and an addition may have happened.
    """

    client: str
    adds: bool
    began: float
    ended: float
    value: int | None


def complaints(operations: Sequence[Counted], age: float) -> list[str]:
    """What a client was told that it must not be told; none: all was right.

    Arguments:
        operations: of a counter that began with 0, in any order.
        age: how old the count may be that a read tells, in seconds.
    """
    found = list[str]()
    answered = sorted(each.value for each in operations if each.adds and each.value is not None)
    if len(set(answered)) < len(answered):
        found.append(f"two additions had the same count: {answered}")
    for read in operations:
        if read.adds or read.value is None:
            continue
        before = [each for each in operations if each is not read and each.value is not None and each.ended <= read.began]
        own = [each for each in before if each.client == read.client]
        floors = {
            "any addition answered long before": [each for each in before if each.adds and each.ended < read.began - age],
            "its client's own addition": [each for each in own if each.adds],
            "its client's read before": [each for each in own if not each.adds],
        }
        for what, earlier in floors.items():
            least = max((each.value or 0 for each in earlier), default=0)
            if read.value < least:
                found.append(f"at {read.began:.3f} {read.client} read {read.value}, less than {least} of {what}")
        most = sum(each.adds and each.began <= read.ended for each in operations)
        if read.value > most:
            found.append(f"at {read.began:.3f} {read.client} read {read.value}, and there were {most} additions")
    return found
