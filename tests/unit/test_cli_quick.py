"""The small parser of the command line understands what the large one does, or leaves it to that one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import typer.main
from amino.cli import starting
from amino.cli.main import app
from amino.cli.quick import COMMON_FLAGS, COMMON_VALUES, FORMS, SHORT, parsed
from amino.cli.session import Output

COMMANDS: Any = typer.main.get_command(app)


def shown(arguments: Sequence[str]) -> Any:
    found = parsed(arguments)
    return (
        None if found is None else (found.session.output, found.session.address, found.session.verbose, *found.words, dict(found.options))
    )


@pytest.mark.parametrize("name", FORMS)
def test_both_parsers_have_the_same_options(name: str) -> None:
    form = FORMS[name]
    large = {parameter.name: parameter for parameter in COMMANDS.commands[name].params}
    words = [parameter for parameter in large.values() if parameter.param_type_name == "argument"]
    assert [parameter.required for parameter in words] == [True] * form.least + [False] * (len(words) - form.least)
    assert any(word.nargs == -1 for word in words) is form.rest and len(words) == form.most + form.rest
    options = {option: parameter for parameter in large.values() for option in parameter.opts if parameter.param_type_name == "option"}
    own = {option.removeprefix("--"): parameter for option, parameter in options.items() if option.startswith("--")}
    flags = {option for option, parameter in own.items() if parameter.is_flag}
    lists = {option for option, parameter in own.items() if parameter.multiple}
    assert flags - {"help"} == form.flags | COMMON_FLAGS
    assert lists == form.lists
    assert own.keys() - flags - lists == form.values.keys() | COMMON_VALUES.keys()
    short = {option: parameter.name for option, parameter in options.items() if not option.startswith("--")}
    assert {option: name for option, name in short.items() if name != "help"} == SHORT


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("ls", (Output.TABLE, None, False, {})),
        ("ls shop- --nameless -o json", (Output.JSON, None, False, "shop-", {"nameless": True})),
        ("-a 127.0.0.1:1 ls --kernel=k1 -v", (Output.TABLE, "127.0.0.1:1", True, {"kernel": "k1"})),
        ("describe --output=json counter", (Output.JSON, None, False, "counter", {})),
        ("call counter get", (Output.TABLE, None, False, "counter", "get", [], {})),
        (
            "call --kwarg a=1 counter incr -2 --kwarg b=2 x --deadline 2.5 --read-only",
            (Output.TABLE, None, False, "counter", "incr", ["-2", "x"], {"kwarg": ["a=1", "b=2"], "deadline": 2.5, "read-only": True}),
        ),
        ("call counter echo -.5e3", (Output.TABLE, None, False, "counter", "echo", ["-.5e3"], {})),
    ],
)
def test_lines_that_it_understands(line: str, found: tuple[Any, ...]) -> None:
    assert shown(line.split()) == found


@pytest.mark.parametrize(
    "line",
    [
        *("", "-h", "ls -h", "kernels", "call counter", "describe", "describe a b", "ls --nosuch", "ls --kernel", "ls --kernel --nameless"),
        *("call counter get -x", "call counter get -- -1", "call counter get --deadline soon", "call counter get --read-only=1"),
        *("ls -o xml", "ls -ojson", "ls --nameless=yes", "--nameless ls", "ls -5"),
    ],
)
def test_lines_that_it_leaves_to_the_large_parser(line: str) -> None:
    assert shown(line.split()) is None


def test_flags_of_a_kernel_by_the_names_of_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(starting, "start_kernel", lambda _, flags: told.append(dict(flags)))
    line = "kernel --label a=b --label c=d --languages js,python --no-supervise --insecure --heap-mb 5 --jvm-option -Xint"
    words = line.split()
    assert shown(words) is None, "a value that begins with a dash may be an option that was forgotten"
    command = parsed([*words[:-2], "--jvm-option=-Xint"])
    assert command is not None and command.run() == 0
    assert told == [
        {
            "labels": ["a=b", "c=d"],
            "languages": "js,python",
            "supervise": False,
            "insecure": True,
            "heap_mb": 5,
            "jvm_options": ["-Xint"],
        }
    ]


def test_the_commonest_commands_import_neither_the_large_parser_nor_an_event_loops_client() -> None:
    program = (
        "import sys, amino.cli.entry, amino.cli.quick, amino.cli.questions, amino.cli.quick_client; "
        "print([name for name in ('typer', 'rich', 'pydantic', 'uvloop', 'amino.client', 'amino_dms', 'structlog') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == "[]"
