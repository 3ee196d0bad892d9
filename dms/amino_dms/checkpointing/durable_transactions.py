"""DurableTransactions: optimistic transactions whose commits are saved before they are answered (Sapphire Table 1 and section 6)."""

from __future__ import annotations

from typing import Any

from amino_dms.api import (
    Arrival,
    Declarations,
    Delegation,
    DeploymentManager,
    InstanceKernel,
    Invocation,
    Next,
    Purpose,
    Ran,
    Snapshot,
    Trait,
    is_read,
    transaction_of,
)
from amino_dms.checkpointing.checkpoints import ONE_RECOVERY, STORED_UNDER, Checkpoints, RecoveringCoordinator
from amino_dms.checkpointing.group_commit import GroupCommit
from amino_dms.serializability.optimistic_transactions import OptimisticManager
from amino_dms.serializability.transactions import BEGIN, COMMIT, ONE_KIND, PREPARE, ROLLBACK, TransactionConfig


class DurableTransactionsManager(OptimisticManager):
    """Saves after every commit and every call outside transactions that may have changed the object. Nobody sees what
    is not saved: reads, commits and transactions that begin save it first."""

    def __init__(self, config: TransactionConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._checkpoints = Checkpoints(kernel)
        self._group = GroupCommit(kernel, self.gate, self._checkpoints, lambda: self.holding)

    async def on_create(self, arrival: Arrival) -> None:
        """A new object is saved before its first call."""
        await self._checkpoints.begin(arrival)

    def delegates(self) -> Delegation | None:
        """All calls, unless a transaction is open; their answers wait until they are saved."""
        return None if self.has_open else self._group.delegates()

    def recalled(self, ran: Ran) -> None:
        """As its base; what waits for its save is among what is unsaved."""
        super().recalled(ran)
        self._group.recalled(ran)

    def withheld(self, mark: int) -> None:
        """Calls have run that must be saved."""
        self._group.withheld(mark)

    def captured(self, snapshot: Snapshot) -> None:
        """The same, and the gate has captured the state."""
        self._group.captured(snapshot)

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """As its base. Calls outside transactions are saved many at once."""
        if call.method in (BEGIN, COMMIT, PREPARE, ROLLBACK) or transaction_of(call):
            return await super().on_call(call, next)
        self.refuse_in_doubt()
        if is_read(call.method, self.kernel.interface):
            return await self._group.run(call, next, alone=False)

        async def change(change: Invocation) -> Any:
            self.version += 1
            return await next(change)

        return await self._group.run(call, change, alone=True)

    async def read(self, call: Invocation, next: Next) -> Any:
        """Saves the state if it is not saved."""
        await self._checkpoints.settle()
        return await next(call)

    async def write(self, call: Invocation, next: Next) -> Any:
        """Makes the change of a commit and saves it."""
        await self._checkpoints.settle()
        return await self._checkpoints.settled(call, next)

    async def save(self, purpose: Purpose) -> Any:
        """As its base, and who may go on saving."""
        if purpose is Purpose.MOVE:
            await self._group.idle()
        saved = await super().save(purpose)
        return {**saved, "checkpoints": self._checkpoints.handed_on()}

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """As its base."""
        await super().load(saved, arrival)
        if arrival is not Arrival.RECOVERED:
            self._checkpoints.take_over(saved["checkpoints"])


class DurableTransactions(DeploymentManager):
    """Optimistic transactions that survive."""

    family = "checkpointing"
    promise = "As OptimisticTransactions; after the end of its node the object comes back as after the last commit that was answered."
    paper_lines = 112
    Config = TransactionConfig
    instance_manager = DurableTransactionsManager
    coordinator = RecoveringCoordinator
    stores_under = STORED_UNDER
    declares = Declarations(
        traits=frozenset({Trait.TRANSACTIONS, Trait.SAVES, Trait.SAVES_EACH_CALL, Trait.RECOVERS, Trait.GATES, Trait.HAS_STATE}),
        forbids=(ONE_KIND, ONE_RECOVERY),
        needs_state=True,
    )
