"""Which class a value has in each language: the rows of `classes` in `values.json`, of which the table of `docs/values.md` is made."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from tests.conformance.value_cases import COLOUR, POINT, STANDARD, Value, double, integer, listed, mapped, named, string

LANGUAGES = ("python", "js", "ruby", "guest_js", "guest_python", "guest_ruby", "guest_java", "guest_c")
"""Columns: the SDKs, then the guests."""

REFUSED = "refused"
"""In C: `ARGUMENT_INVALID`, for no type of C takes it."""

NAMED = ("amino.Named", "Named", "Amino::Named", "Named", "amino.Named", "Amino::Named", "Named", REFUSED)
KNOWN: dict[str, tuple[str, ...]] = {
    "amino.decimal": ("decimal.Decimal", "Named", "BigDecimal", "Named", "decimal.Decimal", "Amino::Named", "BigDecimal", REFUSED),
    "amino.date": ("datetime.date", "Named", "Date", "Named", "datetime.date", "Amino::Named", "LocalDate", REFUSED),
    "amino.time": ("datetime.time", "Named", "Amino::Named", "Named", "datetime.time", "Amino::Named", "LocalTime", REFUSED),
    "amino.uuid": ("uuid.UUID", "Named", "Amino::Named", "Named", "uuid.UUID", "Amino::Named", "UUID", REFUSED),
    "amino.rational": ("fractions.Fraction", "Named", "Rational", "Named", "fractions.Fraction", "Rational", "Named", REFUSED),
    "amino.url": ("amino.Named", "URL", "URI::HTTPS", "Named", "amino.Named", "URI::HTTPS", "URI", REFUSED),
    "amino.regexp": ("amino.Named", "RegExp", "Amino::Named", "RegExp", "amino.Named", "Amino::Named", "Named", REFUSED),
}
ARRAYS = {
    "int8": "Int8Array",
    "uint8": "Named",
    "int16": "Int16Array",
    "uint16": "Uint16Array",
    "int32": "Int32Array",
    "uint32": "Uint32Array",
    "int64": "BigInt64Array",
    "uint64": "BigUint64Array",
    "float32": "Float32Array",
    "float64": "Float64Array",
}


def _same(python: str, js: str, ruby: str, java: str, c: str = REFUSED) -> tuple[str, ...]:
    """A row whose guests have the classes of their SDK."""
    return python, js, ruby, js, python, ruby, java, c


def classes() -> Iterator[tuple[str, str, Value, dict[str, Any]]]:
    """What it is, its name on the wire, an example, and its class by language."""
    for what, wire, value, row in (*_plain(), *_moments(), *_named()):
        yield what, wire, value, dict(zip(LANGUAGES, row, strict=True))


def _plain() -> Iterator[tuple[str, str, Value, tuple[str, ...]]]:
    yield "nothing", "nil", {"null": None}, _same("None", "null", "NilClass", "null", "amino_object")
    yield "truth", "bool", {"bool": True}, _same("bool", "boolean", "TrueClass", "Boolean", "bool")
    yield "integer", "int", integer(5), _same("int", "number", "Integer", "Long", "int8_t … uint64_t, double, float")
    yield "integer beyond 2^53", "int", integer(2**60), _same("int", "bigint", "Integer", "Long", "int64_t, uint64_t, double, float")
    yield "integer beyond 64 bits", "ext 1", integer(2**80), _same("int", "bigint", "Integer", "BigInteger", REFUSED)
    yield "number with a fraction", "double", double(1.5), _same("float", "number", "Float", "Double", "double, float")
    yield "text", "str", string("a"), _same("str", "string", "String", "String", "const char *")
    yield "bytes", "bin", {"bytes": "01ff"}, _same("bytes", "Uint8Array", "String", "byte[]", "const amino_bytes *")
    yield "list", "array", listed(integer(1)), _same("list", "Array", "Array", "ArrayList")
    yield "map", "map", mapped((string("a"), integer(1))), _same("dict", "Object", "Hash", "LinkedHashMap")
    yield "map with other keys than texts", "map", mapped((integer(1), integer(1))), _same("dict", "Map", "Hash", "LinkedHashMap")
    yield "set", "ext 2", {"set": [integer(1)]}, _same("set", "Set", "Set", "LinkedHashSet")


def _moments() -> Iterator[tuple[str, str, Value, tuple[str, ...]]]:
    moment, length = 1_700_000_000_123 * 10**6, 1500 * 10**6
    exact = ("datetime.datetime", "Date", "Time", "Date", "datetime.datetime", "Time", "Instant", REFUSED)
    yield "moment", "ext −1", {"timestamp": str(moment)}, exact
    fine = ("amino.Timestamp", "Timestamp", "Time", "Timestamp", "amino.Timestamp", "Time", "Instant", REFUSED)
    yield "moment with nanoseconds", "ext −1", {"timestamp": str(moment + 1)}, fine
    exact = ("datetime.timedelta", "Duration", "Amino::Duration", "Duration", "datetime.timedelta", "Amino::Duration", "Duration", REFUSED)
    yield "length of time", "ext 3", {"duration": str(length)}, exact
    fine = ("amino.Duration", "Duration", "Amino::Duration", "Duration", "amino.Duration", "Amino::Duration", "Duration", REFUSED)
    yield "length of time with nanoseconds", "ext 3", {"duration": str(length + 1)}, fine


def _named() -> Iterator[tuple[str, str, Value, tuple[str, ...]]]:
    for what, name, value in STANDARD:
        row = KNOWN.get(name)
        if row is None:
            js = ARRAYS[name.removeprefix("amino.array.")]
            row = ("array.array", js, "Amino::Named", js, "array.array", "Amino::Named", "Named", REFUSED)
        yield what, name, named(name, value), row
    clamped = {"bytes": struct.pack("<B", 7).hex()}
    row = ("amino.Named", "Uint8ClampedArray", "Amino::Named", "Uint8ClampedArray", "amino.Named", "Amino::Named", "Named", REFUSED)
    yield "array of clamped 8-bit integers", "amino.array.uint8_clamped", named("amino.array.uint8_clamped", clamped), row
    yield "value of a class that the receiver does not register", "the class's", named(*POINT), NAMED
    yield "member of an enumeration that the receiver does not register", "the class's", named(*COLOUR), NAMED
