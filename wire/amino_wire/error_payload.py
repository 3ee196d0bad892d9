"""Errors as arrays (`docs/wire.md`, section 3): `[code, type, message, stack, details, cause, outcome, errors, hop]`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from amino_wire.error_base import AminoError
from amino_wire.error_group import Room, converted, error_of
from amino_wire.error_tree import BY_CODE, Cancelled, GuestException, InternalError, ValueInvalid
from amino_wire.hops import hop_of, trace_text
from amino_wire.protocol import CAUSE_LIMIT, Outcome


def as_error(raised: BaseException) -> AminoError:
    """The error itself, or for an exception of Python's: the error that stands for it on the other side."""
    return converted(raised, _of_python)


def _of_python(raised: BaseException, **parts: Any) -> AminoError:
    name = type(raised).__name__
    if name == "CancelledError":
        return Cancelled("the call was cancelled where it ran", **parts)
    return InternalError(f"{name}: {raised}", type=name, **parts)


def as_value(raised: BaseException) -> AminoError:
    """The error itself, or for an exception of Python's: the exception of the application as which it travels inside a value."""
    return converted(raised, _of_application)


def _of_application(raised: BaseException, **parts: Any) -> AminoError:
    return error_of(GuestException, str(raised), type=type(raised).__name__, **parts)


def to_payload(error: AminoError) -> list[Any]:
    """The array of an error. Its details are still Python values, which the codec turns into plain ones."""
    return _payload(error, CAUSE_LIMIT - 1, Room())


def _payload(error: AminoError, levels: int, room: Room) -> list[Any]:
    cause = _payload(error.cause, levels - 1, room) if error.cause is not None and levels and room.take(1) else None
    payload = [error.code, error.type, error.message, error.stack, error.details or None, cause, int(error.outcome)]
    members = error.errors[: room.take(len(error.errors))] if levels else ()
    inner = [_payload(member, levels - 1, room) for member in members]
    if error.hop is not None:
        return [*payload, inner or None, error.hop.parts()]
    return [*payload, inner] if inner else payload


def from_payload(payload: Sequence[Any]) -> AminoError:
    """The error of an array. A code that is not known here becomes an InternalError that names it.

    Raises:
        ValueInvalid: the array is no error.
    """
    return traced(_error(payload, CAUSE_LIMIT - 1))


def traced(error: AminoError) -> AminoError:
    """The same error with its trace as a note, which a traceback of Python's shows below the message."""
    text = trace_text(error)
    if text and text not in getattr(error, "__notes__", ()):
        error.add_note(text)
    return error


def _error(payload: Any, levels: int) -> AminoError:
    _check(payload)
    cause = None if payload[5] is None or not levels else _error(payload[5], levels - 1)
    members = members_in(payload) if levels else ()
    return _build(payload, cause, [_error(member, levels - 1) for member in members])


def members_in(payload: Sequence[Any]) -> Sequence[Any]:
    """The payloads of the members in that of a group; none where an older writer made it."""
    members = payload[7] if len(payload) > 7 else None
    return cast("Sequence[Any]", members) if isinstance(members, (list, tuple)) else ()


def _check(payload: Any) -> None:
    if not isinstance(payload, (list, tuple)):
        raise ValueInvalid("an error must be an array of code, type, message, stack, details, cause and outcome")
    parts = cast("Sequence[Any]", payload)
    if len(parts) < 6 or not all(isinstance(part, str) for part in parts[:4]) or not (parts[4] is None or isinstance(parts[4], dict)):
        raise ValueInvalid("an error must be an array of code, type, message, stack (strings), details (a map or nil), cause and outcome")
    if len(parts) > 6 and not (parts[6] is None or type(parts[6]) is int):
        raise ValueInvalid("the outcome of an error must be an integer")


def _build(payload: Sequence[Any], cause: AminoError | None, errors: Sequence[AminoError]) -> AminoError:
    code, kind, message, stack, details, _ = payload[:6]
    outcome = outcome_of(payload[6]) if len(payload) > 6 and payload[6] is not None else None
    known = BY_CODE.get(code)
    if known is None:
        known, message = InternalError, f"{message} (code {code}, unknown to this version)"
    named = cast("Mapping[str, Any] | None", details)
    hop = hop_of(payload[8]) if len(payload) > 8 else None
    return error_of(known, message, errors, type=kind, stack=stack, details=named, cause=cause, outcome=outcome, hop=hop)


def outcome_of(number: int) -> Outcome:
    """The outcome of a number that travelled; a number that this version does not know says nothing."""
    return Outcome(number) if Outcome.UNKNOWN <= number <= Outcome.RAN else Outcome.UNKNOWN


def guest_exception(kind: str, message: str, stack: str = "") -> GuestException:
    """An exception of the application, by its class name, message and frames."""
    return GuestException(message, type=kind, stack=stack)
