"""The transactions that a call is part of (option 5): names with a space between them, each made as `<name>@<object id>`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OF: Final = "@"
"""Stands between a transaction's own name and the id of the object whose transaction it is."""
_BETWEEN: Final = " "


def transaction_name(name: str, object_id: str) -> str:
    """The name of a transaction of an object, by which calls of other objects can carry it."""
    return f"{name}{OF}{object_id}"


def own_transaction(text: str, object_id: str) -> str:
    """The transaction of one object among those that a call is part of; empty: none. A name that names no object is every object's own."""
    if not text:
        return ""
    names = text.split(_BETWEEN)
    return next((name for name in names if OF not in name or name.rpartition(OF)[2] == object_id), "")


def carried(scope: Mapping[str, str], object_id: str) -> str:
    """What a call to an object carries, inside the open transactions of a scope: names by object. A name that names no object travels only
    to its own."""
    return _BETWEEN.join(name for owner, name in scope.items() if owner == object_id or OF in name)
