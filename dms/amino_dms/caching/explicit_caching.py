"""ExplicitCaching: the application says when what it reads is renewed, and when what it wrote is sent (Sapphire Table 1)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from amino_dms.api import (
    Declarations,
    DeploymentManager,
    Invocation,
    Next,
    ProxyKernel,
    Trait,
    command,
    is_answer,
    require_some,
    transaction_of,
)
from amino_dms.caching.caching_proxy import CachingProxy
from amino_dms.caching.rules import ONE_CACHE
from amino_dms.caching.sorting_manager import SortingManager


@dataclass(frozen=True, slots=True)
class ExplicitConfig:
    """Settings.

    Arguments:
        defer: members whose calls are kept back until `push`, and answered with null at once; all others go through.
        entries: how many results a caller keeps.
    """

    defer: tuple[str, ...] = ()
    entries: int = 10_000

    def __post_init__(self) -> None:
        require_some(self, "entries")


@dataclass(frozen=True, slots=True)
class _Deferred:
    call: Invocation
    next: Next
    seconds: float


class ExplicitProxy(CachingProxy[ExplicitConfig]):
    """Keeps results until `pull`, and deferred calls until `push`."""

    asks_after_reads = True

    def __init__(self, config: ExplicitConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel, config.entries)
        self.valid_until = float("inf")
        self._writes = 0
        self._deferred: list[_Deferred] = []
        self._pushing = asyncio.Lock()

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Keeps back the calls of members that are deferred."""
        if call.method in self.config.defer and not transaction_of(call):
            self._deferred.append(_Deferred(call, next, call.deadline - self.kernel.clock.now()))
            return None
        return await super().on_call(call, next)

    @command
    async def pull(self) -> None:
        """Forgets all results: the next reads come from the object."""
        self._forget()

    @command
    async def push(self) -> list[Any]:
        """Sends the deferred calls, in order, and gives their results. Stops at an error; a call that was not sent, or
        that cannot be known to have run, stays for the next `push` and may then run twice. A second `push` at the same
        time waits for the first."""
        async with self._pushing:
            return await self._push()

    async def _push(self) -> list[Any]:
        results: list[Any] = []
        self._forget()
        while self._deferred:
            first = self._deferred[0]
            deadline = self.kernel.clock.now() + first.seconds if first.call.deadline else 0.0
            try:
                results.append(await first.next(first.call.changed(deadline=deadline)))
            except Exception as error:
                if is_answer(error):
                    self._deferred.pop(0)
                raise
            self._deferred.pop(0)
        self._forget()
        return results

    def stamp(self) -> Any:
        """How many writes of its own have begun or ended."""
        return self._writes

    async def write(self, call: Invocation, next: Next) -> Any:
        """Forgets what it kept, before and after: a caller reads what it wrote."""
        self._forget()
        try:
            return await next(call)
        finally:
            self._forget()

    def _forget(self) -> None:
        self._writes += 1
        self.results.clear()


class ExplicitManager(SortingManager[ExplicitConfig]):
    """Finds out which members read."""


class ExplicitCaching(DeploymentManager):
    """Callers keep results until the application asks for new ones."""

    family = "caching"
    promise = "Reads are answered on the caller's side until `pull`; calls of the members named in `defer` are sent together at `push`."
    paper_lines = 41
    Config = ExplicitConfig
    proxy = ExplicitProxy
    instance_manager = ExplicitManager
    declares = Declarations(traits=frozenset({Trait.CACHES, Trait.GATES}), forbids=(ONE_CACHE,))
