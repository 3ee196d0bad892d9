"""The common part of members with and without async: what Python asks of a function besides calling it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from amino.member_texts import documented, member_in, member_text, signature_of

if TYPE_CHECKING:
    from inspect import Signature

    from amino_wire.frames import CallOptions
    from amino_wire.pb import common_pb2

    from amino.location import Location


class _Signature:
    """`__signature__` of instances; a class has its own."""

    def __get__(self, member: MemberBase | None, owner: type) -> Signature | None:
        return None if member is None else signature_of(member.described())


def _member_text(member: MemberBase) -> str:
    return member_text(member.described(), member.__name__)


class MemberBase:
    """A member of an object.

    It is no value: its truth and its comparison with values are refused, for they would say nothing of the result.
    """

    __slots__ = ()
    __signature__ = _Signature()

    def _parts(self) -> tuple[Location, str, CallOptions | None]:
        raise NotImplementedError

    def described(self) -> common_pb2.Member | None:
        """The description of the member, if one is known."""
        location, name, _ = self._parts()
        return member_in(location.record, name)

    @property
    def __name__(self) -> str:
        return self._parts()[1]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MemberBase):
            if other is None:
                return False
            raise TypeError(f"{self!r} is compared with {other!r}, but only its result could be: call it, stub.{self.__name__}()")
        return self._parts() == other._parts()

    def __hash__(self) -> int:
        location, name, _ = self._parts()
        return hash((location.id, name))

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{self!r} is neither true nor false, but its result may be: call it, stub.{self.__name__}()")

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{self!r} cannot be pickled: it belongs to a connection. Keep amino.reference_of(stub).id and the member's name")

    def __copy__(self) -> MemberBase:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> MemberBase:
        return self

    def __repr__(self) -> str:
        location, name, _ = self._parts()
        record = location.record
        called = f" {record.name}" if record is not None and record.name else ""
        return f"<member {name} of {location.class_name or 'object'}{called} {location.id}>"


explained = documented(_member_text)
"""A decorator of the classes of members: `help(stub.incr)` says what is known of it."""
