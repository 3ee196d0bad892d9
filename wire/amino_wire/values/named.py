"""Values that travel under a name (extension 9): the standard names, and Named for whatever Python has no class for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any, cast

Pair = tuple[str, Any]

RESERVED = "amino."
"""How the standard names begin; no class of an application may have such a name."""


@dataclass(frozen=True, slots=True)
class Named:
    """A value of a class that this program does not know, as it travelled. It leaves as it came.

    Arguments:
        name: of its class, such as `Point` or `amino.url`.
        value: what the class was saved as; often a map of its fields, or a text.
    """

    name: str
    value: Any

    def __str__(self) -> str:
        return self.value if isinstance(self.value, str) else repr(self)


_SIGNED, _UNSIGNED, _FLOATS = "bhilq", "BHILQ", "fd"
_KINDS = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64")


def _save_text(name: str) -> Callable[[Any], Pair]:
    return lambda value: (name, str(value))


def _save_date(value: date) -> Pair:
    return "amino.date", value.isoformat()


def _save_time(value: time) -> Pair:
    if value.tzinfo is not None:
        raise ValueError("a time with a time zone cannot travel; send a datetime, or the time without its zone")
    return "amino.time", value.isoformat("microseconds").rstrip("0").rstrip(".")


def _save_fraction(value: Any) -> Pair:
    return "amino.rational", [value.numerator, value.denominator]


def _save_array(value: Any) -> Pair:
    kind = _kind_of(value.typecode, value.itemsize)
    if kind is None:
        raise ValueError(f"an array of the type code {value.typecode!r} cannot travel; send a list or a string")
    return f"amino.array.{kind}", _little_endian(value).tobytes()


def _kind_of(code: str, size: int) -> str | None:
    for word, codes in (("float", _FLOATS), ("int", _SIGNED), ("uint", _UNSIGNED)):
        if code in codes:
            return f"{word}{8 * size}"
    return None


def _little_endian(value: Any) -> Any:
    if sys.byteorder == "big":
        value = value[:]
        value.byteswap()
    return value


_SAVERS: dict[tuple[str, str], Callable[[Any], Pair]] = {
    ("decimal", "Decimal"): _save_text("amino.decimal"),
    ("uuid", "UUID"): _save_text("amino.uuid"),
    ("fractions", "Fraction"): _save_fraction,
    ("array", "array"): _save_array,
    ("datetime", "date"): _save_date,
    ("datetime", "time"): _save_time,
}
"""By module and name: a program that never imported a class has no value of it."""


def save_standard(value: Any) -> Pair | None:
    """Name and payload of a value of Python's own library; None for every other value.

    Raises:
        ValueError: a value of such a class that cannot travel.
    """
    for kind in type(value).__mro__[:-1]:
        saver = _SAVERS.get((kind.__module__, kind.__qualname__))
        if saver is not None:
            return saver(value)
    return None


def _load_decimal(payload: Any) -> Any:
    from decimal import Decimal

    return Decimal(payload)


def _load_uuid(payload: Any) -> Any:
    from uuid import UUID

    return UUID(payload)


def _load_fraction(payload: Any) -> Any:
    from fractions import Fraction

    return Fraction(*payload)


def _array_loader(kind: str) -> Callable[[Any], Any]:
    def load(payload: Any) -> Any:
        from array import array, typecodes

        code = next(code for code in typecodes if code not in "uw" and _kind_of(code, array(code).itemsize) == kind)
        return _little_endian(array(code, payload))

    return load


_LOADERS: dict[str, Callable[[Any], Any]] = {
    "amino.decimal": _load_decimal,
    "amino.uuid": _load_uuid,
    "amino.rational": _load_fraction,
    "amino.date": date.fromisoformat,
    "amino.time": time.fromisoformat,
    **{f"amino.array.{kind}": _array_loader(kind) for kind in _KINDS},
}


def load_standard(name: str, payload: Any) -> Any:
    """The value of Python's own library that a name and a payload say; Named where Python cannot hold it without loss."""
    loader = _LOADERS.get(name)
    if loader is None:
        return Named(name, payload)
    try:
        value = loader(payload)
        saved = cast(Pair, save_standard(value))[1]
    except (ValueError, TypeError, ArithmeticError, AttributeError):
        return Named(name, payload)
    return value if type(saved) is type(payload) and saved == payload else Named(name, payload)
