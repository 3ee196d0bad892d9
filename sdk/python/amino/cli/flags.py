"""Options of the command line that are made from the declarations of settings."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from amino_wire.settings.declaration import Part, Setting

_TYPES: Mapping[str, Any] = {
    "text": str | None,
    "folder": Path | None,
    "port": int | None,
    "number": int | None,
    "seconds": float | None,
    "switch": bool,
    "words": list[str] | None,
    "labels": list[str] | None,
}


def options_of(part: Part, without: Collection[str] = (), defaults: Mapping[str, str] | None = None) -> list[inspect.Parameter]:
    """The parameters of a command, one for each setting that has a flag.

    Arguments:
        part: whose settings.
        without: names of settings that the command does not take.
        defaults: what is said of the default where the command has one of its own.
    """
    told = defaults or {}
    taken = [setting for setting in part if setting.flag and setting.name not in without]
    return [_option(setting, told.get(setting.name, setting.shown(setting.default))) for setting in taken]


def _option(setting: Setting, default: str) -> inspect.Parameter:
    switch = setting.kind == "switch"
    # A switch that is on by default has a flag that turns it off.
    about = f"Do not {setting.about}" if setting.flag.startswith("--no-") else setting.about[0].upper() + setting.about[1:]
    about += "; may be repeated" if setting.repeats else ""
    about += f" (else {default})." if default and not switch else "."
    metavar = "KEY=VALUE" if setting.kind == "labels" else None
    kinds: Any = Annotated  # of a type that is chosen here, which checkers do not know
    option = kinds[_TYPES[setting.kind], typer.Option(setting.flag, help=about, metavar=metavar)]
    return inspect.Parameter(setting.name, inspect.Parameter.KEYWORD_ONLY, default=False if switch else None, annotation=option)


def flags_given(part: Part, values: Mapping[str, Any]) -> dict[str, Any]:
    """The flags that were given, by the names of settings, of the values that a command got for its options."""
    return {name: found for name, value in values.items() if (found := _given(part[name], value)) is not None}


def _given(setting: Setting, value: Any) -> Any:
    if setting.kind == "switch":
        return not setting.flag.startswith("--no-") if value else None
    return setting.joined(value) if value else None if setting.repeats else value
