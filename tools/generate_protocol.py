"""Makes what all languages must agree on anew from `spec/protocol.json`, or checks that it is up to date (`--check`)."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "spec" / "protocol.json"
NOTE = "Generated from `spec/protocol.json` by `tools/generate_protocol.py`. Not edited by hand."
Named = tuple[str, Any, str]
"""A constant: its name, its value, its meaning."""


def load(text: str) -> dict[str, Any]:
    """The data, if no number and no name stands in it twice.

    Raises:
        SystemExit: the data contradicts itself.
    """
    spec: dict[str, Any] = json.loads(text)
    for section, key in (
        ("frames", "number"),
        ("options", "number"),
        ("flags", "number"),
        ("extensions", "number"),
        ("outcomes", "number"),
    ):
        for unique in (key, "name"):
            found = [entry[unique] for entry in spec[section]]
            if len(set(found)) != len(found):
                raise SystemExit(f"spec/protocol.json: {section} has a {unique} twice: {found}")
    groups = {group["name"] for group in spec["groups"]} | {None}
    outcomes = {outcome["name"] for outcome in spec["outcomes"]}
    for entry in spec["codes"]:
        if entry["group"] not in groups or entry["outcome"] not in outcomes:
            raise SystemExit(f"spec/protocol.json: code {entry['code']} has an unknown group or outcome")
    reserved = [number for first, last in spec["options_reserved"] for number in range(first, last + 1)]
    if taken := [entry["name"] for entry in spec["options"] if entry["number"] in reserved]:
        raise SystemExit(f"spec/protocol.json: options {taken} have reserved numbers")
    return spec


def flat(spec: dict[str, Any]) -> Iterator[Named]:
    """Constants that stand alone: version, kinds of frames, flags, limits, pauses."""
    yield "VERSION", spec["version"], "Version of the wire."
    for frame in spec["frames"]:
        yield frame["name"], frame["number"], f"Kind of a frame: {frame['meaning']}."
    for flag in spec["flags"]:
        yield f"FLAG_{flag['name']}", flag["number"], f"Flag of a call: {flag['meaning']}."
    for limit in spec["limits"]:
        yield limit["name"], limit["value"], f"Limit: {limit['meaning']}."
    for rule in spec["routing"]:
        yield rule["name"], rule["value"], f"Following an object: {rule['meaning']}."


def grouped(spec: dict[str, Any]) -> Iterator[tuple[str, str, list[Named]]]:
    """Constants that stand together: the group's name, its meaning, its constants."""
    sections = (
        ("Option", "Keys of the options of a call.", "options", "number"),
        ("Extension", "Extension types of msgpack.", "extensions", "number"),
        ("Hello", "Keys of a hello.", "hello", "key"),
        ("Feature", "What an end may say in its hello that it can do.", "features", "key"),
        ("Goodbye", "Keys of the details of a goodbye.", "goodbye", "key"),
        ("Metadata", "Keys of gRPC metadata.", "metadata", "key"),
        ("Header", "Headers of calls that the runtime itself reads; names beginning with `@` are refused from outside.", "headers", "key"),
    )
    for name, meaning, section, key in sections:
        yield name, meaning, [(entry["name"], entry[key], sentence(entry["meaning"])) for entry in spec[section]]
    yield "Role", "Roles that a hello may name.", [(role.upper(), role, f"Says hello as a {role}.") for role in spec["roles"]]
    yield "Code", "Codes of errors.", [(entry["code"], entry["code"], sentence(entry["meaning"])) for entry in spec["codes"]]


def sentence(text: str) -> str:
    """A meaning as a sentence of its own."""
    return f"{text[0].upper()}{text[1:]}."


READS = "Requests of the service for clients that change nothing: an end whose connection was lost may send them again."


def literal(value: Any) -> str:
    """A string or number as Python, Java, JavaScript and Ruby write it."""
    return json.dumps(value)


