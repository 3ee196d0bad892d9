"""The reading of settings: `amino.toml`, then the environment, then flags; the later source wins."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from amino_wire.error_tree import ConfigInvalid
from amino_wire.settings.declaration import Part, Setting

FILE = Path("amino.toml")
DEFAULT, FLAG = "default", "flag"


@dataclass(frozen=True, slots=True)
class Found:
    """The value of a setting and its origin: `default`, the file's name, the variable's name, or `flag`."""

    value: Any
    origin: str


def found_settings(part: Part, flags: Mapping[str, Any], environ: Mapping[str, str] | None = None, file: Path = FILE) -> dict[str, Found]:
    """Reads every setting of a part.

    Arguments:
        part: whose settings.
        flags: those of the command line by the names of settings; None stands for a flag that was not given.
        environ: the environment; None for this process's.
        file: the settings file; it may be missing.

    Raises:
        ConfigInvalid: a name is unknown, or a value is out of range; the message says which, and where it stands.
    """
    given = _given(part, flags, os.environ if environ is None else environ, file)
    return {
        setting.name: _read(setting, *given[setting.name]) if setting.name in given else Found(setting.default, DEFAULT) for setting in part
    }


def read_settings(part: Part, flags: Mapping[str, Any], environ: Mapping[str, str] | None = None, file: Path = FILE) -> dict[str, Any]:
    """The values of every setting of a part by their names; arguments and errors as of `found_settings`."""
    return {name: found.value for name, found in found_settings(part, flags, environ, file).items()}


def _given(part: Part, flags: Mapping[str, Any], environ: Mapping[str, str], file: Path) -> dict[str, tuple[Any, str]]:
    """The raw value of each setting that a source names, with its origin; the strongest source wins."""
    given: dict[str, tuple[Any, str]] = {}
    known = {setting.name for setting in part}

    def add(name: str, value: Any, source: str, origin: str) -> None:
        if name not in known:
            raise ConfigInvalid(f"There is no {part.name} setting {name!r} (from {source}). {part.advice(name)}")
        given[name] = (value, origin)

    for name, value in _table(part, file).items():
        add(name, value, str(file), str(file))
    variables = {part.variable(setting): setting.name for setting in part}
    for variable, value in environ.items():
        if variable in variables or (part.strict and variable.startswith(part.prefix)):
            add(variables.get(variable, variable.removeprefix(part.prefix).lower()), value, "environment", variable)
    for name, value in flags.items():
        if value is not None:
            add(name, value, FLAG, FLAG)
    return given


def _read(setting: Setting, value: Any, origin: str) -> Found:
    try:
        return Found(setting.read(value), origin)
    except ValueError as error:
        shown = "" if setting.secret else f" = {value!r}"
        raise ConfigInvalid(f"{setting.name}{shown} (from {origin}): {error}") from None


def _table(part: Part, file: Path) -> dict[str, Any]:
    if not part.table or not file.is_file():
        return {}
    import tomllib  # only where there is a file: it would make every start later

    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigInvalid(f"{file} cannot be read: {error}") from error
    table = content.get(part.table, {})
    if not isinstance(table, dict):
        raise ConfigInvalid(f"{file}: [{part.table}] must be a table")
    return cast("dict[str, Any]", table)


def flags_of(part: Part, words: Sequence[str]) -> dict[str, Any]:
    """The flags of a part on a command line, by the names of settings.

    Raises:
        ConfigInvalid: a word is no flag of the part, or its value is missing.
    """
    by_flag = {setting.flag: setting for setting in part if setting.flag}
    flags: dict[str, Any] = {}
    left = list(words)
    while left:
        flag, equals, value = left.pop(0).partition("=")
        setting = by_flag.get(flag)
        if setting is None:
            raise ConfigInvalid(f"The {part.name} has no flag {flag!r}. Known: {', '.join(by_flag)}.")
        if setting.kind == "switch":
            flags[setting.name] = not flag.startswith("--no-")
            continue
        if not equals and not left:
            raise ConfigInvalid(f"{flag} needs a value: {setting.about}")
        value = value if equals else left.pop(0)
        flags[setting.name] = [*flags.get(setting.name, []), value] if setting.repeats else value
    return {name: part[name].joined(value) for name, value in flags.items()}
