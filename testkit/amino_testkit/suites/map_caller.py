"""A map as the suites use it, in simulated clusters and in real ones."""

from __future__ import annotations

from typing import Any, Protocol


class MapCaller(Protocol):
    """The map as one caller sees it."""

    async def call(self, method: str, *args: Any, request_id: str = "") -> Any:
        """Calls a member; the same request id marks a further attempt of one call."""
        ...

    async def command(self, name: str, *args: Any) -> Any:
        """A command of a deployment manager."""
        ...

    def within(self, transaction: str) -> MapCaller:
        """The same map, for calls of a transaction."""
        ...
