"""Calls that run in a played half: each is answered once, in time, and can be given up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from amino_wire.errors import AminoError, Cancelled, DeadlineExceeded, Outcome, as_error
from amino_wire.lane import IncomingCall

from amino_testkit.half.guest import FixedRun


class Answering(Protocol):
    """The connection that a call came by."""

    def answer(self, call: IncomingCall, value: Any, /) -> None: ...

    def fail(self, call: IncomingCall, error: BaseException, /) -> None: ...


Work = Callable[[Callable[[], None]], Coroutine[Any, Any, Any]]
"""Gives a result; calls what it is given when the call begins to run, or may run elsewhere."""


class RunningCall:
    """One call from its arrival to its answer.

    Arguments:
        connection: where it came from.
        incoming: the call.
        work: what gives its result.
        fixed: its circumstances; the time of such a call is that in which it runs.
    """

    def __init__(self, connection: Answering, incoming: IncomingCall, work: Work, fixed: FixedRun | None = None) -> None:
        self._connection, self._incoming = connection, incoming
        self._begun = False
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run(work))
        self._left = fixed.run_ms / 1000 if fixed is not None and fixed.run_ms else incoming.deadline - self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._fixed = fixed
        if fixed is None:
            self._stands(False)
        else:
            fixed.waits = self._stands
        incoming.on_cancel = self._given_up

    def abort(self, error: AminoError) -> None:
        """Ends it with an error."""
        self._end(error)

    def _begin(self) -> None:
        self._begun = True
        if self._fixed is not None:
            self._stands(False)

    def _stands(self, stands: bool) -> None:
        if self._timer is not None:
            self._left = self._timer.when() - self._loop.time()
            self._timer.cancel()
        self._timer = None if stands else self._loop.call_later(self._left, self._late)

    async def _run(self, work: Work) -> None:
        try:
            self._connection.answer(self._incoming, await work(self._begin))
        except Exception as error:
            self._connection.fail(self._incoming, as_error(error))
        finally:
            self._stands(True)

    def _late(self) -> None:
        target, method = self._incoming.target, self._incoming.method
        self._end(DeadlineExceeded(f"{method} of {target} was not answered in time", outcome=self._outcome()))

    def _given_up(self) -> None:
        text = f"{self._incoming.method} of {self._incoming.target} was given up by its caller"
        self._end(Cancelled(text, outcome=self._outcome()))

    def _outcome(self) -> Outcome:
        return Outcome.UNKNOWN if self._begun else Outcome.NOT_RUN

    def _end(self, error: AminoError) -> None:
        self._connection.fail(self._incoming, error)
        self._stands(True)
        self._task.cancel()
