"""The replica tree of a chain, planned before it is placed (Amino section IV: each shard of a DHT is a group of three)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from amino_dms.api import DeploymentManager
from amino_dms.chain.chain import Chain


@dataclass(frozen=True, slots=True)
class ReplicaTree:
    """A replica (`number` is set) or a group of them."""

    label: str
    number: int | None = None
    children: tuple[ReplicaTree, ...] = ()

    def leaves(self) -> tuple[int, ...]:
        """The numbers of all replicas under this node."""
        return (self.number,) if self.number is not None else tuple(number for child in self.children for number in child.leaves())

    def to_value(self, places: Mapping[int, str]) -> dict[str, Any]:
        """As a value, with the node of each replica where known."""
        if self.number is not None:
            return {"label": self.label, "number": self.number, "node": places.get(self.number)}
        return {"label": self.label, "children": [child.to_value(places) for child in self.children]}


def plan(chain: Chain) -> ReplicaTree:
    """The tree of a chain: the first manager that makes replicas divides first, the next one divides each of its parts."""
    return _divide([manager for manager in chain.managers if manager.fan_out() > 1], "object", _Counter())


class _Counter:
    def __init__(self) -> None:
        self._next = 0

    def take(self) -> int:
        self._next += 1
        return self._next - 1


def _divide(managers: list[DeploymentManager], label: str, counter: _Counter) -> ReplicaTree:
    if not managers:
        return ReplicaTree(label, number=counter.take())
    first, rest = managers[0], managers[1:]
    children = tuple(_divide(rest, f"{first.name} {index + 1} of {first.fan_out()}", counter) for index in range(first.fan_out()))
    return ReplicaTree(label, children=children)
