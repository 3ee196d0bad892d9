"""`docs/clients.md` against the SDKs themselves: every operation and every option that one of them has, and no other."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import re
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, cast

import amino
import pytest
from amino.blocking_stub import BlockingStub
from amino.registration import manager_specs
from amino.stub import Stub
from amino_dms.chain import Chain, Registry
from amino_wire.values import decode

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("Python", "Node", "Ruby")
FOR_TOOLS = {
    "Python": {"improve", "resolve", "check_fork", "forked", "open", "run", "record_of", "command"},
    "Node": {"open"},
    "Ruby": {"link", "codec", "home", "record", "closed?", "client_id", "watched_links", "find_again"},
}
"""Public members of clients that programs do not need."""
Operations = dict[str, tuple[tuple[str, ...], frozenset[str]]]
"""By name, the parameters that stand in order and the options."""


@dataclasses.dataclass(frozen=True)
class Told:
    """The operations of an SDK, and the fields of its descriptions."""

    operations: Operations
    descriptions: dict[str, list[str]]


def neutral(name: str) -> str:
    """A name of any language in the spelling of Python."""
    return re.sub("(?<=[a-z])[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


def rows(title: str) -> list[list[str]]:
    """The rows of the table under a title, without its head."""
    section = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8").split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def cells(language: str) -> Iterable[tuple[str, tuple[str, ...], bool]]:
    """The operations that the page names: name, parameters, whether there are options."""
    for row in rows("Operations"):
        cell = row[1 + LANGUAGES.index(language)].strip("`")
        if cell:
            name, _, inside = cell.removesuffix(")").partition("(")
            parameters = [part for part in inside.split(", ") if part]
            yield name, tuple(part for part in parameters if part != "…"), "…" in parameters


def options(language: str) -> dict[str, set[str]]:
    """The options that the page names, by operation in the spelling of Python."""
    found: dict[str, set[str]] = {}
    for row in rows("Options"):
        option = row[1 + LANGUAGES.index(language)].strip("`")
        for operation in row[0].split(", "):
            if option:
                found.setdefault(operation, set()).add(option)
    return found


def _described(function: Callable[..., Any]) -> tuple[tuple[str, ...], frozenset[str]]:
    parameters = list(inspect.signature(function).parameters.values())
    positional = [
        ("*" if each.kind is each.VAR_POSITIONAL else "") + each.name for each in parameters if each.kind is not each.KEYWORD_ONLY
    ]
    return tuple(name for name in positional if name != "self"), frozenset(
        each.name for each in parameters if each.kind is each.KEYWORD_ONLY
    )


def python_operations(client: type, stub: type) -> Operations:
    """The operations of a client of Python, with async or without."""
    members = {name: member for name, member in inspect.getmembers(client, inspect.isfunction) if not name.startswith("_")}
    found = {f"client.{name}": _described(member) for name, member in members.items()}
    return found | {
        "connect": _described(amino.connect),
        "reference_of": _described(amino.reference_of),
        "stub.with_options": _described(stub.__dict__["with_options"]),
    }


@cache
def told_by(*command: str) -> Told:
    """The answer of a program of an SDK."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    operations = {name: (tuple(each["positional"]), frozenset(each["options"])) for name, each in told["operations"].items()}
    return Told(operations, told["descriptions"])


def node() -> Told:
    """What the SDK for Node has."""
    return told_by("node", "sdk/js/test/operations_cli.mjs")


def ruby() -> Told:
    """What the SDK for Ruby has."""
    return told_by("ruby", "-Isdk/ruby/lib", "sdk/ruby/test/operations_cli.rb")


def python_descriptions() -> dict[str, list[str]]:
    """The fields of each frozen class that `amino` offers."""
    offered = {name: getattr(amino, name) for name in amino.__all__}
    return {name: [each.name for each in dataclasses.fields(kind)] for name, kind in offered.items() if dataclasses.is_dataclass(kind)}


