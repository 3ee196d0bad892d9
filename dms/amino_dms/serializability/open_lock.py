"""A transaction that has an object's lock, or has handed it on, and the calls that have run in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from amino_dms.api import Gate, State
from amino_dms.joint.participation import Participation
from amino_dms.serializability.calls_once import CallsOnce


@dataclass(slots=True, eq=False)
class OpenLock:
    """See above.

    Arguments:
        name: of the transaction.
        before: the state to go back to.
        until: when its lease is over.
        undone: it is being rolled back.
        part: where it spans several objects.
        holds: it has the lock.
    """

    name: str
    before: State
    until: float
    undone: bool = False
    part: Participation | None = None
    holds: bool = True
    calls: Gate = field(default_factory=Gate)
    once: CallsOnce = field(default_factory=CallsOnce)
