"""Requests, the calls of a request, and what was measured of a call."""

from __future__ import annotations

from dataclasses import dataclass

from amino_oms.offloading.energy import NOTHING, Resources

SIZE_RATIO_BITS = 2
"""Two sizes in a class differ by a factor below 4."""


def size_class(size: float, bits: int = SIZE_RATIO_BITS) -> int:
    """The class of a number of bytes: its length in binary, in groups of `bits`; 0 bits: all sizes are one class."""
    return int(size).bit_length() // bits if bits else 0


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it is known before it runs.

    Arguments:
        object_id: the object.
        class_name: its class.
        member: what is called.
        argument_bytes: of its arguments.
        state_bytes: of the object's state, which a move carries.
        repeatable: the member only reads or is idempotent, so it may run on several hosts at once.
        caller: the number of the call of this request inside which it is made; -1: the client makes it.
        times: how often it is made in that call, one after the other.
    """

    object_id: str
    class_name: str
    member: str
    argument_bytes: float = 0.0
    state_bytes: float = 0.0
    repeatable: bool = False
    caller: int = -1
    times: int = 1


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks for: a call and the calls inside it, callers before the calls they make.

    Arguments:
        client: the id of the client's host.
        calls: at least one.
    """

    client: str
    calls: tuple[Call, ...]

    @property
    def objects(self) -> tuple[str, ...]:
        """The objects that are called, in the order of their first calls."""
        if len(self.calls) == 1:
            return (self.calls[0].object_id,)
        return tuple(dict.fromkeys(call.object_id for call in self.calls))

    @property
    def repeatable(self) -> bool:
        """Whether all of it may run on several hosts at once."""
        return all(call.repeatable for call in self.calls)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What the stubs measured of a call (Amino paper, section V, steps 1 to 3), times after one another as their mean.

    Arguments:
        at: seconds by the clock, when the call ended.
        call: which call.
        host: where it ran.
        client: the host of its caller.
        execution: t(object, host) in seconds.
        link: l(object, client, host) in seconds, 0 on the same host.
        result_bytes: of its result.
        used: r(object, host).
        client_used: what the call took of the caller's host.
        load: of the host when it ran.
        round_trip, bandwidth: of the link as it was known then.
        failed: the host did not answer; execution and link say nothing.
    """

    at: float
    call: Call
    host: str
    client: str
    execution: float
    link: float
    result_bytes: float = 0.0
    used: Resources = NOTHING
    client_used: Resources = NOTHING
    load: float = 0.0
    round_trip: float = 0.0
    bandwidth: float = 0.0
    failed: bool = False
