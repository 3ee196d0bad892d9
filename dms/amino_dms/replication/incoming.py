"""A call as it has arrived, and as it is to stand in the log."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from amino_wire.errors import ArgumentInvalid

from amino_dms.api import REPLICA_HEADER, InstanceKernel, Invocation
from amino_dms.replication.entries import CHAIN, HEADER, LoggedCall

_NUMBERS: Final = 1 << 62
_NAME: Final = 256


def logged_call(call: Invocation, kernel: InstanceKernel, own: Collection[str] = ()) -> tuple[int, LoggedCall]:
    """The epoch that the caller's proxy knows, and the call as it stands in the log.

    Arguments:
        call: as it has arrived.
        kernel: of the instance manager.
        own: names of further headers that are the manager's own, and not for managers nearer the object.

    Raises:
        ArgumentInvalid: the numbers of the call are none that a proxy gives.
    """
    match call.headers.get(HEADER):
        case None:
            # It has come by no proxy of ours: all that says that it has come before is its own id.
            epoch, session, number, lowest = 0, f"@{call.request_id or kernel.random.getrandbits(64)}", 1, 1
        case [int(epoch), str(session), int(number), int(lowest)] if max(abs(number), abs(lowest)) < _NUMBERS and len(session) < _NAME:
            pass
        case _:
            raise ArgumentInvalid(f"the call {call.method} of {kernel.title} has no number that its managers give; send none")
    ours = (HEADER, REPLICA_HEADER, *own)
    others = {name: value for name, value in call.headers.items() if name not in ours and not name.startswith("@")}
    if call.chain:
        others[CHAIN] = list(call.chain)
    seed = kernel.random.getrandbits(63)
    kwargs = dict(call.kwargs) or None
    of = (call.method, call.args, kwargs, call.request_id, call.client_id, seed, others or None)
    return epoch, LoggedCall(session, number, lowest, *of)
