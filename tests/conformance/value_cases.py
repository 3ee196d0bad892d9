"""The cases of `values.json` that are valid."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

Value = dict[str, Any]


def integer(value: int) -> Value:
    """An integer."""
    return {"int": str(value)}


def double(value: float) -> Value:
    """A double."""
    return {"double": struct.pack(">d", value).hex()}


def string(value: str) -> Value:
    """A string."""
    return {"string": value}


def listed(*items: Value, **label: str) -> Value:
    """A list."""
    return {"list": list(items), **label}


def mapped(*pairs: tuple[Value, Value], **label: str) -> Value:
    """A map."""
    return {"map": [list(pair) for pair in pairs], **label}


def valid() -> Iterator[tuple[str, Value, dict[str, Any]]]:
    """Name, value, and what else the vector says."""
    yield from _scalars()
    yield from _texts()
    yield from _containers()
    yield from _moments()
    yield from _named_values()
    yield from _references_and_errors()
    yield from _graphs()
    yield from _language_dependent()


def _scalars() -> Iterator[tuple[str, Value, dict[str, Any]]]:
    yield "null", {"null": None}, {}
    yield "true", {"bool": True}, {}
    yield "false", {"bool": False}, {}
    edges = [0, 1, 127, 128, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53 - 1, 2**53, 2**53 + 1, 2**63 - 1]
    edges += [-1, -32, -33, -128, -129, -32768, -32769, -(2**31), -(2**31) - 1, -(2**53), -(2**53) - 1, -(2**63)]
    for edge in edges:
        yield f"int {edge}", integer(edge), {}
    for edge in (2**63, 2**64 - 1):
        yield f"big int {edge}", integer(edge), {"exact": False, "also_read": ["cf" + edge.to_bytes(8, "big").hex()]}
    for edge in (2**64, 2**71 - 1, 2**71, -(2**63) - 1, -(2**64), -(2**71), -(2**71) - 1, 2**127, 10**100, -(10**100)):
        yield f"big int {edge if abs(edge) < 10**25 else f'of {edge.bit_length()} bits, sign {1 if edge > 0 else -1}'}", integer(edge), {}
    yield (
        "int in a longer form",
        integer(5),
        {"also_read": ["cc05", "cd0005", "ce00000005", "cf0000000000000005", "d005", "d10005", "d200000005"]},
    )
    yield "int as extension 1", integer(7), {"also_read": ["d40107", "d5010007"]}
    for number in (0.0, -0.0, 1.0, -1.0, 5.0, 0.5, 0.1, 1e300, -1e300, 5e-324, 1.7976931348623157e308, 2.2250738585072014e-308):
        yield f"double {number!r}", double(number), {}
    yield "double 2^53 stays a double", double(2.0**53), {}
    yield "double infinity", double(float("inf")), {}
    yield "double minus infinity", double(float("-inf")), {}
    yield "double NaN", {"double": "7ff8000000000000"}, {"exact": False}
    yield "float 32 is read", double(1.5), {"also_read": ["ca3fc00000"]}


def _texts() -> Iterator[tuple[str, Value, dict[str, Any]]]:
    for name, content in (
        ("empty", ""),
        ("ASCII", "counter"),
        ("NUL inside", "a\0b"),
        ("umlaut", "Zürich"),
        ("CJK", "日本語"),
        ("beyond the basic plane", "😀𝄞"),
        ("combining, not normalised", "é é"),
        ("first and last scalar values", "\u0001\ud7ff\ue000\uffff\U0010ffff"),
        ("byte order mark", "\ufeffx"),
        ("line separators", "\u2028\u2029\r\n"),
    ):
        yield f"string, {name}", string(content), {}
    for length in (31, 32, 255, 256, 65536):
        yield f"string of {length}", {"fill": ["x", length]}, {}
    yield "string in a longer form", string("ab"), {"also_read": ["d9026162", "da00026162", "db000000026162"]}
    for content in ("", "00", "ff", "c3a9", "80fffe"):
        yield f"bytes {content or 'empty'}", {"bytes": content}, {}
    for length in (255, 256):
        yield f"bytes of {length}", {"bytes": "a5" * length}, {}


def _containers() -> Iterator[tuple[str, Value, dict[str, Any]]]:
    yield "empty list", listed(), {}
    yield "empty map", mapped(), {}
    yield "empty set", {"set": []}, {}
    yield (
        "list of each kind",
        listed({"null": None}, {"bool": True}, integer(1), double(1.0), string("s"), {"bytes": "01"}, listed(), mapped()),
        {},
    )
    for length in (15, 16, 300):
        yield f"list of {length}", listed(*[integer(number % 100) for number in range(length)]), {}
    for length in (15, 16, 300):
        yield f"map of {length}", mapped(*[(string(f"k{number}"), integer(number)) for number in range(length)]), {}
    yield "map keeps its order", mapped((string("z"), integer(1)), (string("a"), integer(2)), (string("m"), integer(3))), {}
    yield (
        "map with digits as keys keeps its order",
        mapped((string("10"), integer(1)), (string("9"), integer(2)), (string("a"), integer(3))),
        {},
    )
    for length in (600, 3):
        falling = [(string(str(number)), integer(number)) for number in range(length, 0, -1)]
        yield f"map of {length} falling numbers as keys keeps its order", mapped(*falling), {}
    yield "map with a digit after a word keeps its order", mapped((string("a"), integer(1)), (string("0"), integer(2))), {}
    odd = ("4294967295", "4294967294", "01", "-1", "1.5", "0")
    yield "map with numbers that are no positions keeps its order", mapped(*[(string(key), integer(1)) for key in odd]), {}
    yield (
        "map with the keys of objects",
        mapped(*[(string(key), integer(1)) for key in ("__proto__", "constructor", "toString", "__class__", "")]),
        {},
    )
    yield "map with a null value", mapped((string("a"), {"null": None})), {}
    keys = [{"null": None}, {"bool": True}, {"bool": False}, integer(-5), integer(2**70), double(2.5), string("s"), {"bytes": "6162"}]
    keys += [{"timestamp": "1000000"}, {"duration": "5000"}, {"reference": ["id", None, "0", None]}]
    for key in keys:
        yield f"map with a key of kind {next(iter(key))} {next(iter(key.values()))}", mapped((key, string("v"))), {}
    yield "map with keys of several kinds", mapped(*[(key, integer(number)) for number, key in enumerate(keys)]), {}
    yield "string and bytes are different keys", mapped((string("a"), integer(1)), ({"bytes": "61"}, integer(2))), {"refused_by": ["ruby"]}
    yield "set of integers", {"set": [integer(1), integer(2), integer(300)]}, {"exact": False}
    yield "set of strings", {"set": [string("b"), string("a")]}, {"exact": False}
    yield "set of one of each", {"set": [{"null": None}, string("s"), double(0.5), {"bytes": "01"}, {"timestamp": "0"}]}, {"exact": False}
    yield "list in a longer form", listed(integer(1)), {"also_read": ["dc000101", "dd0000000101"]}
    yield "map in a longer form", mapped((string("a"), integer(1))), {"also_read": ["de0001a16101", "df00000001a16101"]}
    yield "set in a longer form", {"set": [integer(1)]}, {"also_read": ["c702029101", "c80002029101", "c900000002029101"]}
    yield (
        "nested mixture",
        listed(mapped((string("a"), listed(mapped((integer(1), {"set": [listed()]}))))), listed(listed())),
        {"refused_by": ["python"]},
    )
    for kind in ("list", "map"):
        yield f"200 {kind}s in one another", {"nest": [kind, 200]}, {}
    yield "twenty sets in one another", {"nest": ["set", 20]}, {}
    yield "equal lists that are not the same", listed(listed(integer(1)), listed(integer(1))), {}


def _moments() -> Iterator[tuple[str, Value, dict[str, Any]]]:
    second = 10**9
    for name, moment in (
        ("epoch", 0),
        ("whole seconds", 1_700_000_000 * second),
        ("milliseconds", 1_700_000_000_123 * 10**6),
        ("microseconds", 1_700_000_000_123_456 * 1000),
        ("nanoseconds", 1_700_000_000_123_456_789),
        ("before 1970", -1_000_000 * second - 1000),
        ("one nanosecond before 1970", -1),
        ("last second of 32 bits", (2**32 - 1) * second),
        ("first second of 34 bits", 2**32 * second),
        ("last of 34 bits", (2**34 - 1) * second + 999_999_999),
        ("beyond 34 bits", 2**34 * second),
        ("year 1", -62_135_596_800 * second),
        ("before year 1", -62_135_596_801 * second),
        ("year 9999", 253_402_300_799 * second),
        ("year 10000", 253_402_300_800 * second),
        ("29 February 2000", 951_782_400 * second),
    ):
        longest = "c70cff" + struct.pack(">Iq", moment % second, moment // second).hex()
        yield f"timestamp, {name}", {"timestamp": str(moment)}, {"exact": False, "also_read": [longest]}
    for length in (0, 1, 999, 1000, -1, second, 86_400 * second, -(2**63), 2**63 - 1, 1_500_000_000):
        yield f"duration {length}", {"duration": str(length)}, {}


def named(name: str, value: Value) -> Value:
    """A value of a class that has a name."""
    return {"named": [name, value]}


STANDARD: list[tuple[str, str, Value]] = [
    ("decimal", "amino.decimal", string("1.50")),
    ("date", "amino.date", string("2026-11-28")),
    ("time of day", "amino.time", string("12:30:05.25")),
    ("UUID", "amino.uuid", string("6ba7b810-9dad-11d1-80b4-00c04fd430c8")),
    ("rational number", "amino.rational", listed(integer(-1), integer(3))),
    ("URL", "amino.url", string("https://example.org/a?b=c#d")),
    ("regular expression", "amino.regexp", listed(string("^a+$"), string("gi"))),
    ("array of 64-bit floats", "amino.array.float64", {"bytes": struct.pack("<3d", 1.5, -0.0, 3.0).hex()}),
    ("array of 32-bit floats", "amino.array.float32", {"bytes": struct.pack("<2f", 0.5, 4.0).hex()}),
    *((f"array of {bits}-bit integers", f"amino.array.int{bits}", {"bytes": "ff" * (bits // 4)}) for bits in (8, 16, 32, 64)),
    *((f"array of unsigned {bits}-bit integers", f"amino.array.uint{bits}", {"bytes": "01" * (bits // 4)}) for bits in (8, 16, 32, 64)),
]
"""Values that have a standard name: a word for them, the name, an example. `docs/values.md` has the same rows."""

POINT = ("Point", mapped((string("x"), integer(1)), (string("y"), listed())))
"""A value with fields of a class that no receiver knows."""
COLOUR = ("Colour", string("RED"))
"""A member of an enumeration that no receiver knows."""


def _named_values() -> Iterator[tuple[str, Value, dict[str, Any]]]:
    for what, name, value in STANDARD:
        yield what, named(name, value), {}
    for text in ("0", "-0.00", "1E+400", "123456789012345678901234567890.123456789", "1E-7", "NaN", "Infinity", "-Infinity"):
        yield f"decimal {text}", named("amino.decimal", string(text)), {}
    yield "decimal that is none", named("amino.decimal", string("many")), {}
    yield "date of another calendar", named("amino.date", string("+12345-01-01")), {}
    yield "time of day with nanoseconds", named("amino.time", string("23:59:59.123456789")), {}
    yield "time of day without seconds", named("amino.time", string("07:00:00")), {}
    yield "rational number that could be shorter", named("amino.rational", listed(integer(2), integer(4))), {}
    yield "UUID in capitals", named("amino.uuid", string("6BA7B810-9DAD-11D1-80B4-00C04FD430C8")), {}
    yield "regular expression with flags of elsewhere", named("amino.regexp", listed(string("a"), string("Q"))), {}
    yield "array of half a number", named("amino.array.int32", {"bytes": "0102"}), {}
    yield "standard name of a later version", named("amino.later", mapped((string("a"), integer(1)))), {}
    yield "value of an unknown class", named(*POINT), {}
    yield "member of an unknown enumeration", named(*COLOUR), {}
    yield "values of classes in one another", named("Line", mapped((string("from"), named(*POINT)), (string("to"), named(*POINT)))), {}
    yield "value of a class in a list", listed(named(*COLOUR), mapped((string("c"), named(*COLOUR)))), {}
    yield "map with a date as key", mapped((named("amino.date", string("2026-11-28")), integer(1)), (named(*COLOUR), integer(2))), {}
    yield (
        "set with UUIDs",
        {"set": [named("amino.uuid", string(f"6ba7b810-9dad-11d1-80b4-00c04fd430c{end}")) for end in "89"]},
        {"exact": False},
    )
    shared = {"list": [integer(1)], "label": "inner"}
    yield "value of a class with a shared list in it", named("Pair", listed(shared, {"same": "inner"})), {}
    outer = {"list": [named(*POINT)], "label": "outer"}
    yield "list with a value of a class in two places", listed(outer, {"same": "outer"}), {}


def _extended(payload: str) -> str:
    """Extension 5 in a form that is not the shortest."""
    return f"c8{len(payload) // 2:04x}05{payload}"


def _references_and_errors() -> Iterator[tuple[str, Value, dict[str, Any]]]:
    yield "reference, all of it", {"reference": ["0190-abc", "counter", "3", "127.0.0.1:7420"]}, {}
    yield "reference, only the id", {"reference": ["0190-abc", None, "0", None]}, {}
    yield "reference with a large epoch", {"reference": ["x", "Zähler", str(2**40), None]}, {}
    yield "list with references", listed({"reference": ["a", None, "0", None]}, {"reference": ["a", None, "1", None]}), {}
    parts = b"\xb0OBJECT_NOT_FOUND\xaeObjectNotFound\xabno object 7\xa0\xc0\xc0".hex()
    lost = b"\xabOBJECT_LOST\xaaObjectLost\xa1?\xa0\xc0\xc0".hex()
    bare: Value = {"error": ["OBJECT_NOT_FOUND", "ObjectNotFound", "no object 7", "", None, None, 1]}
    yield "error", bare, {"also_read": [_extended(head + parts + end) for head, end in (("98", "01c0"), ("96", ""), ("97", "c0"))]}
    unsure: Value = {"error": ["OBJECT_LOST", "ObjectLost", "?", "", None, None, 0]}
    yield "error with an outcome that is not known", unsure, {"also_read": [_extended("97" + lost + end) for end in ("05", "ff", "c0")]}
    stack = "Error: empty\n    at pop (stack.js:3:11)"
    details = mapped((string("key"), integer(1)), (string("more"), listed(double(0.5))))
    yield "error of a guest with all parts", {"error": ["GUEST_EXCEPTION", "Stack::Empty", "leer ∅", stack, details, bare, 2]}, {}
    cause: Value = {"error": ["NAME_NOT_FOUND", "NameNotFound", "no object named carts", "", None, None, 1]}
    member: Value = {"error": ["GUEST_EXCEPTION", "RangeError", "first", "at f (a.js:1:2)", details, cause, 2]}
    inner: Value = {"error": ["GUEST_EXCEPTION", "ExceptionGroup", "within", "", None, None, 2, [bare, unsure]]}
    group: Value = {"error": ["GUEST_EXCEPTION", "AggregateError", "several", stack, None, cause, 2, [member, inner]]}
    yield "error with members, and members of a member", group, {}
    yield (
        "error with members whose code is not that of an exception",
        {"error": ["OBJECT_LOST", "T", "lost", "", None, None, 0, [bare]]},
        {},
    )
    longer = _extended("99" + parts + "01" + "90" + "c0")
    yield "error of a later version, with an item more", bare, {"also_read": [longer, _extended("98" + parts + "01" + "90")]}
    yield "error within values", mapped((string("failures"), listed(bare, {"null": None}))), {}


def _graphs() -> Iterator[tuple[str, Value, dict[str, Any]]]:
    loose = {"exact": False}
    yield "graph, a list that holds itself", listed({"same": "a"}, label="a"), loose
    yield "graph, a map that holds itself", mapped((string("me"), {"same": "a"}), label="a"), loose
    yield "graph, a list twice in a list", listed(listed(integer(1), label="a"), {"same": "a"}), loose
    yield "graph, an empty list twice in a list", listed(listed(label="a"), {"same": "a"}), loose
    yield "graph, a map twice", listed(mapped((string("x"), integer(1)), label="a"), {"same": "a"}, integer(3)), loose
    numbered = mapped((string("2"), integer(1)), (string("1"), {"same": "n"}), label="n")
    yield "graph, a map with falling numbers as keys that holds itself", numbered, loose
    yield "graph, a set twice", listed({"set": [integer(1)], "label": "a"}, {"same": "a"}), loose
    child = mapped((string("name"), string("child")), (string("parent"), {"same": "p"}))
    yield "graph, parent and child", mapped((string("name"), string("parent")), (string("children"), listed(child)), label="p"), loose
    ring = mapped((string("next"), mapped((string("next"), mapped((string("next"), {"same": "a"}))))), label="a")
    yield "graph, a ring of three", ring, loose
    both = listed(listed(listed({"same": "a"}, label="b"), label="a"), {"same": "b"})
    yield "graph, two lists that hold each other", both, loose
    doubled = listed(label="n0")
    for level in range(1, 40):
        doubled = listed(doubled, {"same": f"n{level - 1}"}, label=f"n{level}")
    yield "graph, forty lists each twice in the next", listed(doubled), loose
    yield "graph, shared inside the details of an error", _error_with_shared_details(), loose
    yield "graph, an error whose details share a list", _error_with_shared_details()["list"][0], loose
    yield (
        "graph, a list twice as values of a map with a reference",
        mapped((string("r"), {"reference": ["a", None, "0", None]}), *_twice()),
        loose,
    )


def _twice() -> list[tuple[Value, Value]]:
    return [(string("x"), listed(integer(1), label="a")), (string("y"), {"same": "a"})]


def _error_with_shared_details() -> Value:
    return listed({"error": ["GUEST_EXCEPTION", "E", "m", "", mapped(*_twice()), None, 2]})


def _language_dependent() -> Iterator[tuple[str, Value, dict[str, Any]]]:
    one, two = string("one"), string("two")
    yield "keys 1 and true", mapped((integer(1), one), ({"bool": True}, two)), {"refused_by": ["python"]}
    yield "keys 0 and false", mapped((integer(0), one), ({"bool": False}, two)), {"refused_by": ["python"]}
    yield "keys 1 and 1.0", mapped((integer(1), one), (double(1.0), two)), {"refused_by": ["python", "js"]}
    yield "keys '1' and 1", mapped((string("1"), one), (integer(1), two)), {}
    yield "set of 1 and 1.0", {"set": [integer(1), double(1.0)]}, {"refused_by": ["python", "js"], "exact": False}
    yield "set of lists", {"set": [listed(integer(1)), listed(integer(2))]}, {"refused_by": ["python"], "exact": False}
    yield "set of maps", {"set": [mapped((string("a"), integer(1)))]}, {"refused_by": ["python"]}
