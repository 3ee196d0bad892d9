"""The common part of stubs with and without async."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from amino_wire.frames import CallOptions
from amino_wire.values import Reference

from amino.lengths import Length, milliseconds
from amino.member_texts import documented, object_text
from amino.refusals import Refusals

if TYPE_CHECKING:
    from amino_wire.pb import common_pb2

    from amino.location import Location


def _stub_text(stub: StubBase) -> str:
    return object_text(stub._known(), repr(stub))  # pyright: ignore[reportPrivateUsage]


documented_stub = documented(_stub_text)
"""A decorator of the classes of stubs: `help(stub)` says what is known of the object."""


class StubBase(Refusals):
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

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            self._assign(name, value)
            return
        object.__setattr__(self, name, value)

    def _assign(self, name: str, value: Any) -> None:  # noqa: ARG002
        raise AttributeError(
            f"{name} of {self!r} cannot be assigned, for nothing would wait for the object: `await stub.{name}.set(value)`"
        )

    def _known(self) -> common_pb2.ObjectRecord | None:
        """The record of the object, as far as it is known without waiting for the network for long."""
        return self._location.record

    def __dir__(self) -> list[str]:
        record = self._known()
        members = [member.name for member in record.interface.members] if record is not None else []
        return sorted({"dm", "with_options", *(name for name in members if name.isidentifier())})

    def __copy__(self) -> StubBase:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> StubBase:
        return self


def member_name(stub: StubBase, name: object) -> str:
    """The name of a member. Raises TypeError for what is none, such as an index."""
    if not isinstance(name, str):
        raise TypeError(f"{stub!r} has no items; stub['name'] is its member of that name, not stub[{name!r}]")
    return name


def merged(
    known: CallOptions | None,
    deadline: Length | None,
    read_only: bool | None,
    request_id: str | None,
    transaction: str | None,
    trace: str | None,
    headers: Mapping[str, Any] | None,
) -> CallOptions:
    """Options with some of them changed.

    Raises:
        ArgumentInvalid: a deadline that is not positive, or longer than amino.lengths.LONGEST.
    """
    changes: dict[str, Any] = {
        "read_only": read_only,
        "request_id": request_id,
        "transaction_id": transaction,
        "trace": trace,
        "headers": headers,
    }
    if deadline is not None:
        changes["budget_ms"] = milliseconds(deadline, "deadline", zero=False)
    return replace(known or CallOptions(), **{name: value for name, value in changes.items() if value is not None})


def reference_of(stub: StubBase) -> Reference:
    """The reference of a stub; its `id` can be kept and given to `client.get` later."""
    return stub._location.reference()  # pyright: ignore[reportPrivateUsage]
