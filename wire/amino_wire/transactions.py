"""The transactions that a call is part of (option 5): names with a space between them, each made as `<name>@<object id>`, or as
`<name>@*` for one over several objects. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OF: Final = "@"
"""Stands between a transaction's own name and the id of the object whose transaction it is."""
_BETWEEN: Final = " "
ALL: Final = "*"
"""Stands for the id of the object in the name of a transaction over several objects."""
_JOINT: Final = OF + ALL


def joint_name(name: str) -> str:
    """The name of a transaction over several objects."""
    return name + _JOINT


def is_joint(name: str) -> bool:
    """Whether a transaction is one over several objects."""
    return name.endswith(_JOINT)


def joint_of(text: str) -> str:
    """The transaction over several objects among those that a call is part of; empty: none."""
    if _JOINT not in text:
        return ""
    return next((name for name in text.split(_BETWEEN) if is_joint(name)), "")


def transaction_name(name: str, object_id: str) -> str:
    """The name of a transaction of an object, by which calls of other objects can carry it."""
    return f"{name}{OF}{object_id}"


def own_transaction(text: str, object_id: str) -> str:
    """The transaction of one object among those that a call is part of; empty: none. A name that names no object is every object's own,
    and one over several objects is that of each."""
    if not text:
        return ""
    names = text.split(_BETWEEN)
    return next((name for name in names if OF not in name or name.rpartition(OF)[2] == object_id), "") or joint_of(text)


def carried(scope: Mapping[str, str], object_id: str) -> str:
    """What a call to an object carries, inside the open transactions of a scope: names by object. A name that names no object travels only
    to its own."""
    return _BETWEEN.join(name for owner, name in scope.items() if owner == object_id or OF in name)
