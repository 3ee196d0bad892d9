"""One object's checkpoint in the durable store, and how it comes back (Sapphire Table 1, checkpointing)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar, cast

from amino_wire.errors import EpochStale, ObjectLost

from amino_dms.api import CHECKPOINT, Arrival, Coordinator, InstanceKernel, PartKernel, Replica, Rule, Snapshot, Trait

C = TypeVar("C")

KEY: Final = CHECKPOINT
COORDINATOR: Final = "coordinator"
"""Who may save while an object is being brought back."""
ONE_RECOVERY: Final = Rule(Trait.RECOVERS, "both would bring the object back after a failure, each from its own saved state; choose one")


class Checkpoints:
    """The checkpoint of one object: one durable value, replaced whole, and only by the copy of the object that wrote the last one.

    A copy that lives on after its node was declared dead finds another writer there and can save nothing more.

    Arguments:
        kernel: of the instance manager that saves.
    """

    def __init__(self, kernel: InstanceKernel) -> None:
        self._kernel = kernel
        self._writer = f"{kernel.random.getrandbits(64):016x}"
        self._version = 0

    async def open(self, arrival: Arrival) -> None:
        """Finds out what is stored. To be awaited before the first `save`, unless `load` was called."""
        self._version = (await self._kernel.durable_get(KEY)).version

    async def save(self) -> None:
        """Stores the object's present state and what its instance managers know. No call may be on its way.

        Raises:
            ObjectLost: another copy of the object has taken over.
            OmsUnavailable: the store does not answer; what is there is an older checkpoint, or this one, whole in both cases.
        """
        record = {"writer": self._writer, "snapshot": (await self._kernel.capture()).to_value()}
        while True:
            try:
                self._version = await self._kernel.durable_put(KEY, record, expected=self._version)
            except EpochStale:
                found = await self._kernel.durable_get(KEY)
                writer = cast("Mapping[str, Any]", found.value or {}).get("writer")
                if writer not in (self._writer, _instance_of(self._kernel.epoch)):
                    raise ObjectLost(f"this copy of {self._kernel.object_id} has been replaced by another one; call again") from None
                self._version = found.version
            else:
                return

    def handed_on(self) -> list[Any]:
        """What the next place must know to go on saving."""
        return [self._writer, self._version]

    def take_over(self, handed_on: list[Any]) -> None:
        """Goes on saving as the place before."""
        self._writer, self._version = handed_on


async def last_checkpoint(kernel: PartKernel) -> Snapshot | None:
    """The object's checkpoint; None: there is none."""
    found = await kernel.durable_get(KEY)
    return Snapshot.from_value(cast("Mapping[str, Any]", found.value)["snapshot"]) if found.value is not None else None


class RecoveringCoordinator(Coordinator[C]):
    """Brings the object back from its checkpoint when its node has died."""

    async def on_failure(self, replica: Replica) -> bool:
        """First makes sure that the failed instance, should it live after all, can save nothing more."""
        while True:
            found = await self.kernel.durable_get(KEY)
            if found.value is None:
                await self.kernel.recover(replica.number, None)
                return True
            record = cast("Mapping[str, Any]", found.value)
            try:
                await self.kernel.durable_put(KEY, {**record, "writer": COORDINATOR}, expected=found.version)
            except EpochStale:
                continue
            await self.kernel.recover(replica.number, Snapshot.from_value(record["snapshot"]))
            return True

    async def on_return(self, replica: Replica) -> bool:
        """Gives the right to save to the instance of the present epoch, which is the one that is back."""
        while True:
            found = await self.kernel.durable_get(KEY)
            record = cast("Mapping[str, Any]", found.value or {})
            if record.get("writer") != COORDINATOR:
                return True
            try:
                await self.kernel.durable_put(KEY, {**record, "writer": _instance_of(self.kernel.epoch)}, expected=found.version)
            except EpochStale:
                continue
            return True


def _instance_of(epoch: int) -> str:
    """The writer that stands for whichever instance the object has in an epoch."""
    return f"epoch {epoch}"
