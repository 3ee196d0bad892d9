"""Group commit: one save for all calls that have run, each of which is answered when its state is stored (Gawlick and Kinkade, 1985)."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from amino_wire.errors import AminoError, KernelUnavailable, as_error, from_payload, to_payload

from amino_dms.api import Delegation, Gate, InstanceKernel, Invocation, Next, Ran, Snapshot, did_not_run, is_read
from amino_dms.checkpointing.checkpoints import Checkpoints

_KEY = "group commit"


class GroupCommit:
    """Runs calls through a gate and answers none of them, not even a read, from a state that is not stored.

    While a state is on its way to the store, further calls run; the next state is captured when that one is stored, and covers all calls
    that have run by then. Where the object's gate lets calls in, their answers wait there for the save that covers them.

    Arguments:
        kernel: of the instance manager that saves.
        gate: its own.
        checkpoints: its own.
        holder: the key of an entrant that holds the gate for long, under which states are saved all the same; empty: there is none.
    """

    def __init__(self, kernel: InstanceKernel, gate: Gate, checkpoints: Checkpoints, holder: Callable[[], str] = str) -> None:
        self._holder = holder
        self._kernel = kernel
        self._gate = gate
        self._checkpoints = checkpoints
        self._turn = asyncio.Lock()
        self._saves: set[asyncio.Task[None]] = set()
        self._next: asyncio.Future[None] | None = None
        self._storing: asyncio.Future[None] | None = None
        self._covered = 0
        self._failed = False
        self._told = 0

    def delegates(self) -> Delegation | None:
        """All calls, as soon as nothing is inside and nothing unsaved."""
        if self._failed:
            return None
        later = bool(self._checkpoints.unsaved or self._is_saving or self._gate.inside)
        return Delegation(free=self._kernel.interface.read_only, alone=True, withholds=True, later=later, captures=True)

    def withheld(self, mark: int) -> None:
        """Answers wait at the gate: their state is saved, unless it has been captured meanwhile."""
        if mark > (self._checkpoints.mark or 0):
            self._checkpoints.unsaved += 1
            self._save_for_all()

    def captured(self, snapshot: Snapshot) -> None:
        """The gate has captured the state as well: it is stored without a task of its own, where nothing else is under way here."""
        if snapshot.mark <= (self._checkpoints.mark or 0):
            return  # a later state is captured
        if self._failed or self._checkpoints.unsaved or self._is_saving or not self._gate.idle:
            self.withheld(snapshot.mark)
            return
        self._checkpoints.put_captured(snapshot).add_done_callback(partial(self._has_put, snapshot.mark))

    def recalled(self, ran: Ran) -> None:
        """The save that follows covers what waits at the gate, and calls under way, which have entered before it."""
        if ran.withheld or ran.under_way:
            self._checkpoints.unsaved += ran.withheld + ran.under_way
            self._save_for_all()

    async def run(self, call: Invocation, next: Next, *, alone: bool) -> Any:
        """Runs a call and returns, or raises, when its state is stored. A call that re-enters the object is stored with the call it is in.

        Arguments:
            call: the call.
            next: runs it.
            alone: no other call passes the gate meanwhile.

        Raises:
            ObjectRecovering, OmsUnavailable: as `Checkpoints.save`; the call has run, unless an earlier save had failed already.
            AminoError: what the call raises.
        """
        read = is_read(call.method, self._kernel.interface)
        if self._gate.is_within(call):
            return await (next(call) if read else self._checkpoints.counted(call, next))
        if self._failed:
            # Nothing more runs on a state that could not be stored.
            await _outcome(self._save_for_all())
        failure: Exception | None = None
        result: Any = None
        async with self._gate.passing(call, alone=alone):
            try:
                result = await (next(call) if read else self._checkpoints.counted(call, next))
            except Exception as error:
                if did_not_run(error):
                    raise
                failure = error
            # Asked while the call is inside: no state is captured between its end and this.
            stored = self._save_for_all()
        await _outcome(stored)
        if failure is not None:
            raise failure
        return result

    async def run_unsaved(self, call: Invocation, next: Next, *, alone: bool) -> Any:
        """As `run`, for a call whose effects are nobody's yet: a later call has them saved, or undoes them."""
        if self._failed:
            await _outcome(self._save_for_all())
        read = is_read(call.method, self._kernel.interface)
        async with self._gate.passing(call, alone=alone):
            return await (next(call) if read else self._checkpoints.counted(call, next))

    async def idle(self) -> None:
        """Returns when no state is on its way to the store. To be awaited before another place goes on saving."""
        while self._is_saving:
            under_way: set[asyncio.Future[Any]] = set(self._saves)
            if self._checkpoints.putting is not None:
                under_way.add(self._checkpoints.putting)
            await asyncio.wait(under_way)

    @property
    def _is_saving(self) -> bool:
        return bool(self._saves) or self._checkpoints.putting is not None

    def _has_put(self, mark: int, put: asyncio.Future[int]) -> None:
        if put.cancelled() or put.exception() is not None:
            self._save_for_all()
        elif mark > self._told:
            self._told = mark
            self._kernel.stored_soon(mark)

    def _save_for_all(self) -> asyncio.Future[None] | None:
        """The save that covers everything that has run; None: it is stored."""
        unsaved = self._checkpoints.unsaved
        if not unsaved:
            return None
        if self._storing is not None and unsaved == self._covered:
            return self._storing
        if self._next is None:
            saved = self._next = asyncio.get_running_loop().create_future()
            # Not among what ends with the part: calls wait for its outcome. It belongs to none of them, as its context shows.
            task = asyncio.get_running_loop().create_task(self._save(saved), context=contextvars.Context())
            self._saves.add(task)
            task.add_done_callback(partial(self._saved, saved))
        return self._next

    async def _save(self, saved: asyncio.Future[None]) -> None:
        try:
            async with self._turn:
                try:
                    await self._checkpoints.save_beside(lambda: self._at_rest(saved))
                finally:
                    # In the same step in which what it covered stops being unsaved: as many other calls may be unsaved by now.
                    self._storing = None
        except Exception as error:
            self._failed = True
            await self._stored(as_error(error))
            raise
        self._failed = False
        await self._stored(None)

    async def _stored(self, error: AminoError | None) -> None:
        """Tells the gate, where answers wait there."""
        mark = self._checkpoints.mark
        if error is not None and (mark is None or mark > self._told):
            await self._kernel.stored(mark, error)
        elif error is None and mark is not None and mark > self._told:
            self._told = mark
            await self._kernel.stored(mark)

    def _saved(self, saved: asyncio.Future[None], task: asyncio.Task[None]) -> None:
        self._saves.discard(task)
        if task.cancelled():
            self._failed = True
            self._end(saved, KernelUnavailable(f"{self._kernel.title} has ended here; the call may have run, call again"))
        else:
            error = task.exception()
            self._end(saved, None if error is None else as_error(error))

    @asynccontextmanager
    async def _at_rest(self, saved: asyncio.Future[None]) -> AsyncGenerator[None]:
        async with self._gate.alone(_KEY, stays=True, under=self._holder()):
            # This save covers the calls that have run, and a later save those that will run.
            self._next, self._storing, self._covered = None, saved, self._checkpoints.unsaved
            yield

    def _end(self, saved: asyncio.Future[None], error: AminoError | None) -> None:
        if self._next is saved:
            self._next = None
        if error is None:
            saved.set_result(None)
        else:
            saved.set_exception(error)
            saved.exception()  # nobody need wait for it


async def _outcome(stored: asyncio.Future[None] | None) -> None:
    if stored is None:
        return
    try:
        await asyncio.shield(stored)
    except AminoError as error:
        # Many calls hear of one failed save, and each may get an outcome of its own written into its error.
        raise from_payload(to_payload(error)) from error
