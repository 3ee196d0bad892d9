"""The frames of `tests/conformance/frames.json`: read, passed on unread, and written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from amino_wire import frames
from amino_wire.error_payload import from_payload, to_payload
from amino_wire.invocation import CallOptions
from amino_wire.protocol import Extension, Hello, Option
from amino_wire.values import DEFAULT, EncodedValue, decode, material

from tests.support.neutral import Builder, describe

ROOT = Path(__file__).parents[2]
VECTORS: list[dict[str, Any]] = json.loads((ROOT / "tests/conformance/frames.json").read_text())["frames"]
KINDS = {
    "request": frames.REQUEST,
    "reply": frames.REPLY,
    "partial": frames.PARTIAL,
    "cancel": frames.CANCEL,
    "hello": frames.HELLO,
    "goodbye": frames.GOODBYE,
    "ping": frames.PING,
    "pong": frames.PONG,
}
NAMES = {kind: name for name, kind in KINDS.items()}
FIELDS = {getattr(Hello, name) for name in vars(Hello) if name.isupper()}
OPTIONS = {"budget": "budget_ms", "transaction": "transaction_id", "client": "client_id"}
"""Options whose name here is not that of the data file."""
OPTION_NAMES = [name.lower() for name in vars(Option) if name.isupper() and name not in ("BAGGAGE", "PRINCIPAL")]


def described_options(options: CallOptions) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in OPTION_NAMES:
        content = getattr(options, OPTIONS.get(name, name))
        if not content:
            continue
        if name in ("kwargs", "headers"):
            content = decode(content.data) if isinstance(content, EncodedValue) else content
            found[name] = [[key, describe(value)] for key, value in content.items()]
        else:
            found[name] = list(content) if name == "chain" else content
    return found


def described_call(target: str, method: str, args: Any, options: Any) -> dict[str, Any]:
    values = decode(args.data) if isinstance(args, EncodedValue) else DEFAULT.resolve_items(args)
    if isinstance(options, EncodedValue):
        options = frames.read_options(options)
    found = described_options(CallOptions.from_map(options, DEFAULT))
    call = {"target": target, "method": method, "args": [describe(value) for value in values]}
    return {**call, "options": found} if found else call


def described_outcome(outcome: Any) -> dict[str, Any]:
    if isinstance(outcome, EncodedValue):
        plain = frames.reader.unpack(outcome.data)
        assert frames.is_raised(outcome.data) == (material.is_extension(plain) and plain.code == Extension.RAISED)
        outcome = plain
    if material.is_extension(outcome) and outcome.code == Extension.RAISED:
        return {"raised": describe(DEFAULT.error_of(outcome.data))["error"]}
    return {"value": describe(DEFAULT.resolve(outcome))}


def described(frame: list[Any]) -> dict[str, Any]:
    kind = NAMES[frame[0]]
    if kind == "hello":
        return {"kind": kind, "fields": {key: value for key, value in frame[1].items() if key in FIELDS}}
    if kind == "goodbye":
        return {"kind": kind, "error": describe(from_payload(frame[1]))["error"]}
    if kind in ("ping", "pong"):
        return {"kind": kind, "number": frame[1]}
    if kind == "cancel":
        return {"kind": kind, "seq": frame[1], "indexes": frame[2]}
    if kind == "request":
        options = (frame[4] if len(frame) > 4 else None) or {}
        triples = zip(frame[3][0::3], frame[3][1::3], frame[3][2::3], strict=True)
        calls = [described_call(*triple, options.get(index)) for index, triple in enumerate(triples)]
        return {"kind": kind, "seq": frame[1], "budget_ms": frame[2], "calls": calls}
    indexes = {"indexes": frame[2]} if kind == "partial" else {}
    outcomes = frame[3] if kind == "partial" else frame[2]
    return {"kind": kind, "seq": frame[1], **indexes, "outcomes": [described_outcome(outcome) for outcome in outcomes]}


def value_of(description: dict[str, Any]) -> Any:
    return DEFAULT.plain(Builder().build(description))


def error_of(payload: list[Any]) -> Any:
    return Builder().build({"error": payload})


def options_of(description: dict[str, Any]) -> CallOptions:
    settings = {OPTIONS.get(name, name): content for name, content in description.items()}
    for name in ("kwargs", "headers"):
        if name in settings:
            settings[name] = {key: Builder().build(value) for key, value in settings[name]}
    if "chain" in settings:
        settings["chain"] = tuple(settings["chain"])
    return CallOptions(**settings)


def written(frame: dict[str, Any]) -> bytes:
    kind = frame["kind"]
    if kind == "hello":
        return frames.pack((frames.HELLO, frame["fields"]))
    if kind == "goodbye":
        return frames.pack((frames.GOODBYE, to_payload(error_of(frame["error"]))))
    if kind in ("ping", "pong"):
        return frames.pack((KINDS[kind], frame["number"]))
    if kind == "cancel":
        return frames.pack((frames.CANCEL, frame["seq"], frame["indexes"]))
    if kind == "request":
        calls: list[Any] = []
        for call in frame["calls"]:
            calls += (call["target"], call["method"], [value_of(arg) for arg in call["args"]])
        options = {index: options_of(call["options"]).to_map(DEFAULT) for index, call in enumerate(frame["calls"]) if "options" in call}
        return frames.encode_request(frame["seq"], frame["budget_ms"], calls, options)
    outcomes = [
        value_of(outcome["value"]) if "value" in outcome else DEFAULT.raised(error_of(outcome["raised"])) for outcome in frame["outcomes"]
    ]
    return frames.pack((KINDS[kind], frame["seq"], *([frame["indexes"]] if kind == "partial" else []), outcomes))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_frames_are_read(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["hex"])
    assert described(frames.decode_frame(data)) == vector["frame"]
    if vector["frame"]["kind"] == "request":
        assert described(frames.split_request(data)) == vector["frame"]
    if vector["frame"]["kind"] in ("reply", "partial"):
        assert described(frames.split_reply(data)) == vector["frame"]


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if vector["exact"]], ids=lambda vector: vector["name"])
def test_frames_are_written(vector: dict[str, Any]) -> None:
    assert written(vector["frame"]).hex() == vector["hex"]


def test_the_stored_frames_are_what_their_cases_give() -> None:
    command = [sys.executable, "-m", "tests.conformance.make_frames", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
