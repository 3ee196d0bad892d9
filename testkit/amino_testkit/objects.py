"""Objects for simulated clusters, written in Python."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar


class KeyValue:
    """A map from keys to values, the object of the key-value suite."""

    read_only: ClassVar[tuple[str, ...]] = ("get", "size", "keys")

    def __init__(self, entries: dict[str, Any] | None = None) -> None:
        self.entries: dict[str, Any] = dict(entries or {})

    def get(self, key: str) -> Any:
        """The value of a key, or None."""
        return self.entries.get(key)

    def size(self) -> int:
        """How many keys there are."""
        return len(self.entries)

    def keys(self) -> list[str]:
        """The keys, in order."""
        return sorted(self.entries)

    def delete(self, key: str) -> bool:
        """Removes a key; whether it was there."""
        return self.entries.pop(key, self) is not self

    def put(self, key: str, value: Any) -> Any:
        """Sets a value; the one before."""
        before = self.entries.get(key)
        self.entries[key] = value
        return before

    def add(self, key: str, amount: int) -> int:
        """Adds to a value, which is 0 at first; the sum."""
        self.entries[key] = self.entries.get(key, 0) + amount
        return int(self.entries[key])

    def compare_and_set(self, key: str, old: Any, new: Any) -> bool:
        """Sets a value if it is `old`; whether it was."""
        if self.entries.get(key) != old:
            return False
        self.entries[key] = new
        return True

    def peek(self, key: str) -> Any:
        """As `get`, but not declared to read."""
        return self.entries.get(key)

    def fail(self, message: str) -> None:
        """Raises a ValueError."""
        raise ValueError(message)

    def put_and_fail(self, key: str, value: Any) -> None:
        """Sets a value, then raises a ValueError."""
        self.entries[key] = value
        raise ValueError("after the change")


FILLER = "filler"
"""How keys of a `DividedMap` begin that only members on all shards change."""


class DividedMap(KeyValue):
    """A map that gives keys away and takes them over."""

    read_only: ClassVar[tuple[str, ...]] = (*KeyValue.read_only, "amino_keys")

    def add_to_fillers(self, amount: int) -> int:
        """Adds to each filler that is here; how many there are."""
        here = [key for key in self.entries if key.startswith(FILLER)]
        for key in here:
            self.entries[key] += amount
        return len(here)

    def amino_keys(self) -> list[str]:
        """The keys."""
        return list(self.entries)

    def amino_split(self, keys: list[str]) -> dict[str, Any]:
        """The entries of some keys, which leave."""
        return {key: self.entries.pop(key) for key in keys}

    def amino_merge(self, state: dict[str, Any]) -> None:
        """Takes over entries."""
        self.entries.update(state)


class Worker(KeyValue):
    """A map two of whose members take their time."""

    read_only: ClassVar[tuple[str, ...]] = (*KeyValue.read_only, "read_slowly")

    async def work(self, seconds: float) -> float:
        """Takes so many seconds, and counts."""
        await asyncio.sleep(seconds)
        self.add("worked", 1)
        return seconds

    async def read_slowly(self, key: str, seconds: float) -> Any:
        """As `get`, after so many seconds."""
        await asyncio.sleep(seconds)
        return self.get(key)


class Caller:
    """An object that calls others, and so can be entered again by a call of its own chain."""

    amino: Any = None

    def __init__(self) -> None:
        self.log: list[str] = []

    async def through(self, target: str, method: str, *args: Any) -> Any:
        """Calls a member of another object, and gives what it gives."""
        self.log.append("in")
        result = await self.amino.call(target, method, *args)
        self.log.append("out")
        return result

    def note(self, text: str) -> int:
        """Writes a line; how many there are."""
        self.log.append(text)
        return len(self.log)

    def lines(self) -> list[str]:
        """All lines."""
        return list(self.log)
