"""One object's checkpoint in the durable store, and how it comes back (Sapphire Table 1, checkpointing)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any, Final, TypeVar, cast

from amino_wire.errors import EpochStale, ObjectLost, ObjectRecovering, OmsUnavailable
from amino_wire.values import encoded_map

from amino_dms.api import (
    CHECKPOINT,
    Arrival,
    Coordinator,
    InstanceKernel,
    Invocation,
    Next,
    PartKernel,
    Replica,
    Rule,
    Snapshot,
    Stored,
    Trait,
    did_not_run,
    is_read,
)

C = TypeVar("C")

KEY: Final = CHECKPOINT
STORED_UNDER: Final = "checkpoints"
"""All savers keep the object's one checkpoint under this name, so that a chain with another saver goes on from it."""
COORDINATOR: Final = "coordinator"
"""The coordinator has the right to save while it brings an object back."""
_EPOCH: Final = "epoch "
ONE_RECOVERY: Final = Rule(Trait.RECOVERS, "both would bring the object back after a failure, each from its own saved state; choose one")


class Checkpoints:
    """The checkpoint of one object: one durable value, replaced whole, and only by the copy of the object that wrote the last one.

    A copy that lives on after its node was declared dead finds another writer there and can save nothing more. It tells its
    kernel so, which ends it.

    It counts the calls that may have changed the object and are not in the checkpoint yet.

    Arguments:
        kernel: of the instance manager that saves.
    """

    def __init__(self, kernel: InstanceKernel) -> None:
        self._kernel = kernel
        self._writer = f"{kernel.random.getrandbits(64):016x}"
        self._version = 0
        self._since = kernel.epoch
        self._goes_on = False
        self._saving = asyncio.Lock()
        self.unsaved = 0
        """How many calls may have changed the object since the state that was saved last."""
        self.mark: int | None = 0
        """The mark of the snapshot that was captured last; None: it could not be captured."""
        self.putting: asyncio.Future[int] | None = None
        """A state that the gate has captured is on its way to the store; see `put_captured`."""

    async def begin(self, arrival: Arrival) -> None:
        """To be awaited in the saver's `on_create`. When it returns there is a checkpoint, and this copy may go on
        saving.

        A saver that took over from the place or the chain before keeps its checkpoint. A new object is saved, and so is an
        object that gets a saver or that came back without a checkpoint.

        Raises:
            ObjectLost: the object is to be made anew, and there is a checkpoint with more than a new object's state.
            ObjectRecovering: another copy of the object has taken over.
            OmsUnavailable: the store does not answer.
        """
        if arrival is Arrival.MOVED:
            return
        if self._goes_on:
            await self._go_on()
            return
        found = await self._kernel.durable_get(KEY)
        if arrival is Arrival.CREATED and not _record(found).get("initial", found.value is None):
            raise self._refusal(found)
        self._version = found.version
        if arrival is not Arrival.RECOVERED or found.value is None:
            await self.save(initial=arrival is not Arrival.ATTACHED)

    async def save(self, *, initial: bool = False) -> None:
        """Stores the object's present state and what its instance managers know. No call may be on its way.

        Arguments:
            initial: it is the state of a new object, which an object that is made anew by its constructor may replace.

        Raises:
            ObjectRecovering: another copy of the object has taken over.
            OmsUnavailable: the store does not answer; it has an older checkpoint or this one, whole in both cases.
        """
        async with self._saving:
            await self._put_over()
            await self._save(initial=initial)

    async def save_beside(self, at_rest: Callable[[], AbstractAsyncContextManager[None]]) -> None:
        """As `settle`, but calls may run while the state is on its way to the store.

        Arguments:
            at_rest: entered as long as no call may be on its way: while the state is captured.
        """
        async with AsyncExitStack() as stack:
            async with at_rest():
                await stack.enter_async_context(self._saving)
                await self._put_over()
                if not self.unsaved:
                    return
                covered, record = await self._captured(initial=False)
            await self._put(record)
            self.unsaved -= covered

    def put_captured(self, snapshot: Snapshot) -> asyncio.Future[int]:
        """Stores a state that the gate has captured, together with those of other objects. Calls may run meanwhile.

        To be called where nothing is unsaved and no save is under way. Where the future fails, the state may be stored or not, and counts
        as unsaved: a save finds that out, stores the state as it is then, and says what keeps it from that.
        """
        self.unsaved, self.mark = 1, snapshot.mark
        record = encoded_map({"writer": self._writer, "snapshot": snapshot.encoded(), "initial": False})
        self.putting = self._kernel.put_soon(KEY, record, expected=self._version)
        self.putting.add_done_callback(self._has_put)
        return self.putting

    def _has_put(self, put: asyncio.Future[int]) -> None:
        self.putting = None
        if not put.cancelled() and put.exception() is None:
            self._version = put.result()
            self.unsaved -= 1

    async def settle(self) -> None:
        """Stores the object's present state if it may not be saved. To be awaited before anybody sees that state;
        raises as `save`."""
        if self.unsaved:
            async with self._saving:
                await self._put_over()
                if self.unsaved:
                    await self._save(initial=False)

    async def counted(self, call: Invocation, next: Next) -> Any:
        """Runs a call that may change the object. A call that ended with an error, or that was cut off, may have done
        so."""
        try:
            result = await next(call)
        except BaseException as error:
            self.unsaved += not did_not_run(error)
            raise
        self.unsaved += 1
        return result

    async def settled(self, call: Invocation, next: Next) -> Any:
        """Runs a call, and returns or raises when nothing is unsaved any more. Where saving fails, that error is
        raised.

        Raises:
            ObjectRecovering, OmsUnavailable: as `save`; the call has run.
            AminoError: what the call raises.
        """
        read = is_read(call.method, self._kernel.interface)
        try:
            result = await (next(call) if read else self.counted(call, next))
        except Exception as error:
            if not did_not_run(error):
                await self.settle()
            raise
        await self.settle()
        return result

    def handed_on(self) -> list[Any]:
        """The facts with which the next place, or the next chain, goes on saving."""
        return [self._writer, self._version, self.unsaved, self._since]

    def take_over(self, handed_on: list[Any]) -> None:
        """Goes on saving as the place or the chain before."""
        self._writer, self._version, self.unsaved, self._since = handed_on
        self._goes_on = True

    async def _put_over(self) -> None:
        if self.putting is not None:
            await asyncio.wait([self.putting])

    async def _save(self, *, initial: bool) -> None:
        covered, record = await self._captured(initial=initial)
        await self._put(record)
        self.unsaved -= covered

    async def _captured(self, *, initial: bool) -> tuple[int, Mapping[str, Any]]:
        covered, self.mark = self.unsaved, None
        snapshot = await self._kernel.capture()
        self.mark = snapshot.mark
        return covered, {"writer": self._writer, "snapshot": snapshot.to_value(), "initial": initial}

    async def _go_on(self) -> None:
        try:
            found = await self._kernel.durable_get(KEY)
        except OmsUnavailable:
            # The facts that were taken over are enough; the next save finds out the rest.
            return
        if found.value is None:
            self._version = 0
            await self.save()
        elif found.version != self._version and not self._may_save(found):
            raise self._replaced()

    async def _put(self, record: Mapping[str, Any]) -> None:
        while True:
            try:
                self._version = await self._kernel.durable_put(KEY, record, expected=self._version)
            except EpochStale:
                found = await self._kernel.durable_get(KEY)
                if not self._may_save(found):
                    self._kernel.may_not_save()
                    raise self._replaced() from None
                self._version = found.version
            else:
                return

    def _may_save(self, found: Stored) -> bool:
        """Whether this copy has written the checkpoint, or was there in the epoch whose instance may save. It has had all
        epochs since it was made, also where it has moved."""
        writer = str(_record(found).get("writer"))
        return writer == self._writer or self._since <= _epoch_of(writer) <= self._kernel.epoch

    def _replaced(self) -> ObjectRecovering:
        return ObjectRecovering(
            f"this copy of {self._kernel.title} has been replaced by another one, and can save nothing any more; call again"
        )

    def _refusal(self, found: Stored) -> ObjectLost:
        name = self._kernel.object_id
        return ObjectLost(
            f"{name} was not made anew: there is a checkpoint of it, which its constructor's state would overwrite."
            " The object comes back from the checkpoint as soon as a kernel may have it; to begin anew, delete the"
            " object and register it again",
            details={"checkpoint": found.version},
        )