SDKS: dict[str, tuple[str, Callable[[], Operations]]] = {
    "Python with async": ("Python", lambda: python_operations(amino.Client, Stub)),
    "Python without async": ("Python", lambda: python_operations(amino.BlockingClient, BlockingStub)),
    "Node": ("Node", lambda: node().operations),
    "Ruby": ("Ruby", lambda: ruby().operations),
}


@pytest.mark.parametrize("sdk", SDKS)
def test_the_page_has_every_operation_of_an_sdk_as_it_is(sdk: str) -> None:
    language, operations = SDKS[sdk]
    there = operations()
    tools = {f"client.{name}" for name in FOR_TOOLS[language]}
    told = {name: (parameters, has_options) for name, parameters, has_options in cells(language)}
    assert {name: (parameters, bool(kept)) for name, (parameters, kept) in there.items() if name not in tools} == told


@pytest.mark.parametrize("sdk", SDKS)
def test_the_page_has_every_option_of_an_sdk(sdk: str) -> None:
    language, operations = SDKS[sdk]
    told = options(language)
    there = {name: kept for name, (_, kept) in operations().items() if kept and name.rpartition(".")[2] not in FOR_TOOLS[language]}
    by_operation = {neutral(name.rpartition(".")[2]).removesuffix("_with"): set(kept) for name, kept in there.items()}
    assert by_operation == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_every_field_of_a_description(language: str) -> None:
    there = {"Python": python_descriptions, "Node": lambda: node().descriptions, "Ruby": lambda: ruby().descriptions}[language]()
    told: dict[str, set[str]] = {}
    for row in rows("Descriptions"):
        kind = row[1 + LANGUAGES.index(language)].strip("`")
        if kind:
            told.setdefault(kind, set()).update(field.strip("`") for field in row[4].split(", "))
    assert {kind: {neutral(field) for field in there[kind]} for kind in told} == told


def printed_chains() -> list[str]:
    """The chains that the page prints: the list and the text of Python, the list of Node, the hash of Ruby."""
    text = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8").split("\n* A chain: ")[1].split("\n* ")[0]
    return re.findall("`(.*?)`", text)


CHAIN_IN_NODE = """
import {{ Codec }} from './sdk/js/src/wire/codec.js';
import {{ managerMessages }} from './sdk/js/src/objects/managers.js';
const sent = managerMessages({}, new Codec());
console.log(JSON.stringify(sent.map(({{ name, config }}) => [name, Buffer.from(config).toString('hex')])));
"""
CHAIN_IN_RUBY = """
client = Amino::Client.allocate
client.define_singleton_method(:codec) {{ Amino::Values::Codec.new }}
sent = {}.flat_map {{ |manager| client.send(:specifications, manager) }}
puts JSON.generate(sent.map {{ |spec| [spec.name, spec.config.unpack1("H*")] }})
"""


def test_the_printed_chains_are_good_and_one() -> None:
    listed, text, node_chain, ruby_chain = printed_chains()
    programs = (
        ("node", "--input-type=module", "-e", CHAIN_IN_NODE.format(node_chain)),
        ("ruby", "-Isdk/ruby/lib", "-rjson", "-ramino", "-e", CHAIN_IN_RUBY.format(ruby_chain)),
    )
    sent = [[(spec.name, spec.config) for spec in manager_specs(ast.literal_eval(each))] for each in (listed, text)]
    for program in programs:
        done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
        sent.append([(name, bytes.fromhex(config)) for name, config in json.loads(done.stdout)])
    wanted = "Retry,LeaseCaching(lease=10s)"
    registry = Registry.installed()
    for each in sent:
        chain = Chain.of(((name, cast("dict[str, Any]", decode(config) if config else {})) for name, config in each), registry)
        assert chain == Chain.parse(wanted, registry)


def test_the_languages_agree() -> None:
    """The same names, order and options, spelled as each language spells names; a language may lack an operation or an option."""
    for title in ("Operations", "Options"):
        for row in rows(title):
            spelled = {neutral(cell.strip("`").replace(", …", "")) for cell in row[1:4] if cell}
            assert len(spelled) == 1, row
