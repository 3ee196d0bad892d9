"""Finds callers that gave up and calls whose time is over, for all calls of a connection at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from amino_wire import frames
from amino_wire.batch import Batch, Title
from amino_wire.protocol import Option, Outcome

SWEEP_SECONDS = 0.02
"""How often waiting calls are looked at. A callback or a timer per call would cost more than the call."""
GRACE_SECONDS = 0.25
"""How much longer than a call's budget its answer is waited for: the kernel's own DEADLINE_EXCEEDED says more than ours."""
MANY = 4096
"""Calls from which on they are looked at less often."""

_future: Any = asyncio.Future
_cancelled: Callable[[asyncio.Future[Any]], bool] = _future.cancelled
_done: Callable[[asyncio.Future[Any]], bool] = _future.done


class Sweeper:
    """Runs while somebody waits, and not otherwise.

    Arguments:
        loop: the loop that owns the connection.
        batches: the connection's open requests, looked at anew each time.
        write: takes the bytes of one frame.
        peer: the other end's name, for messages.
        budget_ms: time of a call that names none.
        title: how messages call an object.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        batches: dict[int, Batch],
        write: Callable[[bytes], None],
        *,
        peer: str,
        budget_ms: int,
        title: Title,
    ) -> None:
        self.wait_seconds = budget_ms / 1000 + GRACE_SECONDS
        self._loop = loop
        self._batches = batches
        self._write = write
        self._peer = peer
        self._budget_ms = budget_ms
        self._title = title
        self._timer: asyncio.TimerHandle | None = None
        self._dropped: asyncio.Future[Any] = loop.create_future()
        self._dropped.set_result(None)

    @property
    def running(self) -> bool:
        """Whether it will look again."""
        return self._timer is not None

    def oldest(self) -> int | None:
        """The number of the oldest request that the peer has not answered, also where its callers have given up; None: there is none."""
        return next(iter(self._batches), None)

    def start(self) -> None:
        """Looks again soon."""
        if self._timer is None:
            self._timer = self._loop.call_later(SWEEP_SECONDS, self._sweep)

    def stop(self) -> None:
        """Looks no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _sweep(self) -> None:
        now = self._loop.time()
        waiting = 0
        for seq, batch in list(self._batches.items()):
            if True in map(_cancelled, batch.futures):
                self._cancel(seq, batch, [index for index, future in enumerate(batch.futures) if future.cancelled()])
            if now >= batch.deadline or batch.options:
                self._expire(seq, batch, now)
            # A peer that owes an answer nobody waits for is no reason to look again.
            waiting += 0 if all(map(_done, batch.futures)) else batch.left
        self._timer = None
        if waiting:
            self._timer = self._loop.call_later(SWEEP_SECONDS if waiting < MANY else 10 * SWEEP_SECONDS, self._sweep)

    def _cancel(self, seq: int, batch: Batch, indexes: list[int]) -> None:
        for index in indexes:
            # Its place stays: the peer will still answer it.
            batch.futures[index] = self._dropped
        self._write(frames.pack((frames.CANCEL, seq, indexes)))

    def _expire(self, seq: int, batch: Batch, now: float) -> None:
        started = batch.deadline - self.wait_seconds
        late: list[int] = []
        for index, future in enumerate(batch.futures):
            if future.done():
                continue
            budget = batch.options.get(index, {}).get(Option.BUDGET, self._budget_ms)
            if now >= started + budget / 1000 + GRACE_SECONDS:
                late.append(index)
                future.set_exception(batch.late(index, budget, self._peer, Outcome.UNKNOWN, self._title))
        if late:
            self._cancel(seq, batch, late)