def python(spec: dict[str, Any]) -> str:
    """`amino_wire.protocol`."""
    lines = [f'"""{NOTE}"""', "", "from __future__ import annotations", "", "from collections.abc import Mapping"]
    lines += ["from enum import IntEnum", "from typing import Final", ""]
    for name, value, meaning in flat(spec):
        lines += [f"{name}: Final = {literal(value)}", f'"""{meaning}"""']
    lines += ["", "", "class Outcome(IntEnum):", '    """Whether a call ran."""', ""]
    for outcome in spec["outcomes"]:
        lines += [f"    {outcome['name']} = {outcome['number']}", f'    """{sentence(outcome["meaning"])}"""']
    for group, about, constants in grouped(spec):
        lines += ["", "", f"class {group}:", f'    """{about}"""', ""]
        for name, value, meaning in constants:
            lines += [f"    {name}: Final = {literal(value)}", f'    """{meaning}"""']
    lines += ["", "", "DEFAULT_OUTCOMES: Mapping[str, Outcome] = {"]
    lines += [f"    Code.{entry['code']}: Outcome.{entry['outcome']}," for entry in spec["codes"]]
    lines += ["}", '"""What an error of a code says about its call unless somebody knows better."""']
    lines += [f"READS: Final = frozenset({{{', '.join(map(literal, spec['reads']))}}})", f'"""{READS}"""']
    lines += ["GROUPS: Mapping[str, str] = {"]
    lines += [f"    Code.{entry['code']}: {literal(entry['group'] or '')}," for entry in spec["codes"]]
    lines += ["}", '"""The class that groups the errors of a code; empty: none."""', ""]
    return "\n".join(lines)


def java(spec: dict[str, Any]) -> str:
    """`org.amino.runtime.wire.Protocol`."""
    lines = ["package org.amino.runtime.wire;", "", "import java.util.List;", "", f"/** {NOTE} */", "public final class Protocol {"]
    for name, value, meaning in flat(spec):
        lines += [f"  /** {meaning} */", f"  public static final int {name} = {literal(value)};"]
    lines += [
        "",
        "  private Protocol() {}",
        "",
        "  /** Whether a call ran. The number that travels is the place in this list. */",
        "  public enum Outcome {",
    ]
    ordered = sorted(spec["outcomes"], key=lambda outcome: outcome["number"])
    for outcome in ordered:
        lines += [f"    /** {sentence(outcome['meaning'])} */", f"    {outcome['name']}{';' if outcome is ordered[-1] else ','}"]
    lines += ["", "    private static final List<Outcome> ALL = List.of(values());", ""]
    lines += ["    /** The outcome of a number that travelled; a number that this version does not know says nothing. */"]
    lines += ["    public static Outcome of(long number) {"]
    lines += ["      return number < 0 || number >= ALL.size() ? UNKNOWN : ALL.get((int) number);", "    }", ""]
    lines += ["    /** What an error of a code says about its call unless somebody knows better. */"]
    lines += ["    public static Outcome byDefault(String code) {", "      return switch (code) {"]
    for outcome in ordered[1:]:
        codes = [f"Code.{entry['code']}" for entry in spec["codes"] if entry["outcome"] == outcome["name"]]
        lines += ["        case " + ",\n            ".join(codes) + f" -> {outcome['name']};"]
    lines += ["        default -> UNKNOWN;", "      };", "    }", "  }"]
    for group, about, constants in grouped(spec):
        lines += ["", f"  /** {about} */", f"  public static final class {group} {{"]
        for name, value, meaning in constants:
            kind = "int" if isinstance(value, int) else "String"
            lines += [f"    /** {meaning} */", f"    public static final {kind} {name} = {literal(value)};"]
        lines += ["", f"    private {group}() {{}}", "  }"]
    return "\n".join([*lines, "}", ""])


def javascript(spec: dict[str, Any]) -> str:
    """`sdk/js/src/protocol.js`. Numbers stand alone, so that the engine sees constants."""
    lines = [f"// {NOTE}", ""]
    for name, value, meaning in flat(spec):
        lines += [f"/** {meaning} */", f"export const {name} = {quoted(value)};"]
    for group, about, constants in grouped(spec):
        if group in ("Option", "Extension"):
            lines += ["", f"// {about}"]
            for name, value, meaning in constants:
                lines += [f"/** {meaning} */", f"export const {group.upper()}_{name} = {quoted(value)};"]
            continue
        lines += ["", f"/** {about} */", f"export const {group} = Object.freeze({{"]
        for name, value, meaning in constants:
            lines += [f"  /** {meaning} */", f"  {name}: {quoted(value)},"]
        lines += ["});"]
    words = [quoted(outcome["name"].lower()) for outcome in spec["outcomes"]]
    lines += ["", f"/** Whether a call ran. @typedef {{{' | '.join(words)}}} Outcome */"]
    lines += ["", "/** Outcomes by the number that travels. @type {readonly Outcome[]} */"]
    lines += [f"export const OUTCOMES = Object.freeze([{', '.join(words)}]);"]
    lines += [
        "",
        "/** What an error of a code says about its call unless somebody knows better. @type {Readonly<Record<string, Outcome>>} */",
    ]
    lines += ["export const DEFAULT_OUTCOMES = Object.freeze({"]
    lines += [f"  {entry['code']}: {quoted(entry['outcome'].lower())}," for entry in spec["codes"]]
    lines += ["});", "", "/** The class that groups the errors of a code; empty: none. @type {Readonly<Record<string, string>>} */"]
    lines += ["export const GROUPS = Object.freeze({"]
    lines += [f"  {entry['code']}: {quoted(entry['group'] or '')}," for entry in spec["codes"]]
    lines += ["});", "", f"/** {READS} */", f"export const READS = new Set([{', '.join(map(quoted, spec['reads']))}]);", ""]
    return "\n".join(lines)


