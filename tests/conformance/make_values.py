"""Writes `values.json`, or checks that it is up to date (`--check`). An encoder of its own: it shares no code with any that it judges."""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("values.json")
ABOUT = [
    "Vectors of docs/wire.md, section 1, for every implementation.",
    "A value is described as one of: {'null': null}, {'bool': b}, {'int': decimal text}, {'double': 16 hex digits, IEEE 754 big endian}, {'string': s},",
    "{'bytes': hex}, {'list': [..]}, {'map': [[key, value], ..]} in order, {'set': [..]}, {'timestamp': nanoseconds since 1970 as decimal text},",
    "{'duration': nanoseconds as decimal text}, {'reference': [id, class name or null, epoch as decimal text, address or null]},",
    "{'error': [code, type, message, stack, details (a map's description) or null, cause (an error's description) or null, outcome (a number),",
    "and of a group a list of its members (descriptions of errors)]},",
    "{'named': [name, value]}: a value of a class; the value is one of its own, with labels of its own;",
    "{'fill': [character, count]}: a string of that one character;",
    "{'nest': [kind, levels]}: so many lists, maps (key 'k') or sets in one another, the innermost empty. A container may have a 'label'; {'same': label}, always further on, is that very container.",
    "valid: decode(hex) is the value, and so is decode of each of also_read; encode(value) is hex or, where exact is false, any bytes that decode to the value.",
    "refused_by: languages that cannot hold the value (two keys look the same to them, a set cannot hold a list): decoding must end in VALUE_INVALID there.",
    "invalid: decode(hex) ends in one of the codes. unencodable: encode(value) ends in VALUE_INVALID, and the message has `path` in it.",
    "classes: the class that decode(hex) has in each language; of a guest, the name that its object sees; in C, the types of parameters that take it.",
    "In an unencodable value {'function': null} is a function or lambda of the language, {'surrogate': null} a string with a lone surrogate (left out where the language has none).",
]


def size(length: int, small: tuple[int, int] | None, codes: tuple[int | None, int, int]) -> bytes:
    """The head of a string, array …: the small form, else the first of 8, 16, 32 bits that fits."""
    if small and length < small[1]:
        return bytes([small[0] | length])
    for code, form, limit in zip(codes, (">B", ">H", ">I"), (1 << 8, 1 << 16, 1 << 32), strict=True):
        if code is not None and length < limit:
            return bytes([code]) + struct.pack(form, length)
    raise ValueError(length)


def integer(value: int) -> bytes:
    """msgpack's shortest form, or extension 1 beyond 64 bits signed."""
    if 0 <= value < 128 or -32 <= value < 0:
        return struct.pack(">b", value)
    forms = (
        ((0xCC, ">B"), (0xCD, ">H"), (0xCE, ">I"), (0xCF, ">Q")) if value >= 0 else ((0xD0, ">b"), (0xD1, ">h"), (0xD2, ">i"), (0xD3, ">q"))
    )
    for code, form in forms if -(2**63) <= value < 2**63 else ():
        try:
            return bytes([code]) + struct.pack(form, value)
        except struct.error:
            continue
    length = 1
    while not -(1 << 8 * length - 1) <= value < 1 << 8 * length - 1:
        length += 1
    return extension(1, value.to_bytes(length, "big", signed=True))


def extension(kind: int, payload: bytes) -> bytes:
    """The shortest form of an extension."""
    fixed = {1: 0xD4, 2: 0xD5, 4: 0xD6, 8: 0xD7, 16: 0xD8}.get(len(payload))
    head = bytes([fixed]) if fixed else size(len(payload), None, (0xC7, 0xC8, 0xC9))
    return head + struct.pack(">b", kind) + payload


def text(value: str | None) -> bytes:
    """A string or nil."""
    if value is None:
        return b"\xc0"
    data = value.encode()
    return size(len(data), (0xA0, 32), (0xD9, 0xDA, 0xDB)) + data


def array(items: list[bytes]) -> bytes:
    """An array of what is encoded already."""
    return size(len(items), (0x90, 16), (None, 0xDC, 0xDD)) + b"".join(items)


def timestamp(nanoseconds: int) -> bytes:
    """msgpack's own extension in its shortest form."""
    seconds, rest = divmod(nanoseconds, 10**9)
    if 0 <= seconds < 1 << 32 and not rest:
        return extension(-1, struct.pack(">I", seconds))
    if 0 <= seconds < 1 << 34:
        return extension(-1, struct.pack(">Q", rest << 34 | seconds))
    return extension(-1, struct.pack(">Iq", rest, seconds))


