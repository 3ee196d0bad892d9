"""DurableSerializableRPC: one call after another, each saved before it is answered (Sapphire Table 1)."""

from __future__ import annotations

from typing import Any

from amino_wire.transactions import is_joint

from amino_dms.api import (
    Arrival,
    Declarations,
    Delegation,
    DeploymentManager,
    InstanceKernel,
    InstanceManager,
    Interface,
    Invocation,
    Next,
    NoConfig,
    ObjectRule,
    Purpose,
    Ran,
    Snapshot,
    Trait,
    is_internal,
    transaction_of,
)
from amino_dms.checkpointing.checkpoints import ONE_RECOVERY, STORED_UNDER, Checkpoints, RecoveringCoordinator
from amino_dms.checkpointing.group_commit import GroupCommit


class DurableSerializableManager(InstanceManager[NoConfig]):
    """Answers nothing, not even a read, from a state that is not saved. A call that re-enters the object is saved with the one it is in."""

    def __init__(self, config: NoConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._checkpoints = Checkpoints(kernel)
        self._group = GroupCommit(kernel, kernel.gate(), self._checkpoints)
        self._alone = not kernel.keeps(ObjectRule.ALONE)

    @classmethod
    def rule(cls, config: NoConfig, interface: Interface) -> ObjectRule | None:
        """Calls run alone."""
        return ObjectRule.ALONE

    async def on_create(self, arrival: Arrival) -> None:
        """A new object is saved before its first call."""
        await self._checkpoints.begin(arrival)

    def delegates(self) -> Delegation | None:
        """All calls; their answers wait until they are saved."""
        return self._group.delegates()

    def recalled(self, ran: Ran) -> None:
        """What waits for its save is among what is unsaved."""
        self._group.recalled(ran)

    def withheld(self, mark: int) -> None:
        """Calls have run that must be saved."""
        self._group.withheld(mark)

    def captured(self, snapshot: Snapshot) -> None:
        """The same, and the gate has captured the state."""
        self._group.captured(snapshot)

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Runs alone, by the object's gate or by its own; answers when the state is saved, an exception included."""
        if self.kernel.voted_for and is_joint(transaction_of(call)) and not is_internal(call.method):
            # The vote saves it. A recovery undoes what was not voted for.
            return await self._group.run_unsaved(call, next, alone=self._alone)
        return await self._group.run(call, next, alone=self._alone)

    async def save(self, purpose: Purpose) -> Any:
        """For a move or another chain: the right to save, and whether something is not saved yet."""
        if purpose is not Purpose.MOVE:
            return None
        await self._group.idle()
        return self._checkpoints.handed_on()

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