def quoted(value: Any) -> str:
    """A string or number as the house style of the Node SDK writes it."""
    return literal(value).replace('"', "'") if isinstance(value, str) else literal(value)


def ruby(spec: dict[str, Any]) -> str:
    """`Amino::Protocol`."""
    lines = ["# frozen_string_literal: true", "", f"# {NOTE}", "module Amino", "  # What all languages agree on (docs/wire.md)."]
    lines += ["  module Protocol"]
    for name, value, meaning in flat(spec):
        lines += [f"    # {meaning}", f"    {name} = {literal(value)}"]
    for group, about, constants in grouped(spec):
        lines += ["", f"    # {about}", f"    module {group}"]
        for name, value, meaning in constants:
            lines += [f"      # {meaning}", f"      {name} = {literal(value)}"]
        lines += ["    end"]
    lines += ["", "    # Outcomes by the number that travels."]
    lines += [f"    OUTCOMES = [{', '.join(':' + outcome['name'].lower() for outcome in spec['outcomes'])}].freeze"]
    lines += ["", "    # What an error of a code says about its call unless somebody knows better.", "    DEFAULT_OUTCOMES = {"]
    lines += [f"      {literal(entry['code'])} => :{entry['outcome'].lower()}," for entry in spec["codes"]]
    lines += ["    }.freeze", "", "    # Codes by the class that groups their errors; nil: none.", "    GROUPS = {"]
    for group in [*(group["name"] for group in spec["groups"]), None]:
        codes = " ".join(entry["code"] for entry in spec["codes"] if entry["group"] == group)
        lines += [f"      {literal(group) if group else 'nil'} => %w["]
        lines += [*textwrap.wrap(codes, 100, initial_indent=" " * 8, subsequent_indent=" " * 8), "      ].freeze,"]
    lines += ["    }.freeze", "", f"    # {READS}", f"    READS = %w[{' '.join(spec['reads'])}].freeze"]
    return "\n".join([*lines, "  end", "end", ""])


def tables(spec: dict[str, Any], page: str) -> str:
    """`docs/wire.md` with its tables of options and codes made anew."""
    options = ["| key | name | type | meaning |", "|---|---|---|---|"]
    flags = ", ".join(f"{flag['number']} {flag['meaning']}" for flag in spec["flags"])
    for entry in spec["options"]:
        meaning = f"{entry['meaning']}: {flags}" if entry["name"] == "FLAGS" else entry["meaning"]
        options += [f"| {entry['number']} | {entry['name'].lower()} | {entry['type']} | {meaning} |"]
    options += [f"| {first} to {last} | | reserved | |" for first, last in spec["options_reserved"]]
    codes = ["| code | group | meaning | outcome |", "|---|---|---|---|"]
    for entry in spec["codes"]:
        codes += [f"| {entry['code']} | {entry['group'] or ''} | {entry['meaning']} | {entry['outcome']} |"]
    for name, table in (("options", options), ("codes", codes)):
        begin, end = f"<!-- {name}: made from spec/protocol.json -->\n", f"<!-- {name}: end -->\n"
        page, found = re.subn(
            re.escape(begin) + ".*?" + re.escape(end), lambda _, t=table, b=begin, e=end: b + "\n".join(t) + "\n" + e, page, flags=re.S
        )
        if found != 1:
            raise SystemExit(f"docs/wire.md has no place for the table of {name}")
    return page


TARGETS: dict[str, Callable[[dict[str, Any]], str]] = {
    "wire/amino_wire/protocol.py": python,
    "java/src/main/java/org/amino/runtime/wire/Protocol.java": java,
    "sdk/js/src/protocol.js": javascript,
    "sdk/ruby/lib/amino/protocol.rb": ruby,
    "docs/wire.md": lambda spec: tables(spec, (ROOT / "docs/wire.md").read_text()),
}


def main() -> None:
    """Entry point."""
    spec = load(SOURCE.read_text())
    stale: list[str] = []
    for name, render in TARGETS.items():
        path = ROOT / name
        text = render(spec)
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.write_text(text)
    if stale and "--check" in sys.argv:
        raise SystemExit(f"stale: {stale}; run python tools/generate_protocol.py")


if __name__ == "__main__":
    main()