class Encoder:
    """Encodes one description. Labelled containers become nodes of a graph."""

    def __init__(self) -> None:
        self.labels: dict[str, int] = {}
        self.nodes: list[dict[str, Any]] = []

    def whole(self, value: dict[str, Any]) -> bytes:
        """The bytes of a description."""
        self.collect(value)
        if not self.nodes:
            return self.inline(value)
        root = [] if value is self.nodes[0] else [value]
        self.labels = {node["label"]: index + len(root) for index, node in enumerate(self.nodes)}
        return extension(6, array([self.inline(node, at_node=True) for node in [*root, *self.nodes]]))

    def collect(self, value: Any) -> None:
        """Finds the labelled containers, outermost first."""
        if isinstance(value, dict):
            if "named" in value:
                return
            if "label" in value:
                self.nodes.append(value)
            for part in value.values():
                self.collect(part)
        elif isinstance(value, list):
            for part in value:
                self.collect(part)

    def inline(self, value: dict[str, Any], *, at_node: bool = False) -> bytes:
        """The bytes of a part."""
        if "label" in value and not at_node:
            return extension(7, integer(self.labels[value["label"]]))
        kind, content = next((key, part) for key, part in value.items() if key != "label")
        if kind == "list":
            return array([self.inline(item) for item in content])
        if kind == "map":
            pairs = b"".join(self.inline(key) + self.inline(item) for key, item in content)
            return size(len(content), (0x80, 16), (None, 0xDE, 0xDF)) + pairs
        if kind == "set":
            return extension(2, array([self.inline(item) for item in content]))
        if kind == "named":
            return extension(9, array([text(content[0]), Encoder().whole(content[1])]))
        if kind == "error":
            return extension(5, self.error(content))
        if kind == "nest":
            return self.nest(*content)
        if kind == "same":
            return extension(7, integer(self.labels[content]))
        return scalar(kind, content)

    def error(self, parts: list[Any]) -> bytes:
        """The payload of an error."""
        details = self.inline(parts[4]) if parts[4] else b"\xc0"
        cause = self.error(parts[5]["error"]) if parts[5] else b"\xc0"
        members = [array([self.error(member["error"]) for member in group]) for group in parts[7:]]
        return array([*(text(part) for part in parts[:4]), details, cause, integer(parts[6]), *members])

    def nest(self, kind: str, levels: int) -> bytes:
        """Containers in one another."""
        data = {"list": b"\x90", "map": b"\x80", "set": extension(2, b"\x90")}[kind]
        for _ in range(levels - 1):
            data = {"list": b"\x91" + data, "map": b"\x81\xa1k" + data, "set": extension(2, b"\x91" + data)}[kind]
        return data


def scalar(kind: str, content: Any) -> bytes:
    """The bytes of what holds nothing else."""
    if kind == "null":
        return b"\xc0"
    if kind == "bool":
        return b"\xc3" if content else b"\xc2"
    if kind == "int":
        return integer(int(content))
    if kind == "double":
        return b"\xcb" + bytes.fromhex(content)
    if kind == "string":
        return text(content)
    if kind == "fill":
        return text(content[0] * content[1])
    if kind == "bytes":
        data = bytes.fromhex(content)
        return size(len(data), None, (0xC4, 0xC5, 0xC6)) + data
    if kind == "timestamp":
        return timestamp(int(content))
    if kind == "duration":
        return extension(3, struct.pack(">q", int(content)))
    if kind == "reference":
        return extension(4, array([text(content[0]), text(content[1]), integer(int(content[2])), text(content[3])]))
    raise ValueError(kind)


def vectors() -> dict[str, Any]:
    """Everything that goes into the file."""
    from tests.conformance import class_cases, refused_cases, value_cases

    valid = []
    for name, value, extra in value_cases.valid():
        valid.append({"name": name, "hex": Encoder().whole(value).hex(), "value": value, "exact": True, **extra})
    names = [case["name"] for case in valid]
    if len(set(names)) != len(names):
        raise SystemExit(f"names are not unique: {sorted(name for name in names if names.count(name) > 1)}")
    invalid = [{"name": name, "hex": data, "codes": codes} for name, data, codes in refused_cases.invalid()]
    unencodable = [{"name": name, "value": value, "path": path} for name, value, path in refused_cases.unencodable()]
    classes = [
        {"what": what, "wire": wire, "hex": Encoder().whole(value).hex(), "value": value, **row}
        for what, wire, value, row in class_cases.classes()
    ]
    return {"about": ABOUT, "classes": classes, "valid": valid, "invalid": invalid, "unencodable": unencodable}


def render(content: dict[str, Any]) -> str:
    """One vector a line, so that a change is easy to see."""
    parts = []
    for key, items in content.items():
        lines = ",\n".join("    " + json.dumps(item, ensure_ascii=True) for item in items)
        parts.append(f'  "{key}": [\n{lines}\n  ]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> None:
    """Entry point."""
    fresh = render(vectors())
    if "--check" in sys.argv:
        if TARGET.read_text() != fresh:
            raise SystemExit("values.json is stale; run python -m tests.conformance.make_values")
        return
    TARGET.write_text(fresh)


if __name__ == "__main__":
    main()
