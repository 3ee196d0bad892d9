"""A manager as a third party writes it: it counts calls, and says how many."""

from __future__ import annotations

from typing import Any

from amino_dms.api import (
    Delegation,
    DeploymentManager,
    InstanceKernel,
    InstanceManager,
    Invocation,
    Next,
    NoConfig,
    Ran,
    command,
)


class CountingManager(InstanceManager[NoConfig]):
    """Counts the calls of one replica."""

    def __init__(self, config: NoConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._calls = 0

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Counts the call and hands it on."""
        self._calls += 1
        return await next(call)

    @command
    async def calls(self) -> int:
        """How many calls have come."""
        return self._calls


class Counting(DeploymentManager):
    """Counts calls."""

    promise = "`calls` says how many calls have come."
    instance_manager = CountingManager


class CountingApartManager(CountingManager):
    """The same, which lets the object's gate count for it."""

    def delegates(self) -> Delegation | None:
        """All calls."""
        return Delegation()

    def recalled(self, ran: Ran) -> None:
        """They count."""
        self._calls += ran.calls


class CountingApart(DeploymentManager):
    """Counts calls without seeing each."""

    promise = "`calls` says how many calls have come."
    instance_manager = CountingApartManager
