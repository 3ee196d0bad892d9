"""Values in the neutral form of `tests/conformance/values.json`: from a description to Python and back, and comparing without loss."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal, InvalidOperation
from typing import Any, cast

import amino
from amino_wire.errors import AminoError, from_payload, to_payload
from amino_wire.values import Duration, Reference, Timestamp, as_named
from amino_wire.values.named import load_standard

Described = dict[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Builder:
    """Makes a Python value from its description; containers with a label are kept, so that `same` can point at them."""

    def __init__(self) -> None:
        self._labels: dict[str, Any] = {}

    def build(self, described: Described) -> Any:
        """The value."""
        kind, content = next((key, part) for key, part in described.items() if key != "label")
        if kind in ("list", "map", "set"):
            return self._container(kind, content, described.get("label"))
        if kind == "nest":
            return _nested(*content)
        if kind == "named":
            # A value of its own: what stands in several places of it stands in no other part of the whole.
            return load_standard(content[0], Builder().build(content[1]))
        if kind == "same":
            return self._labels[content]
        if kind == "error":
            return from_payload(self._payload(content))
        return _leaf(kind, content)

    def _container(self, kind: str, content: list[Any], label: str | None) -> Any:
        container: Any = {"list": list, "map": dict, "set": set}[kind]()
        if label is not None:
            self._labels[label] = container
        if kind == "list":
            container.extend(self.build(item) for item in content)
        elif kind == "map":
            container.update((self.build(key), self.build(item)) for key, item in content)
        else:
            built = [self.build(item) for item in content]
            container.update(frozenset(item) if isinstance(item, set) else item for item in built)
        return container

    def _payload(self, parts: list[Any]) -> list[Any]:
        details = self.build(parts[4]) if parts[4] else None
        members = [[self._payload(member["error"]) for member in members] for members in parts[7:]]
        return [*parts[:4], details, self._payload(parts[5]["error"]) if parts[5] else None, parts[6], *members]


def _nested(kind: str, levels: int) -> Any:
    value: Any = {"list": list, "map": dict, "set": frozenset}[kind]()
    for _ in range(levels - 1):
        value = {"list": [value], "map": {"k": value}}[kind] if kind != "set" else frozenset({value})
    return set(value) if kind == "set" else value


def _leaf(kind: str, content: Any) -> Any:
    match kind:
        case "null" | "bool" | "string":
            return content
        case "int":
            return int(content)
        case "double":
            return struct.unpack(">d", bytes.fromhex(content))[0]
        case "fill":
            return content[0] * content[1]
        case "bytes":
            return bytes.fromhex(content)
        case "timestamp":
            return _moment(int(content))
        case "duration":
            return timedelta(microseconds=int(content) // 1000) if int(content) % 1000 == 0 else Duration(int(content))
        case "reference":
            return Reference(content[0], content[1], int(content[2]), content[3])
        case "function":
            return lambda: None
        case "surrogate":
            return "\ud800"
        case _:
            raise ValueError(f"no kind {kind!r} in the neutral form")


def _moment(nanoseconds: int) -> Any:
    if nanoseconds % 1000 == 0 and -62_135_596_800 <= nanoseconds // 10**9 < 253_402_300_800:
        return EPOCH + timedelta(microseconds=nanoseconds // 1000)
    return Timestamp(nanoseconds)


def describe(value: Any, seen: dict[int, str] | None = None, shared: frozenset[int] | None = None) -> Described:
    """The description of a Python value; containers that stand in several places get a label."""
    if shared is None:
        shared = _shared(value)
        seen = {}
    assert seen is not None
    if isinstance(value, (list, dict, set, frozenset)):
        return _describe_container(value, seen, shared)
    if value is None:
        return {"null": None}
    if isinstance(value, bool):
        return {"bool": value}
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"double": "7ff8000000000000" if math.isnan(value) else struct.pack(">d", value).hex()}
    if isinstance(value, str):
        return {"string": value}
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": bytes(value).hex()}
    if isinstance(value, (datetime, timedelta, Timestamp, Duration)):
        return _describe_time(value)
    if isinstance(value, AminoError):
        return {"error": _describe_payload(to_payload(value), seen, shared)}
    named = None if isinstance(value, Reference) else as_named(value)
    if named is not None:
        return {"named": [named.name, describe(named.value)]}
    reference = value if isinstance(value, Reference) else amino.reference_of(value)
    return {"reference": [reference.id, reference.class_name, str(reference.epoch), reference.address]}


def _describe_container(value: Any, seen: dict[int, str], shared: frozenset[int]) -> Described:
    if id(value) in seen:
        return {"same": seen[id(value)]}
    label = {}
    if id(value) in shared:
        seen[id(value)] = f"c{len(seen)}"
        label = {"label": seen[id(value)]}
    if isinstance(value, list):
        return {"list": [describe(item, seen, shared) for item in value], **label}
    if isinstance(value, dict):
        return {"map": [[describe(key, seen, shared), describe(item, seen, shared)] for key, item in value.items()], **label}
    return {"set": [describe(item, seen, shared) for item in value], **label}


def _describe_payload(payload: list[Any], seen: dict[int, str], shared: frozenset[int]) -> list[Any]:
    code, type_, message, stack, details, cause, outcome, *groups = payload
    described = describe(details, seen, shared) if details else None
    behind = {"error": _describe_payload(cause, seen, shared)} if cause else None
    members = [[{"error": _describe_payload(member, seen, shared)} for member in group] for group in groups]
    return [code, type_, message, stack, described, behind, outcome, *members]


def _describe_time(value: Any) -> Described:
    if isinstance(value, Timestamp):
        return {"timestamp": str(value.nanoseconds)}
    if isinstance(value, Duration):
        return {"duration": str(value.nanoseconds)}
    if isinstance(value, datetime):
        return {"timestamp": str((value - EPOCH) // timedelta(microseconds=1) * 1000)}
    return {"duration": str(value // timedelta(microseconds=1) * 1000)}


def _shared(value: Any) -> frozenset[int]:
    once: set[int] = set()
    twice: set[int] = set()
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, AminoError):
            waiting += [one.details, one.cause, *one.errors]
        if not isinstance(one, (list, dict, set, frozenset)):
            continue
        if id(one) in once:
            twice.add(id(one))
            continue
        once.add(id(one))
        waiting.extend(one.values() if isinstance(one, dict) else one)
    return frozenset(twice)


def as_javascript(described: Described) -> Described:
    """A value that has been through JavaScript, which has one kind of number: 5.0 comes back as 5."""
    kind, content = next((key, part) for key, part in described.items() if key != "label")
    label = {"label": described["label"]} if "label" in described else {}
    if kind == "double":
        number = struct.unpack(">d", bytes.fromhex(content))[0]
        if number.is_integer() and abs(number) < 2**53 and content != "8000000000000000":
            return {"int": str(int(number))}
    if kind in ("list", "set"):
        return {kind: [as_javascript(item) for item in content], **label}
    if kind == "map":
        return {"map": [[as_javascript(key), as_javascript(item)] for key, item in content], **label}
    if kind == "named":
        return {"named": [content[0], as_javascript(content[1])]}
    if kind == "error":
        return _within_error(content, as_javascript)
    return described


def _within_error(content: list[Any], change: Callable[[Described], Described]) -> Described:
    code, type_, message, stack, details, cause, outcome, *groups = content
    inner = [change(part) if part else None for part in (details, cause)]
    return {"error": [code, type_, message, stack, *inner, outcome, *([change(member) for member in group] for group in groups)]}


def as_ruby(described: Described) -> Described:
    """A value that has been through Ruby, whose decimals keep no zeros at their end: 1.50 comes back as 1.5."""
    if isinstance(described, dict) and "named" in described and described["named"][0] == "amino.decimal":
        try:
            number = Decimal(described["named"][1]["string"])
        except InvalidOperation:
            return described
        return {"named": ["amino.decimal", {"string": str(number.normalize(Context(prec=500)))}]}
    if isinstance(described, dict):
        return {kind: as_ruby(content) for kind, content in described.items()}
    if isinstance(described, list):
        parts: list[Any] = described
        return cast(Described, [as_ruby(part) for part in parts])
    return described


def canonical(described: Described) -> Described:
    """The same with all that does not matter made equal: the order of a set, the names of labels, the spelling of long values.

    Epoch and address of a reference are what somebody last heard of the object's place; the process that passes it on may know better.
    """
    names: dict[str, str] = {}
    used = _used_labels(described)

    def walk(one: Described) -> Described:
        kind, content = next((key, part) for key, part in one.items() if key != "label")
        label = {"label": names.setdefault(one["label"], str(len(names)))} if one.get("label") in used else {}
        if kind == "fill":
            return {"string": content[0] * content[1]}
        if kind == "same":
            return {"same": names.setdefault(content, str(len(names)))}
        if kind == "list":
            return {"list": [walk(item) for item in content], **label}
        if kind == "set":
            return {"set": sorted((walk(item) for item in content), key=repr), **label}
        if kind == "map":
            return {"map": [[walk(key), walk(item)] for key, item in content], **label}
        if kind == "named":
            return {"named": [content[0], canonical(content[1])]}
        if kind == "reference":
            return {"reference": content[:2]}
        if kind == "error":
            return _within_error(content, walk)
        return one

    return walk(described)


def _used_labels(described: Any) -> set[str]:
    if isinstance(described, dict):
        here = {described["same"]} if "same" in described else set()
        return here.union(*(_used_labels(part) for part in described.values()))
    return set().union(*(_used_labels(part) for part in described)) if isinstance(described, list) else set()
