"""A small parser for the commands that people type most. It knows their options and nothing else.

A command line that it does not understand wholly, and every request for help, is left to the large parser,
whose libraries take longer to import than such a command takes to run. `tests/unit/test_cli_quick.py` compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from amino_wire.settings.declaration import Kind
from amino_wire.settings.kernel import KERNEL

from amino.cli.session import Output, Session

NEGATIVE = re.compile(r"-(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
"""A word that begins with a dash and is an argument all the same."""


@dataclass(frozen=True)
class Form:
    """A command: how many words it takes, and its options.

    Arguments:
        run: the module and function that does it.
        least: how many words it needs.
        most: how many words it takes one by one; further ones are a list, where `rest` says so.
        rest: whether any number of words may follow, negative numbers among them.
        values: its options with a value, and what reads the value.
        lists: its options that may be repeated.
        flags: its options without a value.
    """

    run: str
    least: int
    most: int
    rest: bool = False
    values: Mapping[str, Callable[[str], Any]] = field(default_factory=dict[str, Callable[[str], Any]])
    lists: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()


_READERS: Mapping[Kind, Callable[[str], Any]] = {"port": int, "number": int, "seconds": float}


def _starting(function: str, without: Collection[str] = (), more: Mapping[str, Callable[[str], Any]] | None = None, *flags: str) -> Form:
    """A command that starts a kernel; its options are the declared flags."""
    declared = [setting for setting in KERNEL if setting.flag and setting.name not in without]
    names = {setting.name: setting.flag.removeprefix("--") for setting in declared}
    single = [setting for setting in declared if not setting.repeats and setting.kind != "switch"]
    return Form(
        f"amino.cli.starting:{function}",
        0,
        0,
        values={names[setting.name]: _READERS.get(setting.kind, str) for setting in single} | dict(more or {}),
        lists=frozenset(names[setting.name] for setting in declared if setting.repeats),
        flags=frozenset(names[setting.name] for setting in declared if setting.kind == "switch") | set(flags),
    )


FORMS: Mapping[str, Form] = {
    "call": Form("amino.cli.questions:call_member", 2, 2, True, {"deadline": float}, frozenset({"kwarg"}), frozenset({"read-only"})),
    "ls": Form(
        "amino.cli.listing:list_objects",
        0,
        1,
        values={"select": str, "kernel": str, "status": str, "sort": str, "limit": int, "page": int},
        flags=frozenset({"nameless", "count"}),
    ),
    "describe": Form("amino.cli.questions:describe_object", 1, 1),
    "up": _starting("up_by_flags", ("oms",), {"oms-port": int}, "detach"),
    "kernel": _starting("kernel_by_flags"),
}
COMMON_VALUES: Mapping[str, Callable[[str], Any]] = {"address": str, "output": Output}
COMMON_FLAGS = frozenset({"verbose"})
SHORT: Mapping[str, str] = {"-a": "address", "-o": "output", "-v": "verbose"}


@dataclass(frozen=True)
class Parsed:
    """A command line that was understood."""

    form: Form
    session: Session
    words: tuple[Any, ...]
    options: Mapping[str, Any]

    def run(self) -> int:
        """Runs the command and answers its exit status."""
        options = {name.replace("-", "_"): value for name, value in self.options.items()}

        def work() -> None:
            module, _, function = self.form.run.partition(":")
            getattr(import_module(module), function)(self.session, *self.words, **options)

        return self.session.status_of(work)


class _NotUnderstood(Exception):
    """The large parser knows what this means, or what is wrong with it."""


def parsed(arguments: Sequence[str]) -> Parsed | None:
    """The command of a command line; None where the large parser is needed."""
    try:
        return _Reading(arguments).command()
    except (_NotUnderstood, ValueError):
        return None


class _Reading:
    def __init__(self, arguments: Sequence[str]) -> None:
        self._left = list(arguments)
        self._form: Form | None = None
        self._words: list[str] = []
        self._common: dict[str, Any] = {}
        self._options: dict[str, Any] = {}

    def command(self) -> Parsed:
        while self._left:
            word = self._left.pop(0)
            if not word.startswith("-") or (self._form is not None and self._form.rest and NEGATIVE.fullmatch(word)):
                self._word(word)
            else:
                self._option(word)
        form = self._form
        if form is None or len(self._words) < form.least or (len(self._words) > form.most and not form.rest):
            raise _NotUnderstood
        words = (*self._words[: form.most], self._words[form.most :]) if form.rest else tuple(self._words)
        return Parsed(form, Session(**self._common), words, self._options)

    def _word(self, word: str) -> None:
        if self._form is not None:
            self._words.append(word)
        elif word in FORMS:
            self._form = FORMS[word]
        else:
            raise _NotUnderstood

    def _option(self, word: str) -> None:
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        name = SHORT.get(name) or (name[2:] if name.startswith("--") else "")
        form = self._form or _BEFORE
        if name in COMMON_FLAGS or name in form.flags:
            if equals:
                raise _NotUnderstood
            self._into(name)[name] = True
            return
        read = COMMON_VALUES.get(name) or form.values.get(name) or (str if name in form.lists else None)
        if read is None or (not equals and not self._left):
            raise _NotUnderstood
        given = value if equals else self._left.pop(0)
        if not equals and given.startswith("-"):
            raise _NotUnderstood
        if name in form.lists:
            self._options.setdefault(name, []).append(given)
        else:
            self._into(name)[name] = read(given)

    def _into(self, name: str) -> dict[str, Any]:
        return self._common if name in COMMON_VALUES or name in COMMON_FLAGS else self._options


_BEFORE = Form("", 0, 0)
"""Before the command only the options of every command may stand."""