def _record(found: Stored) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", found.value or {})


async def last_checkpoint(kernel: PartKernel) -> Snapshot | None:
    """The object's checkpoint; None: there is none."""
    found = await kernel.durable_get(KEY)
    return Snapshot.from_value(_record(found)["snapshot"]) if found.value is not None else None


class RecoveringCoordinator(Coordinator[C]):
    """Brings the object back from its checkpoint when its node has died."""

    async def on_failure(self, replica: Replica) -> bool:
        """First makes sure that the failed instance, should it live after all, can save nothing more. In the end the
        right to save goes to the instance that is there: the new one, or an instance that has come back or arrived meanwhile."""
        while True:
            found = await self.kernel.durable_get(KEY)
            if found.value is None:
                await self.kernel.recover(replica.number, None)
                return True
            record = _record(found)
            try:
                await self.kernel.durable_put(KEY, {**record, "writer": COORDINATOR}, expected=found.version)
            except EpochStale:
                continue
            await self.kernel.recover(replica.number, Snapshot.from_value(record["snapshot"]))
            await self._let_save()
            return True

    async def on_return(self, replica: Replica) -> bool:
        """Gives the right to save to the instance of the present epoch, which has come back."""
        await self._let_save()
        return True

    async def _let_save(self) -> None:
        while True:
            found = await self.kernel.durable_get(KEY)
            record = _record(found)
            if record.get("writer") != COORDINATOR:
                return
            try:
                await self.kernel.durable_put(KEY, {**record, "writer": _instance_of(self.kernel.epoch)}, expected=found.version)
            except EpochStale:
                continue
            return


def _instance_of(epoch: int) -> str:
    """The writer that stands for whichever instance the object has in an epoch."""
    return f"{_EPOCH}{epoch}"


def _epoch_of(writer: str) -> int:
    """The epoch whose instance a writer stands for; -1 for a writer that stands for itself."""
    return int(writer.removeprefix(_EPOCH)) if writer.startswith(_EPOCH) else -1
