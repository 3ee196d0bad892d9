"""DurableSerializableRPC: one call after another, each saved before it is answered (Sapphire Table 1)."""

from __future__ import annotations

from typing import Any

from amino_dms.api import (
    Arrival,
    Declarations,
    DeploymentManager,
    InstanceKernel,
    InstanceManager,
    Invocation,
    Next,
    NoConfig,
    Purpose,
    Trait,
)
from amino_dms.checkpointing.checkpoints import ONE_RECOVERY, STORED_UNDER, Checkpoints, RecoveringCoordinator


class DurableSerializableManager(InstanceManager[NoConfig]):
    """Answers nothing, not even a read, from a state that is not saved. A call that re-enters the object is saved with the one it is in."""

    def __init__(self, config: NoConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._gate = kernel.gate()
        self._checkpoints = Checkpoints(kernel)

    async def on_create(self, arrival: Arrival) -> None:
        """A new object is saved before its first call."""
        await self._checkpoints.begin(arrival)

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Runs alone; saves after a call that may have changed the object, an exception included. What an earlier call
        left unsaved is saved first."""
        if self._gate.is_within(call):
            return await self._checkpoints.counted(call, next)
        async with self._gate.passing(call, alone=True):
            await self._checkpoints.settle()
            return await self._checkpoints.settled(call, next)

    async def save(self, purpose: Purpose) -> Any:
        """For a move or another chain: the right to save, and whether something is not saved yet."""
        return self._checkpoints.handed_on() if purpose is Purpose.MOVE else None

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a move, or in another chain."""
        self._checkpoints.take_over(saved)


class DurableSerializableRPC(DeploymentManager):
    """Every call that was answered survives."""

    family = "checkpointing"
    promise = "Calls run one by one; after the end of its node the object comes back as it was after the last call that was answered."
    paper_lines = 29
    instance_manager = DurableSerializableManager
    coordinator = RecoveringCoordinator
    stores_under = STORED_UNDER
    declares = Declarations(
        traits=frozenset({Trait.SAVES, Trait.SAVES_EACH_CALL, Trait.RECOVERS, Trait.GATES, Trait.HAS_STATE}),
        forbids=(ONE_RECOVERY,),
        needs_state=True,
    )
