"""DurableTransactions: optimistic transactions whose commits are saved before they are answered (Sapphire Table 1 and section 6)."""

from __future__ import annotations

from typing import Any

from amino_wire.errors import AminoError, Moved

from amino_dms.api import Arrival, Declarations, DeploymentManager, InstanceKernel, Invocation, Next, Purpose, Trait, chain_id
from amino_dms.checkpointing.checkpoints import ONE_RECOVERY, STORED_UNDER, Checkpoints, RecoveringCoordinator
from amino_dms.serializability.optimistic_transactions import OptimisticManager
from amino_dms.serializability.transactions import ONE_KIND, TransactionConfig


class DurableTransactionsManager(OptimisticManager):
    """Saves after every commit and every call outside transactions that may have changed the object."""

    direct_alone = True

    def __init__(self, config: TransactionConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._checkpoints = Checkpoints(kernel)
        self._unsaved = False
        self._within: str | None = None

    async def on_create(self, arrival: Arrival) -> None:
        """A new object is saved before its first call."""
        await self._checkpoints.begin(arrival)

    async def write(self, call: Invocation, next: Next) -> Any:
        """Runs the change and saves it; one inside another is saved with it."""
        chain = chain_id(call)
        if self._within == chain:
            return await next(call)
        await self._save()
        self._within, self._unsaved = chain, True
        try:
            result = await next(call)
        except Moved:
            self._unsaved = False
            raise
        except AminoError:
            await self._save()
            raise
        finally:
            self._within = None
        await self._save()
        return result

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """As its base; a read waits until what it reads is saved."""
        if self._unsaved and self._within is None and not call.transaction_id:
            async with self.gate.alone(chain_id(call)):
                await self._save()
        return await super().on_call(call, next)

    async def _save(self) -> None:
        if self._unsaved:
            await self._checkpoints.save()
            self._unsaved = False

    async def save(self, purpose: Purpose) -> Any:
        """As its base, and who may go on saving."""
        saved = await super().save(purpose)
        return {**saved, "checkpoints": self._checkpoints.handed_on(), "unsaved": self._unsaved}

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """As its base."""
        await super().load(saved, arrival)
        if arrival is not Arrival.RECOVERED:
            self._checkpoints.take_over(saved["checkpoints"])
            self._unsaved = saved["unsaved"]


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
        traits=frozenset({Trait.TRANSACTIONS, Trait.SAVES, Trait.RECOVERS, Trait.GATES, Trait.HAS_STATE}),
        forbids=(ONE_KIND, ONE_RECOVERY),
        needs_state=True,
    )
