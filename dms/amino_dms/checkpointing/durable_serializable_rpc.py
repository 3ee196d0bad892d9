"""DurableSerializableRPC: one call after another, each saved before it is answered (Sapphire Table 1)."""

from __future__ import annotations

from typing import Any

from amino_wire.errors import AminoError, Moved

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
    chain_id,
)
from amino_dms.checkpointing.checkpoints import ONE_RECOVERY, STORED_UNDER, Checkpoints, RecoveringCoordinator


class DurableSerializableManager(InstanceManager[NoConfig]):
    """Answers nothing, not even a read, from a state that is not saved. A call that re-enters the object is saved with the one it is in."""

    def __init__(self, config: NoConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._gate = kernel.gate()
        self._checkpoints = Checkpoints(kernel)
        self._unsaved = False

    async def on_create(self, arrival: Arrival) -> None:
        """A new object is saved before its first call."""
        await self._checkpoints.begin(arrival)

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Runs alone; saves after a call that may have changed the object, an exception included."""
        chain = chain_id(call)
        if self._gate.holds(chain):
            self._unsaved = True
            return await next(call)
        async with self._gate.alone(chain):
            await self._save()
            self._unsaved = call.method not in self.kernel.interface.read_only
            try:
                result = await next(call)
            except Moved:
                self._unsaved = False
                raise
            except AminoError:
                await self._save()
                raise
            await self._save()
            return result

    async def _save(self) -> None:
        if self._unsaved:
            await self._checkpoints.save()
            self._unsaved = False

    async def save(self, purpose: Purpose) -> Any:
        """For a move or another chain: who may go on saving, and whether something is to be saved."""
        return [*self._checkpoints.handed_on(), self._unsaved] if purpose is Purpose.MOVE else None

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a move, or in another chain."""
        *handed_on, self._unsaved = saved
        self._checkpoints.take_over(handed_on)


class DurableSerializableRPC(DeploymentManager):
    """Every call that was answered survives."""

    family = "checkpointing"
    promise = "Calls run one by one; after the end of its node the object comes back as it was after the last call that was answered."
    paper_lines = 29
    instance_manager = DurableSerializableManager
    coordinator = RecoveringCoordinator
    stores_under = STORED_UNDER
    declares = Declarations(
        traits=frozenset({Trait.SAVES, Trait.RECOVERS, Trait.GATES, Trait.HAS_STATE}),
        forbids=(ONE_RECOVERY,),
        needs_state=True,
    )
