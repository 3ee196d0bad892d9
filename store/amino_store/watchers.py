"""Watchers wait for changes of keys. A watcher holds a place in the history, never a queue: a slow one costs nothing but its place."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from weakref import WeakSet

from amino_store.transaction import Event


class Watcher:
    """One watch: it has been given everything before `position`, and `behind` says that there may be something from there on."""

    def __init__(self, prefix: str, position: int, *, behind: bool) -> None:
        self.prefix = prefix
        self.position = position
        self.closed = False
        self._behind = asyncio.Event()
        if behind:
            self._behind.set()

    async def wait(self) -> None:
        """Returns when there may be something to read, or the store closes."""
        await self._behind.wait()

    def caught_up(self, position: int) -> None:
        """Everything before `position` has been read."""
        self.position = position
        self._behind.clear()

    def wake(self) -> None:
        """There may be something to read."""
        self._behind.set()

    def idle(self) -> bool:
        """Whether nothing waits to be read."""
        return not self._behind.is_set()


class Watchers:
    """All watchers of a store; used on the event loop's thread only."""

    def __init__(self) -> None:
        # Weak: a watch that nobody has begun to read ends with the caller that dropped it.
        self._watchers: WeakSet[Watcher] = WeakSet()

    def add(self, prefix: str, position: int, *, behind: bool) -> Watcher:
        """A new watcher of keys that begin with `prefix`."""
        watcher = Watcher(prefix, position, behind=behind)
        self._watchers.add(watcher)
        return watcher

    def remove(self, watcher: Watcher) -> None:
        """The watcher has gone."""
        self._watchers.discard(watcher)

    def committed(self, events: Iterable[Event], revision: int) -> None:
        """Tells the watchers of a batch whose last revision is `revision`.

        A watcher with nothing to read in it moves on all the same, so that compaction never overtakes a watcher that has missed nothing.
        """
        keys = [event.entry.key for event in events]
        for watcher in self._watchers:
            if any(key.startswith(watcher.prefix) for key in keys):
                watcher.wake()
            elif watcher.idle():
                watcher.position = max(watcher.position, revision + 1)

    def close(self) -> None:
        """Ends every watch."""
        for watcher in self._watchers:
            watcher.closed = True
            watcher.wake()
