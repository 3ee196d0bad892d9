"""The versions that the clients of a proxy have seen, so that none of them reads an earlier one. Pure."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

CLIENTS: Final = 1000
"""Clients that are remembered one by one; a client that has been forgotten counts as if it had seen all that any forgotten client has."""
_NOTHING: Final = (0, 0)


class Versions:
    """By client: the term and the position of the latest state that it has seen; None: a write of it may have happened."""

    def __init__(self) -> None:
        self._clients: OrderedDict[str, tuple[int, int] | None] = OrderedDict()
        self._forgotten: tuple[int, int] | None = _NOTHING
        self.doubted = 0
        """How many clients were forgotten whose writes may have happened."""

    def of(self, client: str) -> tuple[int, int] | None:
        """What its next read must have at least; None: only the master's state will do."""
        return self._clients.get(client, self._forgotten)

    def saw(self, client: str, version: tuple[int, int], *, of_master: bool, doubted: int) -> None:
        """An answer of that version has come, of the master or of a slave, to a call that left when so many clients in doubt were
        forgotten. What the master has shown since the last of them has their writes, as far as there are any."""
        if of_master and self._forgotten is None and doubted == self.doubted:
            self._forgotten = version
        known = self._clients.pop(client, self._forgotten)
        self._clients[client] = max(known, version) if known is not None else version if of_master else None
        self._shorten()

    def doubts(self, client: str) -> None:
        """A write has failed, and may have changed something."""
        self._clients.pop(client, None)
        self._clients[client] = None
        self._shorten()

    def _shorten(self) -> None:
        while len(self._clients) > CLIENTS:
            _, seen = self._clients.popitem(last=False)
            self.doubted += seen is None
            self._forgotten = None if seen is None or self._forgotten is None else max(self._forgotten, seen)
