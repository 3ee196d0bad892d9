"""A call as it has arrived, and as it is to stand in the log."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from amino_wire.errors import ArgumentInvalid
from amino_wire.frames import CallOptions
from amino_wire.guards import is_map
from amino_wire.transactions import own_transaction
from amino_wire.values import DEFAULT, EncodedValue, decode, encode, reader

from amino_dms.api import REPLICA_HEADER, InstanceKernel, Invocation
from amino_dms.replication.entries import CHAIN, HEADER, TRANSACTION, LoggedCall

_NUMBERS: Final = 1 << 62
_NAME: Final = 256
_are_usual = frozenset((HEADER, REPLICA_HEADER)).issuperset


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
        case given:
            epoch, session, number, lowest = _numbers(call.method, given, kernel.title)
    seed = kernel.random.getrandbits(63)
    args, kwargs = DEFAULT.encode_array(call.args), encode(dict(call.kwargs)) if call.kwargs else b""
    others = _others(call.headers, own, call.chain, own_transaction(call.transaction_id, kernel.object_id))
    return epoch, LoggedCall(session, number, lowest, seed, call.method, args, kwargs, call.request_id, call.client_id, others)


def encoded_call(method: str, args: EncodedValue, options: CallOptions, kernel: InstanceKernel) -> LoggedCall | None:
    """The same of a call whose values are still encoded; None: it has come by no proxy of ours.

    Raises:
        AminoError: its headers are none that a proxy gives.
    """
    headers = options.headers
    if type(headers) is not EncodedValue:
        return None
    named = _named(headers.data)
    given = named.pop(HEADER, None)
    if given is None:
        return None
    _, session, number, lowest = _numbers(method, given, kernel.title)
    kwargs = options.kwargs.data if type(options.kwargs) is EncodedValue else b""
    seed = kernel.random.getrandbits(63)
    return LoggedCall(
        session, number, lowest, seed, method, args.data, kwargs, options.request_id, options.client_id, _others(named, chain=options.chain)
    )


def _named(headers: bytes) -> dict[str, Any]:
    plain: Any = reader.unpack(headers)
    if is_map(plain) and _are_usual(plain):
        return plain
    named: dict[str, Any] = decode(headers)
    return named


def _numbers(method: str, given: Any, title: str) -> tuple[int, str, int, int]:
    """The epoch that a proxy knows, and the numbers it has given a call. Raises ArgumentInvalid where no proxy gives such."""
    match given:
        case [int(epoch), str(session), int(number), int(lowest)] if max(abs(number), abs(lowest)) < _NUMBERS and len(session) < _NAME:
            return epoch, session, number, lowest
        case _:
            raise ArgumentInvalid(f"the call {method} of {title} has no number that its managers give; send none")


def _others(headers: Mapping[str, Any], own: Collection[str] = (), chain: tuple[str, ...] = (), transaction: str = "") -> bytes:
    """The headers of a call that are for managers nearer the object, the calls that led to it, and its transaction, encoded; empty: there
    are none."""
    ours = (HEADER, REPLICA_HEADER, *own)
    others = {name: value for name, value in headers.items() if name not in ours and not name.startswith("@")}
    if chain:
        others[CHAIN] = list(chain)
    if transaction:
        others[TRANSACTION] = transaction
    return encode(others) if others else b""
