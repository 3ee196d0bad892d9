"""What stands in the log of a replicated object. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from amino_wire.errors import StateNotCapturable
from amino_wire.values import decode, encode

from amino_dms.api.narrow import is_list
from amino_dms.replication.ahead_entries import KINDS, Ahead, Answered, Failed, Skipped, from_list, to_list

HEADER: Final = "ConsensusRSM"
"""The header under which a proxy sends the epoch that it knows, and the numbers of the call."""
_FORM: Final = 1
_CALLS: Final = "calls"
_CHECK: Final = "check"
_END: Final = "end"
CHAIN: Final = "@chain"
"""The header of a call in the log that has the calls which led to it."""


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """A call that every replica runs.

    Arguments:
        session, number, lowest: as `CallNumbers` gives them.
        method, args, kwargs: the call.
        request_id, client_id: of the caller.
        seed: where the object's chance comes from during this call.
        headers: for managers nearer the object.
    """

    session: str
    number: int
    lowest: int
    method: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] | None = None
    request_id: str = ""
    client_id: str = ""
    seed: int = 0
    headers: Mapping[str, Any] | None = None

    @property
    def key(self) -> tuple[str, int]:
        """By what its outcome is known."""
        return self.session, self.number


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls that run one after another.

    Arguments:
        epoch: of the leader that has ordered them.
        time_ns: the time of day that the object sees, in nanoseconds since 1970.
        calls: each as `call_bytes` gives it.
    """

    epoch: int
    time_ns: int
    calls: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """The leader's checksum of the state at a position."""

    position: int
    checksum: bytes


@dataclass(frozen=True, slots=True)
class End:
    """The manager leaves the chain: entries behind this one are of nobody."""


Entry = Calls | Check | End | Ahead


def to_bytes(entry: Entry) -> bytes:
    """An entry as it lies in the log."""
    match entry:
        case Calls(epoch, time_ns, calls):
            return encode([_FORM, _CALLS, epoch, time_ns, list(calls)])
        case Check(position, checksum):
            return encode([_FORM, _CHECK, position, checksum])
        case End():
            return encode([_FORM, _END])
        case Answered() | Skipped() | Failed():
            return encode([_FORM, *to_list(entry)])


def from_bytes(data: bytes) -> Entry:
    """The entry of such bytes. Raises StateNotCapturable where they are none, such as of a later version."""
    found = decode(data)
    if not is_list(found) or found[0] != _FORM:
        raise StateNotCapturable("an entry of the log has a form that this version does not know; update all kernels to one version")
    kind = found[1]
    if kind == _CALLS:
        return Calls(found[2], found[3], tuple(found[4]))
    if kind in KINDS:
        return from_list(found[1:])
    return Check(found[2], found[3]) if kind == _CHECK else End()


def call_bytes(call: LoggedCall) -> bytes:
    """A call as it stands in an entry. Raises ValueInvalid for an argument that cannot travel."""
    numbers = [call.session, call.number, call.lowest, call.seed]
    return encode([*numbers, call.method, list(call.args), call.kwargs or None, call.request_id, call.client_id, call.headers or None])


def call_of(data: bytes) -> LoggedCall:
    """The call of such bytes."""
    session, number, lowest, seed, method, args, kwargs, request_id, client_id, headers = decode(data)
    return LoggedCall(session, number, lowest, method, tuple(args), kwargs, request_id, client_id, seed, headers)
