"""Between the calls of the router, whose values stay encoded, and the invocations that parts see. Pure."""

from __future__ import annotations

from typing import Any

from amino_wire.frames import DEFAULT_BUDGET_MS, Invocation
from amino_wire.lane import IncomingCall
from amino_wire.values import EncodedValue, decode, encode

from amino_kernel.halves.call import Call

_LEAN = frozenset((int, float, bool, type(None)))
Passed = Call | IncomingCall
"""A call as the router has it, or as it came out of the JVM half."""


def to_invocation(call: Passed) -> Invocation:
    """The envelope that parts see."""
    assert isinstance(call.args, EncodedValue), "the lane of the JVM half leaves values encoded"
    return Invocation.of(call.target, call.method, call.args, call.options, deadline=call.deadline)


def to_call(invocation: Invocation, now: float, flags: int) -> Call:
    """The call that an envelope stands for at `now`, with further flags; one without a deadline gets the default."""
    deadline = invocation.deadline or now + DEFAULT_BUDGET_MS / 1000
    return Call(invocation.object_id, invocation.method, invocation.encoded_args(), deadline, invocation.options(now, flags))


def to_result(value: Any) -> EncodedValue:
    """The answer of a chain, encoded."""
    return EncodedValue(encode(value))


def to_answer(value: Any) -> Any:
    """The answer of a chain as a connection takes it: small values are encoded together with the others of their frame."""
    return value if type(value) in _LEAN else EncodedValue(encode(value))


def from_result(value: EncodedValue) -> Any:
    """The answer of an object, for parts."""
    return decode(value.data)
