"""An object's state as a value, what a checkpoint holds, and the difference of two values (Sapphire Table 3: copy, diff, sync)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from amino_wire.errors import StateNotCapturable
from amino_wire.values import EncodedValue, encode, encoded_map

from amino_dms.api.narrow import is_map

CHECKPOINT = "checkpoint"
"""The key under which a manager that brings objects back keeps the last checkpoint. A saver that takes the place of another one
inherits it, if the object's node ends before the new one has saved."""

_NO_PARTS: Mapping[str, Any] = {}


@dataclass(frozen=True)
class State:
    """A copy of an object's state: a value that any kernel with the object's language can load.

    Arguments:
        value: the map of docs/bridge.md, operation `snapshot`: format, language, data, lost. A state that the gate has captured is encoded.
    """

    value: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and encode(self.value) == encode(other.value)

    def __hash__(self) -> int:
        return hash(encode(self.value))


@dataclass(frozen=True)
class Snapshot:
    """A state together with what the instance managers of its chain knew at that moment.

    Arguments:
        state: the object's.
        parts: by the manager's name, what its instance manager saved.
        mark: the state has the changes of calls up to this one, of those whose answers wait at the gate (`InstanceManager.withheld`).
    """

    state: State
    parts: Mapping[str, Any] = field(default_factory=lambda: _NO_PARTS)
    mark: int = field(default=0, compare=False)

    def to_value(self) -> dict[str, Any]:
        """As a value that can be stored or sent."""
        return {"state": self.state.value, "parts": dict(self.parts)}

    def encoded(self) -> EncodedValue:
        """The same, encoded. The state may be encoded already."""
        return encoded_map({"state": self.state.value, "parts": dict(self.parts)})

    @classmethod
    def from_value(cls, value: Any) -> Snapshot:
        """The snapshot of such a value.

        Raises:
            StateNotCapturable: the value is no snapshot.
        """
        if not is_map(value) or "state" not in value:
            raise StateNotCapturable("a stored value is no snapshot: it has no `state`; delete the checkpoint or restore a whole one")
        return cls(State(value["state"]), value.get("parts") or {})


@dataclass(frozen=True, slots=True)
class Change:
    """One place where two values differ: the path to it, and what stands there now (`present` False: nothing)."""

    path: tuple[Any, ...]
    value: Any = None
    present: bool = True


def difference(before: Any, after: Any) -> tuple[Change, ...]:
    """The changes that turn `before` into `after` (Sapphire Table 3, diff). Maps are compared key by key, anything else whole.

    Returns:
        the changes; empty where the two are the same value.
    """
    found: list[Change] = []
    _collect(before, after, (), found)
    return tuple(found)


def _collect(before: Any, after: Any, path: tuple[Any, ...], found: list[Change]) -> None:
    if is_map(before) and is_map(after) and _order_follows(before, after):
        found.extend(Change((*path, key), present=False) for key in before if key not in after)
        for key, value in after.items():
            if key in before:
                _collect(before[key], value, (*path, key), found)
            else:
                found.append(Change((*path, key), value))
    elif encode(before) != encode(after):
        found.append(Change(path, after))


def _order_follows(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> bool:
    """Whether dropping and appending keys gives the right order; maps keep theirs."""
    return list(after) == [*(key for key in before if key in after), *(key for key in after if key not in before)]


def changed(before: Any, changes: tuple[Change, ...]) -> Any:
    """`before` with changes made; `before` itself stays as it is (Sapphire Table 3, sync)."""
    result = before
    for change in changes:
        result = _put(result, change, 0)
    return result


def _put(value: Any, change: Change, depth: int) -> Any:
    if depth == len(change.path):
        return change.value
    copy: dict[Any, Any] = dict(value)
    key = change.path[depth]
    if depth == len(change.path) - 1 and not change.present:
        copy.pop(key, None)
    else:
        copy[key] = _put(copy.get(key), change, depth + 1)
    return copy
