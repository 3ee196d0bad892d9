"""Objects as the command line shows them: as JSON, and in the cells of a table."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from amino.cli.plain import to_json
from amino.records import ManagerInfo, ObjectInfo

COMES_BACK = ("awaits kernel", "recovering")
"""Words for lost objects that come back."""


def object_document(found: ObjectInfo) -> dict[str, Any]:
    """An object as JSON."""
    document = asdict(found)
    document["kernel"] = found.kernel
    document["created"] = found.created.isoformat()
    document["expires"] = found.expires.isoformat() if found.expires is not None else None
    document["deployment_managers"] = [{"name": one.name, "settings": to_json(one.settings)} for one in found.deployment_managers]
    document["args"] = to_json(list(found.args))
    document["kwargs"] = to_json(dict(found.kwargs))
    return document


def status_text(one: ObjectInfo) -> str:
    """The status of an object in one word for people: a lost one may come back by itself, or with its kernel."""
    return one.loss if one.status == "lost" and one.loss in COMES_BACK else one.status


def chain_text(managers: tuple[ManagerInfo, ...]) -> str:
    """A chain as people write it."""
    parts: list[str] = []
    for manager in managers:
        settings = ", ".join(f"{key}={_setting(value)}" for key, value in manager.settings.items())
        parts.append(f"{manager.name}({settings})" if settings else manager.name)
    return ",".join(parts)


def _setting(value: Any) -> str:
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}s"
    return value if isinstance(value, str) else json.dumps(to_json(value))


def answer_age_text(seconds: float, source: str) -> str:
    """How an answer that is not current says so."""
    return f"as it was {seconds:.1f} s ago, since no object management service answers ({source})"


def age(one: ObjectInfo, now: datetime) -> str:
    """How long an object has been there."""
    return str(timedelta(seconds=max(0, int((now - one.created).total_seconds()))))


def end(one: ObjectInfo) -> str:
    """When an object is removed by itself."""
    return one.expires.astimezone().isoformat(" ", "seconds") if one.expires is not None else "-"
