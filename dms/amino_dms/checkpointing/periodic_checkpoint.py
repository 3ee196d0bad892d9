"""PeriodicCheckpoint: the object is saved every so many calls (Sapphire Table 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from amino_dms.api import (
    SAVED_HEADER,
    Arrival,
    Declarations,
    Delegation,
    DeploymentManager,
    InstanceKernel,
    InstanceManager,
    Invocation,
    Next,
    Purpose,
    Ran,
    Trait,
    did_not_run,
    is_read,
    require_some,
)
from amino_dms.checkpointing.checkpoints import ONE_RECOVERY, STORED_UNDER, Checkpoints, RecoveringCoordinator

_WORTH = 16
"""Calls from which on it is worth delegating them."""


@dataclass(frozen=True, slots=True)
class PeriodicConfig:
    """Settings.

    Arguments:
        every: after how many calls the object is saved, at the latest; calls of members that are declared to read do not count.
    """

    every: int = 10

    def __post_init__(self) -> None:
        require_some(self, "every")


class PeriodicCheckpointManager(InstanceManager[PeriodicConfig]):
    """Counts calls and saves between two of them. A call that is due is answered when the object is saved; where that
    fails, it ends with the error, and the next call that counts saves first. So at most `every` calls were answered
    that are not in the checkpoint, however long the store does not answer."""

    def __init__(self, config: PeriodicConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._gate = kernel.gate()
        self._checkpoints = Checkpoints(kernel)
        self._saves = 0

    async def on_create(self, arrival: Arrival) -> None:
        """A new object is saved once, so that there is something to come back to."""
        await self._checkpoints.begin(arrival)

    def delegates(self) -> Delegation | None:
        """All calls until one is due."""
        left = self.config.every - 1 - self._checkpoints.unsaved - self._gate.inside
        return Delegation(calls=left, free=self.kernel.interface.read_only) if left >= _WORTH and self._gate.lets_in else None

    def recalled(self, ran: Ran) -> None:
        """They count."""
        self._checkpoints.unsaved += ran.calls

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Saves after every so many calls, those that raised included: they may have changed the object."""
        if is_read(call.method, self.kernel.interface):
            async with self._gate.passing(call, alone=False):
                return await next(call)
        if self._gate.is_within(call):
            # The call that it is in saves when it has ended.
            return await self._checkpoints.counted(call, next)
        await self._save_if_due(stays=False)
        try:
            async with self._gate.passing(call, alone=False):
                result = await self._checkpoints.counted(call, next)
        except Exception as error:
            if not did_not_run(error):
                await self._save_if_due(stays=True)
            raise
        if SAVED_HEADER in call.headers:
            self._checkpoints.unsaved = max(self._checkpoints.unsaved, self.config.every)
        await self._save_if_due(stays=True)
        return result

    async def _save_if_due(self, *, stays: bool) -> None:
        if self._checkpoints.unsaved < self.config.every:
            return
        self._saves += 1
        async with self._gate.alone(f"save/{self._saves}", stays=stays):
            if self._checkpoints.unsaved >= self.config.every:
                await self._checkpoints.save()

    async def save(self, purpose: Purpose) -> Any:
        """For a move or another chain: the right to save, and the count."""
        return self._checkpoints.handed_on() if purpose is Purpose.MOVE else None

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a move, or in another chain."""
        self._checkpoints.take_over(saved)


class PeriodicCheckpoint(DeploymentManager):
    """Saves the object every so many calls."""

    family = "checkpointing"
    promise = "After the end of its node the object comes back as it was at most `every` answered calls before."
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

    def hinders_split(self) -> str | None:
        """Nothing: what has gone or come is saved before anybody hears of it."""
        return None
