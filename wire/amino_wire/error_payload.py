"""Errors as arrays (`docs/wire.md`, section 3): `[code, type, message, stack, details, cause]`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from amino_wire.error_base import AminoError
from amino_wire.error_tree import BY_CODE, Cancelled, GuestException, InternalError, ValueInvalid

CAUSE_LIMIT = 16
"""How many causes travel; a chain that is longer is cut."""


def as_error(raised: BaseException) -> AminoError:
    """The error itself, or for an exception of Python's: what it is to the other side."""
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
        payload = [link.code, link.type, link.message, link.stack, link.details or None, payload]
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
        raise ValueInvalid("an error must be an array of code, type, message, stack, details and cause")
    parts = cast("Sequence[Any]", payload)
    if len(parts) != 6 or not all(isinstance(part, str) for part in parts[:4]) or not (parts[4] is None or isinstance(parts[4], dict)):
        raise ValueInvalid("an error must be an array of code, type, message, stack (strings), details (a map or nil) and cause")


def _build(payload: Sequence[Any], cause: AminoError | None) -> AminoError:
    code, kind, message, stack, details, _ = payload
    known = BY_CODE.get(code)
    if known is None:
        return InternalError(f"{message} (code {code}, unknown to this version)", type=kind, stack=stack, details=details, cause=cause)
    return known(message, type=kind, stack=stack, details=cast("Mapping[str, Any] | None", details), cause=cause)


def guest_exception(kind: str, message: str, stack: str = "") -> GuestException:
    """An exception of the application, by its class name, message and frames."""
    return GuestException(message, type=kind, stack=stack)
