"""Writes `frames.json`, or checks that it is up to date (`--check`). Like `make_values.py` it shares no code with what it judges."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tests.conformance import frame_cases
from tests.conformance.make_values import Encoder, array, extension, integer, render, size, text

TARGET = Path(__file__).with_name("frames.json")
ABOUT = [
    "Vectors of docs/wire.md, section 2, version 2, for every implementation: whole frames, without the length before them.",
    "frame: {'kind': 'hello', 'fields': {…}}, {'kind': 'request', 'seq', 'budget_ms', 'calls': [{'target', 'method', 'args', 'options'}]},",
    "{'kind': 'reply', 'seq', 'outcomes'}, {'kind': 'partial', 'seq', 'indexes', 'outcomes'}, {'kind': 'cancel', 'seq', 'indexes'},",
    "{'kind': 'goodbye', 'error'}, {'kind': 'ping' or 'pong', 'number'}. An outcome is {'value': v} or {'raised': error}.",
    "Values and errors are described as in values.json; options by their names in spec/protocol.json, kwargs and headers as pairs.",
    "Reading hex gives the frame. Writing the frame gives hex where exact is true and the implementation writes such frames.",
    "Where exact is false, hex holds what a later version may add or an earlier one leaves out; reading it gives the frame all the same.",
]
KINDS = {"request": 0, "reply": 1, "partial": 2, "cancel": 3, "hello": 4, "goodbye": 5, "ping": 6, "pong": 7}
OPTIONS = {
    "kwargs": 1,
    "budget": 2,
    "request_id": 3,
    "read_only": 4,
    "transaction": 5,
    "chain": 6,
    "trace": 7,
    "headers": 8,
    "flags": 9,
    "epoch": 10,
    "client": 11,
}
ERROR, RAISED = 5, 8


def pairs(content: list[tuple[bytes, bytes]]) -> bytes:
    """A map."""
    return size(len(content), (0x80, 16), (None, 0xDE, 0xDF)) + b"".join(key + item for key, item in content)


def plain(value: Any) -> bytes:
    """A field of a hello."""
    if isinstance(value, list):
        return array([text(item) for item in value])
    return integer(value) if isinstance(value, int) else text(value)


def value(described: dict[str, Any]) -> bytes:
    """A value."""
    return Encoder().whole(described)


def option(name: str, content: Any) -> bytes:
    """What an option holds."""
    if name in ("kwargs", "headers"):
        return pairs([(text(key), value(item)) for key, item in content])
    if name == "chain":
        return array([text(hop) for hop in content])
    if isinstance(content, bool):
        return b"\xc3" if content else b"\xc2"
    return plain(content)


def options(calls: list[dict[str, Any]], unknown: dict[int, Any]) -> bytes | None:
    """The fifth element of a request, or None where no call has options."""
    found: list[tuple[bytes, bytes]] = []
    for index, call in enumerate(calls):
        known = sorted((OPTIONS[name], option(name, content)) for name, content in call.get("options", {}).items())
        added = [(key, value(content)) for key, content in unknown.get(index, [])]
        if known or added:
            found.append((integer(index), pairs([(integer(key), content) for key, content in [*known, *added]])))
    return pairs(found) if found else None


def raised(payload: list[Any], extra: dict[str, Any]) -> bytes:
    """An error as an outcome."""
    data = Encoder().error(payload)
    if "error_items" in extra:
        items = extra["error_items"]
        # The last item is the outcome, one byte: left out, or followed by others.
        data = data[:-1] if items is None else data + b"".join(value(item) for item in items)
        data = bytes([0x90 | (6 if items is None else 7 + len(items))]) + data[1:]
    return extension(RAISED, data)


def outcome(described: dict[str, Any], extra: dict[str, Any]) -> bytes:
    """A value or an error."""
    return value(described["value"]) if "value" in described else raised(described["raised"], extra)


def body(frame: dict[str, Any], extra: dict[str, Any]) -> list[bytes]:
    """What follows the kind of a frame."""
    kind = frame["kind"]
    if kind == "hello":
        fields = [(text(key), plain(content)) for key, content in frame["fields"].items()]
        return [pairs([*fields, *((text(key), value(content)) for key, content in extra.get("unknown", []))])]
    if kind == "request":
        calls = [
            part for call in frame["calls"] for part in (text(call["target"]), text(call["method"]), array(list(map(value, call["args"]))))
        ]
        found = options(frame["calls"], extra.get("unknown", {}))
        return [integer(frame["seq"]), integer(frame["budget_ms"]), array(calls), *([found] if found is not None else [])]
    if kind == "goodbye":
        return [Encoder().error(frame["error"])]
    if kind in ("ping", "pong"):
        return [integer(frame["number"])]
    indexes = [array([integer(index) for index in frame["indexes"]])] if kind != "reply" else []
    outcomes = [array([outcome(each, extra) for each in frame["outcomes"]])] if kind != "cancel" else []
    metadata = [value(extra["metadata"])] if "metadata" in extra else []
    return [integer(frame["seq"]), *indexes, *outcomes, *metadata]


def vectors() -> dict[str, Any]:
    """Everything that goes into the file."""
    found: list[dict[str, Any]] = []
    for name, frame, extra in frame_cases.valid():
        data = array([integer(KINDS[frame["kind"]]), *body(frame, extra)])
        found.append({"name": name, "hex": data.hex(), "frame": frame, "exact": extra.get("exact", True)})
    return {"about": ABOUT, "frames": found}


def main() -> None:
    """Entry point."""
    fresh = render(vectors())
    if "--check" in sys.argv:
        if TARGET.read_text() != fresh:
            raise SystemExit(
                "frames.json is not what its cases give: a released version's frames stay as they are. "
                "Add cases behind the others and run python -m tests.conformance.make_frames"
            )
        return
    TARGET.write_text(fresh)


if __name__ == "__main__":
    main()
