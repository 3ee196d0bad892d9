"""The common part of stubs with and without async."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from amino_wire.errors import ArgumentInvalid
from amino_wire.frames import CallOptions
from amino_wire.values import Reference

if TYPE_CHECKING:
    from amino.location import Location

LONGEST_DEADLINE = 1e9
"""Seconds. Some thirty years; a longer time does not fit in the nanoseconds of a kernel's clock."""


class StubBase:
    """The common part of stubs with and without async. Two stubs are equal when they mean the same object."""

    _location: Location
    _options: CallOptions | None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StubBase) and other._location.id == self._location.id

    def __hash__(self) -> int:
        return hash(self._location.id)

    def __repr__(self) -> str:
        location = self._location
        name = f"{location.record.name} " if location.record is not None and location.record.name else ""
        return f"<{location.class_name or 'object'} {name}{location.id}>"

    # Python would take indexes for names of members, and so never come to an end.
    def __iter__(self) -> NoReturn:
        raise TypeError(f"{self!r} cannot be iterated over or unpacked: call a member that gives a list")

    def __contains__(self, item: object) -> NoReturn:
        raise TypeError(f"{self!r} does not say what is in it: call a member that does")

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            raise AttributeError(f"{name} of {self!r} cannot be assigned, for the object is elsewhere: call a member that sets it")
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{name} of {self!r} cannot be deleted, for the object is elsewhere")

    def __dir__(self) -> list[str]:
        record = self._location.record
        members = [member.name for member in record.interface.members] if record is not None else []
        return ["dm", "with_options", *members]

    def __copy__(self) -> StubBase:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> StubBase:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a stub cannot be pickled: it belongs to a connection. Keep the id, amino.reference_of(stub).id, "
            "and get the stub again with client.get(id)"
        )


def member_name(stub: StubBase, name: object) -> str:
    """The name of a member. Raises TypeError for what is none, such as an index."""
    if not isinstance(name, str):
        raise TypeError(f"{stub!r} has no items; stub['name'] is its member of that name, not stub[{name!r}]")
    return name


def merged(
    known: CallOptions | None,
    deadline: float | timedelta | None,
    read_only: bool | None,
    request_id: str | None,
    transaction_id: str | None,
    trace: str | None,
    headers: Mapping[str, Any] | None,
) -> CallOptions:
    """Options with some of them changed.

    Raises:
        ArgumentInvalid: a deadline that is not positive, or longer than LONGEST_DEADLINE.
    """
    changes: dict[str, Any] = {
        "read_only": read_only,
        "request_id": request_id,
        "transaction_id": transaction_id,
        "trace": trace,
        "headers": headers,
    }
    if deadline is not None:
        seconds = deadline.total_seconds() if isinstance(deadline, timedelta) else deadline
        if not 0 < seconds <= LONGEST_DEADLINE:
            raise ArgumentInvalid(f"a deadline must be more than 0 seconds and at most {LONGEST_DEADLINE:.0e}, not {seconds}")
        changes["budget_ms"] = max(1, round(seconds * 1000))
    return replace(known or CallOptions(), **{name: value for name, value in changes.items() if value is not None})


def reference_of(stub: StubBase) -> Reference:
    """The reference of a stub; its `id` can be kept and given to `client.get` later."""
    return stub._location.reference()  # pyright: ignore[reportPrivateUsage]
