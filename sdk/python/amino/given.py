"""The arguments and labels that programs give for new objects, checked. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from amino_wire.errors import ArgumentInvalid


def is_list(value: object) -> TypeGuard[Sequence[Any]]:
    """Whether a value is a sequence of arguments. A text is none: its letters would become the arguments."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def positional(args: object) -> Sequence[Any]:
    """The arguments of a constructor. Raises ArgumentInvalid for what is no list of them."""
    if not is_list(args):
        raise ArgumentInvalid(f"args must be a list of the constructor's arguments, such as [{args!r}], not {args!r}")
    return args


def named(kwargs: object) -> dict[str, Any]:
    """The named arguments of a constructor; None: there are none. Raises ArgumentInvalid for what has no names."""
    if kwargs is None:
        return {}
    if not isinstance(kwargs, Mapping):
        raise ArgumentInvalid(f"kwargs must be arguments by their names, such as {{'start': 10}}, not {kwargs!r}")
    return dict(kwargs)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def labels_of(labels: object) -> dict[str, str] | None:
    """The labels of an object; None: nothing was said. Raises ArgumentInvalid for what is no texts by names."""
    if labels is None:
        return None
    if not isinstance(labels, Mapping):
        raise ArgumentInvalid(f"labels must be texts by their names, such as {{'tier': 'gold'}}, not {labels!r}")
    found: dict[str, str] = {}
    for name, text in labels.items():  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(name, str) or not isinstance(text, str):
            raise ArgumentInvalid(f"labels must be texts by their names: {name!r} is {text!r}, which is not a text by a name")
        found[name] = text
    return found
