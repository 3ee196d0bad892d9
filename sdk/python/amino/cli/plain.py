"""Values as JSON for terminals and scripts, and back.

What JSON lacks is an object with one key: `{"$bytes": base64}`, `{"$set": […]}`, `{"$map": [[key, value], …]}`, `{"$timestamp": ISO}`,
`{"$duration": nanoseconds}`, `{"$double": "NaN"}`, `{"$ref": object id}`,
`{"$named": [name of a class, value]}` (docs/values.md), `{"$error": {…}}`.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from amino_wire.errors import AminoError, ArgumentInvalid
from amino_wire.guards import is_list, is_map
from amino_wire.values import Duration, Named, Reference, Timestamp, as_named

from amino.stub_base import StubBase, reference_of


def to_json(value: Any) -> Any:
    """The value in a form that `json.dumps` can write. A container that contains itself becomes `{"$same": true}` where it comes again."""
    return _to_json(value, ())


def _to_json(value: Any, around: tuple[int, ...]) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$double": str(value)}
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        if id(cast(object, value)) in around:
            return {"$same": True}
        return _container(cast(Any, value), (*around, id(cast(object, value))))
    return _leaf(value, around)


def _container(value: Any, around: tuple[int, ...]) -> Any:
    if is_map(value):
        pairs = value.items()
        if all(isinstance(key, str) and not key.startswith("$") for key, _ in pairs):
            return {key: _to_json(item, around) for key, item in pairs}
        return {"$map": [[_to_json(key, around), _to_json(item, around)] for key, item in pairs]}
    items = [_to_json(item, around) for item in value]
    return {"$set": sorted(items, key=json.dumps)} if isinstance(value, (set, frozenset)) else items


def _leaf(value: Any, around: tuple[int, ...]) -> Any:
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"$timestamp": value.isoformat()}
    if isinstance(value, Timestamp):
        return {"$timestamp": value.nanoseconds}
    if isinstance(value, timedelta):
        return {"$duration": Duration.of(value).nanoseconds}
    if isinstance(value, Duration):
        return {"$duration": value.nanoseconds}
    if isinstance(value, StubBase):
        return {"$ref": reference_of(value).id}
    if isinstance(value, Reference):
        return {"$ref": value.id}
    if isinstance(value, AminoError):
        return {"$error": {"code": value.code, "type": value.type, "message": value.message, "details": _to_json(value.details, around)}}
    named = as_named(value)
    return str(value) if named is None else {"$named": [named.name, _to_json(named.value, around)]}


def from_json(plain: Any, find: Callable[[str], Any]) -> Any:
    """The value of what `json.loads` read.

    Arguments:
        plain: lists, dicts, strings, numbers.
        find: the stub of an object by its name or id.

    Raises:
        ArgumentInvalid: a `$` form that is not known.
    """
    if is_list(plain):
        return [from_json(item, find) for item in plain]
    if not is_map(plain):
        return plain
    if len(plain) != 1 or not (name := str(next(iter(plain)))).startswith("$"):
        return {key: from_json(item, find) for key, item in plain.items()}
    return _special(name, plain[name], find)


def _special(name: str, content: Any, find: Callable[[str], Any]) -> Any:
    try:
        match name:
            case "$bytes":
                return base64.b64decode(content, validate=True)
            case "$set":
                return {from_json(item, find) for item in content}
            case "$map":
                return {from_json(key, find): from_json(item, find) for key, item in content}
            case "$timestamp":
                return Timestamp(content) if isinstance(content, int) else _moment(content)
            case "$duration":
                return Duration(content)
            case "$double":
                return float(content)
            case "$named":
                name, value = content
                return Named(name, from_json(value, find))
            case "$ref":
                return find(content)
            case _:
                raise ValueError("this form is not known; write {'$map': [[key, value]]} for a map with such a key")
    except AminoError:
        raise
    except (ValueError, TypeError) as error:
        raise ArgumentInvalid(f"{name}: {error}") from error


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def argument(text: str, find: Callable[[str], Any]) -> Any:
    """An argument of a call as a person types it: JSON where it is JSON, `@name` for an object, else the text itself."""
    if text.startswith("@"):
        return find(text[1:])
    try:
        plain = json.loads(text)
    except ValueError:
        return text
    return from_json(plain, find)


def pairs(texts: list[str] | None, what: str) -> dict[str, str]:
    """`key=value` texts.

    Raises:
        ArgumentInvalid: one is none.
    """
    found: dict[str, str] = {}
    for text in texts or ():
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise ArgumentInvalid(f"{what} is written key=value, not {text!r}")
        found[key] = value
    return found


_UNITS = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(text: str, what: str) -> float:
    """The seconds of a time such as `10m`, `1.5h` or `30`; an empty text is 0. Raises ArgumentInvalid."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)?", text) if text else None
    if text and found is None:
        raise ArgumentInvalid(f"{what} {text!r} is no time; write it as 30s, 10m or 2h")
    return 0.0 if found is None else float(found[1]) * _UNITS[found[2] or ""]
