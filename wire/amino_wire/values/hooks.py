"""Which classes of a program travel under which names, and how: the hooks of a client."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from amino_wire.error_tree import ArgumentInvalid, ValueInvalid
from amino_wire.values.named import RESERVED, Named, load_standard, save_standard
from amino_wire.values.shapes import load_shape, save_shape, shape_of

_Kind = TypeVar("_Kind", bound=type)
HOOK = "amino.ValueHooks().register"


@dataclass(frozen=True, slots=True)
class Hook:
    """How values of one class travel. `name` is None for a class that leaves in its plain form."""

    name: str | None
    save: Callable[[Any], Any]
    load: Callable[[Any], Any]


class ValueHooks:
    """The classes that a program's values may have, beside those of `docs/values.md`. Given to `amino.connect(values=...)`.

    Arguments:
        plain: values that would travel under a name leave in their plain form (a Decimal as a text, a dataclass as a map), and values of
            names that are neither registered nor of Python's own library arrive in it. Registered classes travel as registered.
    """

    def __init__(self, *, plain: bool = False) -> None:
        self.plain = plain
        self._by_class: dict[type, Hook] = {}
        self._by_name: dict[str, Hook] = {}

    def register(
        self,
        kind: _Kind,
        name: str | None = None,
        *,
        save: Callable[[Any], Any] | None = None,
        load: Callable[[Any], Any] | None = None,
        plain: bool = False,
    ) -> _Kind:
        """Says how values of a class travel; also a decorator. Every program that shall get the class registers it.

        Arguments:
            kind: the class. A dataclass, a named tuple, an enum, an attrs class or a pydantic model needs no hooks.
            name: under which it travels; None: the class's own.
            save: makes the value that travels of one of the class, such as a map of its fields.
            load: makes a value of the class of what `save` made; None: `kind` itself is called with it.
            plain: it leaves as what `save` made, without a name, and does not come back as the class.

        Raises:
            ArgumentInvalid: the name is taken, or begins with `amino.`; or the class needs `save`.
        """
        name = kind.__name__ if name is None else name
        if not name or name.startswith(RESERVED):
            raise ArgumentInvalid(
                f"the name {name!r} of {kind.__name__} is empty, or begins with `{RESERVED}`, which standard names do; give another"
            )
        shape = shape_of(kind)
        if save is None and shape is None:
            raise ArgumentInvalid(
                f"{kind.__name__} is no dataclass, named tuple, enum, attrs class or pydantic model: give `save` and `load`"
            )
        if load is None:
            load = kind if save is not None or shape is None else lambda payload: load_shape(shape, kind, payload)
        hook = Hook(None if plain else name, save or (lambda value: save_shape(shape or "", value)), load)
        if not plain:
            known = self._by_name.setdefault(name, hook)
            if known is not hook:
                raise ArgumentInvalid(f"two classes are registered under the name {name!r}; give one of them another name")
        self._by_class[kind] = hook
        return kind

    def save(self, value: Any) -> tuple[str | None, Any] | None:
        """Name (None: plain) and payload of a value; None where it has no hook.

        Raises:
            ValueError: the hook failed.
        """
        hook = self._by_class.get(cast("type[object]", type(value)))
        if hook is None:
            return None
        try:
            return hook.name, hook.save(value)
        except Exception as error:
            raise ValueError(f"the hook `save` of {type(value).__name__} raised {type(error).__name__}: {error}") from error

    def load(self, name: str, payload: Any) -> Any:
        """The value of a name and a payload.

        Raises:
            ValueInvalid: the hook failed.
        """
        hook = self._by_name.get(name)
        if hook is None:
            found = load_standard(name, payload)
            return payload if self.plain and type(found) is Named else found
        try:
            return hook.load(payload)
        except Exception as error:
            raise ValueInvalid(f"the hook `load` of {name} raised {type(error).__name__}: {error}") from error


NO_HOOKS = ValueHooks()
"""Hooks of a program that has none. Nobody registers anything here."""


def outgoing(value: Any, hooks: ValueHooks) -> tuple[str | None, Any] | None:
    """Name (None: plain) and payload of a value that is of no other kind; None where it cannot travel.

    Raises:
        ValueError: a value that could travel by its class, but cannot.
    """
    found = hooks.save(value)
    if found is not None:
        return found
    if type(value) is Named:
        pair = value.name, value.value
    else:
        # An enum may be a date or a number besides, and is a member first.
        shape = shape_of(cast("type[object]", type(value)))
        standard = None if shape == "enum" else save_standard(value)
        if standard is None and shape is None:
            return None
        pair = standard or (type(value).__name__, save_shape(shape or "", value))
        if standard is None and pair[0].startswith(RESERVED):
            return None
    return (None, pair[1]) if hooks.plain else pair


def as_named(value: Any) -> Named | None:
    """How a value of a class travels without a word of the program; None where it cannot."""
    try:
        pair = outgoing(value, NO_HOOKS)
    except ValueError:
        return None
    return None if pair is None or pair[0] is None else Named(pair[0], pair[1])


def advice(value: Any) -> str:
    """How a value that cannot travel could."""
    name = type(value).__name__
    if callable(value) or type(value) is type(sys):
        return "see docs/values.md for what can"
    return f"register it: {HOOK}({name}, save=..., load=...), or send plain data (docs/values.md)"
