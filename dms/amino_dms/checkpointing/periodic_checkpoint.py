"""PeriodicCheckpoint: the object is saved every so many calls (Sapphire Table 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from amino_wire.errors import Moved

from amino_dms.api import (
    Arrival,
    Declarations,
    DeploymentManager,
    InstanceKernel,
    InstanceManager,
    Invocation,
    Next,
    Purpose,
    Trait,
    chain_id,
    require_some,
)
from amino_dms.checkpointing.checkpoints import ONE_RECOVERY, STORED_UNDER, Checkpoints, RecoveringCoordinator


@dataclass(frozen=True, slots=True)
class PeriodicConfig:
    """Settings.

    Arguments:
        every: after how many calls the object is saved; calls of members that are declared to read do not count.
    """

    every: int = 10

    def __post_init__(self) -> None:
        require_some(self, "every")


class PeriodicCheckpointManager(InstanceManager[PeriodicConfig]):
    """Counts calls and saves between two of them. The call that is due answers when the object is saved."""

    def __init__(self, config: PeriodicConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._gate = kernel.gate()
        self._checkpoints = Checkpoints(kernel)
        self._count = 0

    async def on_create(self, arrival: Arrival) -> None:
        """A new object is saved once, so that there is something to come back to."""
        await self._checkpoints.begin(arrival)

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Saves after every so many calls, those that raised included: they may have changed the object."""
        chain = chain_id(call)
        nested = self._gate.holds(chain)
        try:
            async with self._gate.shared(chain):
                return await next(call)
        except Moved:
            self._count -= 1
            raise
        finally:
            self._count += call.method not in self.kernel.interface.read_only
            if self._count >= self.config.every and not nested:
                await self._save(chain)

    async def _save(self, chain: str) -> None:
        async with self._gate.alone(chain):
            if self._count >= self.config.every:
                self._count = 0
                await self._checkpoints.save()

    async def save(self, purpose: Purpose) -> Any:
        """For a move or another chain: who may go on saving, and the count."""
        return [*self._checkpoints.handed_on(), self._count] if purpose is Purpose.MOVE else None

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a move, or in another chain."""
        *handed_on, self._count = saved
        self._checkpoints.take_over(handed_on)


class PeriodicCheckpoint(DeploymentManager):
    """Saves the object every so many calls."""

    family = "checkpointing"
    promise = "After the end of its node the object comes back as it was at most `every` calls before."
    paper_lines = 65
    Config = PeriodicConfig
    instance_manager = PeriodicCheckpointManager
    coordinator = RecoveringCoordinator
    stores_under = STORED_UNDER
    declares = Declarations(
        traits=frozenset({Trait.SAVES, Trait.RECOVERS, Trait.GATES, Trait.HAS_STATE}),
        forbids=(ONE_RECOVERY,),
        needs_state=True,
    )
