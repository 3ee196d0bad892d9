"""The next step for a caller who asks for the object of a kind and a key. Pure."""

from __future__ import annotations

from enum import Enum

from amino_wire.pb import common_pb2


class Demand(Enum):
    """The next step for a caller."""

    MAKE = "nobody has the name: make the object"
    WAIT = "the object is being made, or an earlier process of the service has left it half made"
    BRING_BACK = "the object is lost, and nothing brings it back by itself"
    ANSWER = "the object is there, or comes back by itself"
    REFUSE = "the name belongs to an object that is not of the kind"


def demand(kind: str, record: common_pb2.ObjectRecord | None) -> Demand:
    """The next step.

    Arguments:
        kind: the name of the kind.
        record: of the object that has the name, with what becomes of it if it is lost; None where nobody has the name.
    """
    if record is None:
        return Demand.MAKE
    if record.spec.kind != kind:
        return Demand.REFUSE
    match record.status.state:
        case common_pb2.OBJECT_STATE_CREATING:
            return Demand.WAIT
        case common_pb2.OBJECT_STATE_LOST if record.status.loss == common_pb2.LOSS_GONE:
            return Demand.BRING_BACK
        case _:
            return Demand.ANSWER
