"""Errors as arrays (`docs/wire.md`, section 3): `[code, type, message, stack, details, cause, outcome]`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from amino_wire.error_base import AminoError
from amino_wire.error_tree import BY_CODE, Cancelled, GuestException, InternalError, ValueInvalid
from amino_wire.protocol import CAUSE_LIMIT, Outcome


def as_error(raised: BaseException) -> AminoError:
    """The error itself, or for an exception of Python's: the error that stands for it on the other side."""
    if isinstance(raised, AminoError):
        return raised
    name = type(raised).__name__
    if name == "CancelledError":
        return Cancelled("the call was cancelled where it ran")
    return InternalError(f"{name}: {raised}", type=name)


def to_payload(error: AminoError) -> list[Any]:
    """The array of an error. Its details are still Python values, which the codec turns into plain ones."""
    links: list[AminoError] = []
    link: AminoError | None = error
    while link is not None and len(links) < CAUSE_LIMIT:
        links.append(link)
        link = link.cause
    payload: list[Any] | None = None
    for link in reversed(links):
        payload = [link.code, link.type, link.message, link.stack, link.details or None, payload, int(link.outcome)]
    return cast("list[Any]", payload)


def from_payload(payload: Sequence[Any]) -> AminoError:
    """The error of an array. A code that is not known here becomes an InternalError that names it.

    Raises:
        ValueInvalid: the array is no error.
    """
    links: list[Sequence[Any]] = []
    link: Any = payload
    while link is not None:
        _check(link)
        if len(links) < CAUSE_LIMIT:
            links.append(link)
        link = link[5]
    error: AminoError | None = None
    for link in reversed(links):
        error = _build(link, error)
    return cast(AminoError, error)


def _check(payload: Any) -> None:
    if not isinstance(payload, (list, tuple)):
        raise ValueInvalid("an error must be an array of code, type, message, stack, details, cause and outcome")
    parts = cast("Sequence[Any]", payload)
    if len(parts) < 6 or not all(isinstance(part, str) for part in parts[:4]) or not (parts[4] is None or isinstance(parts[4], dict)):
        raise ValueInvalid("an error must be an array of code, type, message, stack (strings), details (a map or nil), cause and outcome")
    if len(parts) > 6 and not (parts[6] is None or type(parts[6]) is int):
        raise ValueInvalid("the outcome of an error must be an integer")


def _build(payload: Sequence[Any], cause: AminoError | None) -> AminoError:
    code, kind, message, stack, details, _ = payload[:6]
    outcome = outcome_of(payload[6]) if len(payload) > 6 and payload[6] is not None else None
    known = BY_CODE.get(code)
    if known is None:
        known, message = InternalError, f"{message} (code {code}, unknown to this version)"
    return known(message, type=kind, stack=stack, details=cast("Mapping[str, Any] | None", details), cause=cause, outcome=outcome)


def outcome_of(number: int) -> Outcome:
    """The outcome of a number that travelled; a number that this version does not know says nothing."""
    return Outcome(number) if Outcome.UNKNOWN <= number <= Outcome.RAN else Outcome.UNKNOWN


def guest_exception(kind: str, message: str, stack: str = "") -> GuestException:
    """An exception of the application, by its class name, message and frames."""
    return GuestException(message, type=kind, stack=stack)
