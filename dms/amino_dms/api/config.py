"""Settings of a deployment manager: from what a person wrote to a checked, frozen dataclass, and to what travels."""

from __future__ import annotations

import dataclasses
import difflib
import types
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from amino_wire.errors import ChainInvalid
from amino_wire.values import Duration

from amino_dms.api.narrow import is_list
from amino_dms.api.quantities import Size, duration_text, quantity


def read_config(owner: str, kind: type[Any], settings: Mapping[str, Any]) -> Any:
    """The settings as an instance of `kind`, each with the type that its field has.

    Arguments:
        owner: the manager's name, for messages.
        kind: a frozen dataclass.
        settings: names and values, as written in a chain, a manifest or a record.

    Raises:
        ChainInvalid: an unknown setting, or a value that cannot be right.
    """
    fields = {field.name: field for field in dataclasses.fields(kind)}
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for name, value in settings.items():
        if name not in fields:
            raise ChainInvalid(_unknown(owner, name, list(fields)), details={"manager": owner, "setting": name})
        try:
            values[name] = _convert(value, hints[name])
        except ChainInvalid:
            raise
        except ValueError as error:
            raise ChainInvalid(f"{owner}: {name}={_shown(value)}: {error}", details={"manager": owner, "setting": name}) from None
    try:
        return kind(**values)
    except ChainInvalid:
        raise
    except ValueError as error:
        raise ChainInvalid(f"{owner}: {error}", details={"manager": owner}) from None


def require_some(config: Any, *names: str) -> None:
    """For a settings class's `__post_init__`: these, durations or counts, must be more than nothing. Raises ValueError."""
    for name in names:
        value = getattr(config, name)
        if isinstance(value, timedelta):
            if value <= timedelta(0):
                raise ValueError(f"{name} must be longer than 0s")
        elif value < 1:
            raise ValueError(f"{name} must be at least 1")


def write_config(config: Any) -> dict[str, Any]:
    """The settings that differ from their defaults, as values that travel."""
    plain = type(config)()
    return {
        field.name: _plain(getattr(config, field.name))
        for field in dataclasses.fields(config)
        if getattr(config, field.name) != getattr(plain, field.name)
    }


def config_text(config: Any, *, every: bool = False) -> str:
    """The settings as they are written in a chain: `lease=10s,entries=5`.

    Arguments:
        every: those that have their default too.
    """
    if every:
        return ",".join(f"{field.name}={_shown(getattr(config, field.name))}" for field in dataclasses.fields(config))
    return ",".join(f"{name}={_shown(value)}" for name, value in write_config(config).items())


def settings_of(manager: Any) -> list[str]:
    """The settings that a deployment manager takes, each as `name: type = default`."""
    return [
        f"{field.name}: {field.type}" + ("" if field.default is dataclasses.MISSING else f" = {field.default}")
        for field in dataclasses.fields(manager.Config)
    ]


def _unknown(owner: str, name: str, known: Sequence[str]) -> str:
    if not known:
        return f"{owner} has no setting {name!r}; it has no settings at all"
    near = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"
    return f"{owner} has no setting {name!r}; {hint}"


def _convert(value: Any, wanted: Any) -> Any:
    origin = get_origin(wanted)
    if origin in (Union, types.UnionType):
        return _convert_union(value, get_args(wanted))
    if origin is tuple:
        items = list(value) if is_list(value) else [value]
        return tuple(_convert(item, get_args(wanted)[0]) for item in items)
    if wanted is timedelta:
        return _duration(value)
    if wanted is Size:
        return _size(value)
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return _member(value, wanted)
    if wanted is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if type(value) is wanted:
        return value
    raise ValueError(f"must be {_kind_name(wanted)}")


def _convert_union(value: Any, options: tuple[Any, ...]) -> Any:
    if value is None and types.NoneType in options:
        return None
    for option in options:
        if option is types.NoneType:
            continue
        try:
            return _convert(value, option)
        except ValueError:
            continue
    raise ValueError("must be " + " or ".join(_kind_name(option) for option in options))


def _duration(value: Any) -> timedelta:
    if isinstance(value, str):
        value = quantity(value)
    elif isinstance(value, Duration):
        value = value.to_timedelta()
    elif isinstance(value, (int, float)) and not isinstance(value, (bool, Size)):
        value = _seconds(value)
    if not isinstance(value, timedelta):
        raise ValueError("must be a duration such as 10s or 250ms, or a number of seconds")
    if value < timedelta(0):
        raise ValueError("must not be negative")
    return value


def _seconds(number: float) -> timedelta:
    try:
        return timedelta(seconds=number)
    except (OverflowError, ValueError):
        raise ValueError("must be a number of seconds that a clock can count") from None


def _size(value: Any) -> Size:
    if isinstance(value, str):
        value = quantity(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return Size(value)
    raise ValueError("must be a size such as 64KiB or 1GB")


def _member(value: Any, wanted: type[Enum]) -> Enum:
    for member in wanted:
        if value in (member, member.value):
            return member
    raise ValueError("must be one of " + ", ".join(str(member.value) for member in wanted))


def _kind_name(wanted: Any) -> str:
    names = {int: "a whole number", float: "a number", bool: "true or false", str: "a text", types.NoneType: "null"}
    return names.get(wanted, getattr(wanted, "__name__", str(wanted)))


def _plain(value: Any) -> Any:
    if isinstance(value, Size):
        return int(value)
    if isinstance(value, Enum):
        return value.value
    return [_plain(item) for item in value] if is_list(value) else value


def _shown(value: Any) -> str:
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if is_list(value):
        return "[" + ",".join(_shown(item) for item in value) + "]"
    if isinstance(value, str) and not value.replace("_", "").replace("-", "").replace(".", "").isalnum():
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
