"""What stands in the log of a replicated object. Values of callers stay as they came until a call runs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from amino_wire import frames
from amino_wire.errors import StateNotCapturable, ValueInvalid
from amino_wire.values import reader

from amino_dms.api.narrow import is_list
from amino_dms.replication.ahead_entries import KINDS, Ahead, Answered, Failed, Skipped, from_list, is_ahead, to_list

HEADER: Final = "ConsensusRSM"
"""The header under which a proxy sends the epoch that it knows, and the numbers of the call."""
_FORM: Final = 2
_CALLS: Final = "calls"
_CHECK: Final = "check"
_END: Final = "end"
CHAIN: Final = "@chain"
"""The header of a call in the log that has the calls which led to it."""
TRANSACTION: Final = "@transaction"
"""The header of a call in the log that has the transaction of the object which it is part of."""
_CALL_BYTES: Final = 64
"""About what a call has in an entry besides its values and names."""


class LoggedCall(NamedTuple):
    """A call that every replica runs.

    Arguments:
        session, number, lowest: as `CallNumbers` gives them.
        seed: where the object's chance comes from during this call.
        method: the member.
        args: an array of the arguments, encoded.
        kwargs: a map of the named ones, encoded; empty: there are none.
        request_id, client_id: of the caller.
        headers: for managers nearer the object, a map, encoded; empty: there are none.
    """

    session: str
    number: int
    lowest: int
    seed: int
    method: str
    args: bytes = b"\x90"
    kwargs: bytes = b""
    request_id: str = ""
    client_id: str = ""
    headers: bytes = b""

    @property
    def key(self) -> tuple[str, int]:
        """By what its outcome is known."""
        return self.session, self.number

    @property
    def size(self) -> int:
        """About how many bytes it has in an entry."""
        names = len(self.session) + len(self.method) + len(self.request_id) + len(self.client_id)
        return _CALL_BYTES + names + len(self.args) + len(self.kwargs) + len(self.headers)


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls that run one after another.

    Arguments:
        epoch: of the leader that has ordered them.
        time_ns: the time of day that the object sees, in nanoseconds since 1970.
        calls: in their order.
    """

    epoch: int
    time_ns: int
    calls: tuple[LoggedCall, ...]


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
            return frames.pack([_FORM, _CALLS, epoch, time_ns, calls])
        case Check(position, checksum):
            return frames.pack([_FORM, _CHECK, position, checksum])
        case End():
            return frames.pack([_FORM, _END])
        case Answered() | Skipped() | Failed():
            return frames.pack([_FORM, *to_list(entry)])


def from_bytes(data: bytes) -> Entry:
    """The entry of such bytes. Raises StateNotCapturable where they are none, such as of a later version."""
    try:
        found: Any = reader.unpack(data)
    except ValueInvalid:
        found = None
    if not is_list(found) or not found or found[0] != _FORM:
        raise StateNotCapturable("an entry of the log has a form that this version does not know; update all kernels to one version")
    kind = found[1]
    if kind == _CALLS:
        return Calls(found[2], found[3], tuple(map(LoggedCall._make, found[4])))
    if kind in KINDS:
        return from_list(list(found[1:]))
    return Check(found[2], found[3]) if kind == _CHECK else End()


def ahead_of(data: bytes) -> Ahead | None:
    """The entry of such bytes, if calls may wait for it; of other entries nothing is read."""
    entry = from_bytes(data) if is_ahead(data) else None
    return entry if isinstance(entry, Answered | Skipped | Failed) else None
