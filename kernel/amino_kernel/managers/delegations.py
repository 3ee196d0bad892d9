"""Between delegations as parts see them and as the JVM half does (docs/bridge.md, section 2). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from amino_dms.api import Delegation, Ending, Ran, Session
from amino_dms.runtime.hosts import Recalled
from amino_wire.errors import AminoError, Outcome, from_payload
from amino_wire.frames import Invocation
from amino_wire.instances import object_of
from amino_wire.values import decode


def to_terms(delegation: Delegation, proxied: bool, number: int = 0) -> dict[str, Any]:
    """The terms on which the gate lets in calls; `number` is that of the states which it captures."""
    terms: dict[str, Any] = {"proxied": proxied, "alone": delegation.alone, "free": sorted(delegation.free)}
    if delegation.withholds:
        terms["withholds"] = True
    if number:
        terms["captures"] = number
    if delegation.members is not None:
        terms["members"] = sorted(delegation.members)
    if delegation.calls is not None:
        terms["calls"] = delegation.calls
    if delegation.numbers is not None:
        terms["header"] = delegation.numbers.header
        terms["sessions"] = dict(delegation.numbers.last)
        if delegation.numbers.requests is not None:
            terms["requests"] = list(delegation.numbers.requests)
    return terms


def to_recalled(instance: str, answer: Mapping[str, Any]) -> Recalled:
    """The end of a delegation to the gate of an instance."""
    sessions = {
        name: Session(
            lowest,
            tuple((number, to_ending(ended)) for number, ended, _ in endings),
            {number: request for number, _, request in endings if request},
        )
        for name, lowest, endings in answer["sessions"]
    }
    target = object_of(instance)
    under_way = tuple(
        (number, Invocation(target, method, (), request_id=request_id, chain=tuple(chain), headers=headers))
        for number, method, request_id, chain, headers in answer["under_way"]
    )
    ran = Ran(answer["calls"], sessions, answer["withheld"], len(under_way))
    return Recalled(ran, under_way, answer["renewed"])


def to_ending(ended: Sequence[Any]) -> Ending:
    """How a call has ended: whether it answered, and the value or the error payload, encoded. A value that Python cannot hold is an error
    of that call alone, as where it passes parts."""
    answered, data = ended
    try:
        value = decode(data)
    except AminoError as error:
        error.outcome = Outcome.RAN
        return Ending(None, error)
    return Ending(value) if answered else Ending(None, from_payload(value))
