"""What the description of an object says of its members, in the forms that `help` and `inspect.signature` take."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from inspect import Signature

    from amino_wire.pb import common_pb2

C = TypeVar("C", bound=type)


class InstanceText:
    """A `__doc__` that an instance answers by itself, and its class with the text of the source."""

    def __init__(self, of_class: str, of_instance: Callable[[Any], str]) -> None:
        self._of_class = of_class
        self._of_instance = of_instance

    def __get__(self, instance: object, owner: type) -> str:
        return self._of_class if instance is None else self._of_instance(instance)


def documented(of_instance: Callable[[Any], str]) -> Callable[[C], C]:
    """A decorator of classes whose instances have a `__doc__` of their own."""

    def decorate(cls: C) -> C:
        cls.__doc__ = cast("str", InstanceText(cls.__doc__ or "", of_instance))
        return cls

    return decorate


def member_in(record: common_pb2.ObjectRecord | None, name: str) -> common_pb2.Member | None:
    """The description of a member; None where the record is not known or does not list it."""
    if record is None:
        return None
    return next((member for member in record.interface.members if member.name == name), None)


def signature_of(member: common_pb2.Member | None) -> Signature:
    """The parameters of a member. Where they are not known, it takes whatever it is given."""
    # Only programs that ask for signatures pay for the module.
    from inspect import Parameter, Signature

    anything = [Parameter("args", Parameter.VAR_POSITIONAL), Parameter("kwargs", Parameter.VAR_KEYWORD)]
    if member is None or (member.arity < 0 and not member.parameters):
        return Signature(anything)
    known: list[Parameter] = []
    for index, name in enumerate(member.parameters):
        if not name.isidentifier():
            return Signature(anything)
        positional = member.arity < 0 or index < member.arity
        kind = Parameter.POSITIONAL_OR_KEYWORD if positional else Parameter.KEYWORD_ONLY
        known.append(Parameter(name, kind, default=Parameter.empty if index < member.required else ...))
    return Signature(known)


def member_text(member: common_pb2.Member | None, name: str) -> str:
    """A member in words: how it is called, and its own documentation."""
    if member is None:
        return f"{name}(...): nothing is known here about this member"
    shown = name if member.property else f"{name}{signature_of(member)}"
    return f"{shown}\n\n{member.doc}" if member.doc else shown


def object_text(record: common_pb2.ObjectRecord | None, what: str) -> str:
    """An object in words: its own documentation and its members."""
    if record is None:
        return f"{what}. Its members are not known here yet; `client.describe(stub)` asks for them."
    parts = [what, record.interface.doc] if record.interface.doc else [what]
    members = [member for member in record.interface.members if not member.name.endswith("=")]
    shown = "\n".join(f"    {member_text(member, member.name)}".replace("\n\n", ": ").split("\n")[0] for member in members)
    return "\n\n".join([*parts, f"Members:\n{shown}" if shown else "It lists no members."])
