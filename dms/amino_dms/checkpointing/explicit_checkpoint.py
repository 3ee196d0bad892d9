"""ExplicitCheckpoint: the application says when to save, and may go back (Sapphire Table 1)."""

from __future__ import annotations

from typing import Any

from amino_wire.errors import TransactionInvalid

from amino_dms.api import (
    SYNC,
    Arrival,
    Declarations,
    Delegation,
    DeploymentManager,
    InstanceKernel,
    InstanceManager,
    Invocation,
    Next,
    NoConfig,
    Purpose,
    Trait,
    command,
)
from amino_dms.checkpointing.checkpoints import (
    ONE_RECOVERY,
    STORED_UNDER,
    Checkpoints,
    RecoveringCoordinator,
    last_checkpoint,
)

REVERT = "@revert"


class ExplicitCheckpointManager(InstanceManager[NoConfig]):
    """Saves and goes back between calls."""

    def __init__(self, config: NoConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._gate = kernel.gate()
        self._checkpoints = Checkpoints(kernel)

    async def on_create(self, arrival: Arrival) -> None:
        """A new object is saved once, so that there is something to go back to."""
        await self._checkpoints.begin(arrival)

    @command
    async def checkpoint(self) -> None:
        """Saves the object; when it returns, the object survives the end of its node with this state."""
        async with self._gate.alone(f"checkpoint/{self.kernel.random.getrandbits(64):x}"):
            await self._checkpoints.save()

    @command
    async def revert(self) -> None:
        """Goes back to the last checkpoint. Callers keep the answers that they got since then."""
        await self.kernel.submit(REVERT, request_id=f"revert/{self.kernel.random.getrandbits(64):x}")

    def delegates(self) -> Delegation | None:
        """All calls, but while the object is saved or goes back."""
        return Delegation() if self._gate.lets_in else None

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Calls pass together, never while the object is saved."""
        if call.method != REVERT:
            async with self._gate.passing(call, alone=False):
                return await next(call)
        async with self._gate.passing(call, alone=True):
            snapshot = await last_checkpoint(self.kernel)
            if snapshot is None:
                raise TransactionInvalid(f"{self.kernel.title} has no checkpoint to go back to; call checkpoint() first")
            return await next(call.changed(method=SYNC, args=(snapshot.state.value,)))

    async def save(self, purpose: Purpose) -> Any:
        """For a move or another chain: the right to save."""
        return self._checkpoints.handed_on() if purpose is Purpose.MOVE else None

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a move, or in another chain."""
        self._checkpoints.take_over(saved)


class ExplicitCheckpoint(DeploymentManager):
    """Saves the object when the application says so."""

    family = "checkpointing"
    promise = "After `checkpoint` returns, the object survives the end of its node with that state; `revert` goes back to it."
    paper_lines = 51
    instance_manager = ExplicitCheckpointManager
    coordinator = RecoveringCoordinator
    stores_under = STORED_UNDER
    declares = Declarations(
        traits=frozenset({Trait.SAVES, Trait.RECOVERS, Trait.GATES, Trait.HAS_STATE}),
        forbids=(ONE_RECOVERY,),
        needs_state=True,
    )
