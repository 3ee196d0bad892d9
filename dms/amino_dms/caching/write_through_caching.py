"""WriteThroughCaching: stale reads on the caller's side, writes one after another at the object (Sapphire Table 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from amino_dms.api import Declarations, DeploymentManager, Invocation, Next, ProxyKernel, Trait, require_some
from amino_dms.caching.caching_proxy import CachingProxy
from amino_dms.caching.rules import ONE_CACHE
from amino_dms.caching.sorting_manager import SortingManager


@dataclass(frozen=True, slots=True)
class WriteThroughConfig:
    """Settings.

    Arguments:
        stale: how old a result may be that a caller answers by itself.
        entries: how many results a caller keeps.
    """

    stale: timedelta = timedelta(seconds=30)
    entries: int = 10_000

    def __post_init__(self) -> None:
        require_some(self, "entries")


class WriteThroughProxy(CachingProxy[WriteThroughConfig]):
    """Keeps results until they are too old, or until a write of its own."""

    asks_after_reads = True

    def __init__(self, config: WriteThroughConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel, config.entries)
        self._writes = 0

    async def prepare(self) -> None:
        """Starts anew when the oldest result is too old."""
        now = self.kernel.clock.now()
        if now >= self.valid_until:
            self.results.clear()
            self.valid_until = now + self.config.stale.total_seconds()

    def stamp(self) -> Any:
        """How many writes of its own have begun or ended."""
        return self._writes

    def keeps_nothing(self) -> bool:
        """Always: kept results are forgotten when the call leaves."""
        return True

    def leaves(self, method: str) -> Any:
        """Forgets what it kept before a write."""
        self._forget()

    def returns(self, request_id: str, given: Any, error: BaseException | None) -> None:
        """Forgets what it kept meanwhile."""
        self._forget()

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
        self.valid_until = float("-inf")


class WriteThroughManager(SortingManager[WriteThroughConfig]):
    """Runs writes one after another."""

    writes_alone = True


class WriteThroughCaching(DeploymentManager):
    """Callers read what they kept, however old up to a limit."""

    family = "caching"
    promise = "Reads may be answered on the caller's side up to a given age; writes run one by one, and a caller reads its own writes."
    paper_lines = 43
    Config = WriteThroughConfig
    proxy = WriteThroughProxy
    instance_manager = WriteThroughManager
    declares = Declarations(traits=frozenset({Trait.CACHES, Trait.GATES}), forbids=(ONE_CACHE,))
