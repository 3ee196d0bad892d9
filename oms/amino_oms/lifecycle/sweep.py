"""Which records nobody is at work on: half made, lost although a deployment manager brings the object back, or on a dead kernel.

Pure. Whatever made such a record, a happening that was forgotten or a fault of ours, it looks the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from amino_wire.pb import common_pb2

from amino_oms.membership.detector import Standing


class Finding(Enum):
    """The fault of a record."""

    NOTHING = "nothing"
    HALF_MADE = "it is half made, and nobody makes it"
    LEFT_LOST = "it is lost, and nobody asks its coordinators to bring it back"
    ON_A_DEAD_KERNEL = "it is said to be on a kernel that is dead, or in another life"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the service knows beside a record.

    Arguments:
        in_making: this process is making the object.
        recovers: its chain has coordinators.
        tried: this process asks them again and again to bring it back.
        standing: what is thought of the kernel of a replica, in the life in which it got it.
    """

    in_making: bool
    recovers: bool
    tried: bool
    standing: Callable[[common_pb2.Replica], Standing]


def suspicious(incarnation: int, *, active: bool, alive: bool, present: int) -> bool:
    """Whether the record is to be read of an instance that the index of a kernel names.

    Arguments:
        incarnation: in which life of the kernel the index places it.
        active: whether the index says so of its object.
        alive: whether the kernel lives, or is awaited.
        present: the life that the kernel is in.
    """
    return not active or not alive or incarnation != present


def finding(record: common_pb2.ObjectRecord, facts: Facts) -> Finding:
    """The fault of a record, if it stays so."""
    match record.status.state:
        case common_pb2.OBJECT_STATE_CREATING:
            awaited = bool(record.status.replicas) and facts.standing(record.status.replicas[0]) is Standing.AWAITED
            return Finding.NOTHING if facts.in_making or awaited else Finding.HALF_MADE
        case common_pb2.OBJECT_STATE_LOST:
            return Finding.LEFT_LOST if facts.recovers and not facts.tried else Finding.NOTHING
        case _:
            dead = any(facts.standing(each) is Standing.DEAD for each in record.status.replicas)
            return Finding.ON_A_DEAD_KERNEL if dead and not facts.tried else Finding.NOTHING
