"""Ids of instances (`docs/wire.md`, section 2): `<object id>/<path>`, such as `01j…/0.2`. Pure.

A path has one number for each level of groups: `2` is the third replica of an object, `0.2` the third replica of its first
group. The instance of path `0` has the object's own id, so that an object with one instance is called by its id alone.
"""

from __future__ import annotations

import re

from amino_wire.error_tree import ArgumentInvalid

FIRST = "0"
"""The path of the first instance."""
SEPARATOR = "/"

_PATH = re.compile(r"(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8}))*")


def instance_id(object_id: str, path: str = FIRST) -> str:
    """Answers the id of the instance of an object at a path; the empty path means the first one."""
    return object_id if path in ("", FIRST) else f"{object_id}{SEPARATOR}{path}"


def object_of(instance: str) -> str:
    """Answers the id of the object that an instance belongs to."""
    return instance.partition(SEPARATOR)[0]


def path_of(instance: str) -> str:
    """Answers the path in an instance's id."""
    return instance.partition(SEPARATOR)[2] or FIRST


def group_of(path: str) -> str:
    """Answers the path of the group that a replica belongs to: empty for the replicas of the first level."""
    return path.rpartition(".")[0]


def number_of(path: str) -> int:
    """Answers the number of a replica within its group.

    Raises:
        ArgumentInvalid: The path is none.
    """
    if not _PATH.fullmatch(path):
        raise ArgumentInvalid(f"{path!r} is no path of an instance; a path is dotted numbers, such as 0.2")
    return int(path.rpartition(".")[2])


def path_in(group: str, number: int) -> str:
    """Answers the path of a replica by its number within a group."""
    return f"{group}.{number}" if group else str(number)


def order(path: str) -> tuple[int, ...]:
    """Answers by what paths are sorted, so that `2` comes before `10`."""
    return tuple(map(int, path.split(".")))


def is_path(text: str) -> bool:
    """Whether a text has the form of a path."""
    return _PATH.fullmatch(text) is not None
