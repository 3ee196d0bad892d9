"""Which calls go to one shard, and which ones to all: what the settings say, held against the members there are. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amino_dms.api import Interface, Method
from amino_dms.sharding.gathering import GATHERS
from amino_dms.sharding.keys import KeyPath
from amino_dms.sharding.shard_map import HOOKS


@dataclass(frozen=True, slots=True)
class Routes:
    """Where calls go.

    Arguments:
        key: of members that say nothing else.
        keys: of members whose key is elsewhere.
        gathers: of members that run on all shards: one of GATHERS, or the member that merges their answers.
    """

    key: KeyPath
    keys: Mapping[str, KeyPath]
    gathers: Mapping[str, str]

    @classmethod
    def read(cls, key: int | str, keys: Sequence[str], everywhere: Sequence[str]) -> Routes:
        """The routes of settings. Raises ValueError."""
        found = {name: KeyPath.read(path) for name, path in _pairs(keys, "keys=[member:argument]").items()}
        gathers = _pairs(everywhere, "all=[member:list]")
        both = sorted(found.keys() & gathers.keys())
        if both:
            raise ValueError(f"{both[0]} cannot have a key and run on all shards")
        return cls(KeyPath.read(key), found, gathers)

    @property
    def mergers(self) -> frozenset[str]:
        """The members that merge answers."""
        return frozenset(self.gathers.values()) - GATHERS.keys()

    def key_of(self, member: str) -> KeyPath:
        """Where a member has its key."""
        return self.keys.get(member, self.key)

    def problem(self, interface: Interface) -> str | None:
        """The first fault that they have for an object of that interface, and its remedy; None: they have none."""
        methods = [method for method in interface.methods if method.name not in HOOKS]
        known = {method.name for method in methods}
        for name in (*self.keys, *self.gathers, *sorted(self.mergers)):
            if name not in known:
                return f"the class has no member {name!r}; it has {', '.join(sorted(known)) or 'none'}"
        for method in methods:
            path = self.key_of(method.name)
            if method.name not in self.gathers and method.name not in self.mergers and path.misses(method):
                return (
                    f"{_unkeyed(method, path)}: name it in all=[{method.name}:list] (or map, sum, first, or a member that merges) to have "
                    f"it run on all shards, or its own key in keys=[{method.name}:argument]"
                )
        return None


def _unkeyed(method: Method, path: KeyPath) -> str:
    if isinstance(path.argument, str):
        names = f"({', '.join(method.parameters)})" if method.parameters else ", as far as the names of its arguments are known"
        return f"{method.name}{names} has no argument {path.argument!r} to find its shard by"
    return f"{method.name} takes {method.arity} arguments, so it has no argument {path.argument} to find its shard by"


def _pairs(items: Sequence[str], shape: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in ",".join(items).split(",") if items else ():
        name, separator, word = item.strip().partition(":")
        if not (separator and name and word):
            raise ValueError(f"{item!r} cannot be read; it is written {shape}")
        if name in found:
            raise ValueError(f"{name} is named twice in {shape.partition('=')[0]}")
        found[name] = word
    return found
