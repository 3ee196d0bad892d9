"""Classes whose fields say what their values are: dataclasses, named tuples, enums, attrs classes and pydantic models."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, cast

Shape = str


def shape_of(kind: Any) -> Shape | None:
    """What a class is, or None for a class that does not say what its values are."""
    enum = sys.modules.get("enum")
    if enum is not None and issubclass(kind, enum.Flag):
        return "flag"
    if enum is not None and issubclass(kind, enum.Enum):
        return "enum"
    if hasattr(kind, "__dataclass_fields__"):
        return "dataclass"
    if tuple in kind.__mro__ and hasattr(kind, "_fields"):
        return "namedtuple"
    if hasattr(kind, "__attrs_attrs__"):
        return "attrs"
    return "pydantic" if hasattr(kind, "model_fields") and hasattr(kind, "model_validate") else None


def _fields(shape: Shape, kind: Any) -> dict[str, str]:
    """Names of the fields, and of the constructor's parameters for them; an empty one where the constructor takes none."""
    if shape == "namedtuple":
        return {name: name for name in kind._fields}
    if shape == "attrs":
        return {
            field.name: (getattr(field, "alias", None) or field.name.lstrip("_")) if field.init else "" for field in kind.__attrs_attrs__
        }
    if shape == "pydantic":
        return {name: field.alias or name for name, field in kind.model_fields.items()}
    import dataclasses

    return {field.name: field.name if field.init else "" for field in dataclasses.fields(kind)}


_SAVE: dict[Shape, Callable[[Any], Any]] = {"enum": lambda value: value.name, "flag": lambda value: value.value}


def save_shape(shape: Shape, value: Any) -> Any:
    """The payload of a value: a map of its fields, the name of a member, or the number of a flag."""
    short = _SAVE.get(shape)
    return short(value) if short else {name: getattr(value, name) for name in _fields(shape, type(value))}


def load_shape(shape: Shape, kind: Any, payload: Any) -> Any:
    """The value that a payload says.

    Raises:
        Exception: whatever the class says of a payload that is none of its.
    """
    if shape == "enum":
        return kind[payload]
    if shape == "flag":
        return kind(payload)
    if not isinstance(payload, dict):
        raise TypeError(f"{kind.__name__} travels as a map of its fields, not as a {type(payload).__name__}")
    given = cast("dict[str, Any]", payload)
    parameters = _fields(shape, kind)
    unknown = [name for name in given if name not in parameters]
    if unknown:
        raise TypeError(f"{kind.__name__} has no field {unknown[0]!r}")
    value = kind(**{parameters[name]: item for name, item in given.items() if parameters[name]})
    for name, item in given.items():
        if not parameters[name]:
            object.__setattr__(value, name, item)
    return value
