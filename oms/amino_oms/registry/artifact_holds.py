"""Work that needs artifacts, and the removal of artifacts, take turns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager

from amino_oms.clock import Clock
from amino_oms.registry.artifact_uses import ArtifactUses, Look


class ArtifactHolds:
    """Holds artifacts for work that is under way.

    Arguments:
        grace: seconds for which an artifact stays after its last use.
        clock: measures them.

    Attributes:
        uses: what is known of the uses of artifacts.
        grace: as given.
    """

    def __init__(self, grace: float, clock: Clock) -> None:
        self.uses, self.grace = ArtifactUses(grace), grace
        self._clock = clock
        self._leaving: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def holding(self, digest: str) -> AsyncGenerator[None]:
        """Within the block the artifact is not removed. Waits for a removal that has begun: the artifact is gone then."""
        while not self.uses.begin(digest):
            await self._leaving[digest].wait()
        try:
            yield
        finally:
            self.uses.end(digest, self.now())

    def there(self, digest: str) -> None:
        """The artifact is stored, and used now."""
        self.uses.there(digest, self.now())

    def look(self) -> Look:
        """See `ArtifactUses.look`."""
        return self.uses.look(self.now())

    def take(self, look: Look, searched: Collection[str]) -> frozenset[str]:
        """See `ArtifactUses.take`; `let_go` must follow for each."""
        taken = self.uses.take(look, searched)
        self._leaving.update((digest, asyncio.Event()) for digest in taken)
        return taken

    def let_go(self, digest: str, *, removed: bool) -> None:
        """The removal has ended; work that waited for it goes on."""
        if removed:
            self.uses.removed(digest)
        else:
            self.uses.stays(digest, self.now())
        self._leaving.pop(digest).set()

    def now(self) -> float:
        """Seconds of the clock."""
        return self._clock.monotonic()
