"""Calls that run in a played half: each is answered once, in time, and can be given up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from amino_wire.errors import AminoError, Cancelled, DeadlineExceeded, as_error
from amino_wire.lane import IncomingCall


class Answering(Protocol):
    """The connection that a call came by."""

    def answer(self, call: IncomingCall, value: Any, /) -> None: ...

    def fail(self, call: IncomingCall, error: BaseException, /) -> None: ...


class RunningCall:
    """One call from its arrival to its answer.

    Arguments:
        connection: where it came from.
        incoming: the call.
        work: what gives its result.
    """

    def __init__(self, connection: Answering, incoming: IncomingCall, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        self._connection, self._incoming = connection, incoming
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run(work))
        self._timer = self._loop.call_at(incoming.deadline, self._late)
        incoming.on_cancel = self._given_up

    def abort(self, error: AminoError) -> None:
        """Ends it with an error."""
        self._end(error)

    async def _run(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        try:
            self._connection.answer(self._incoming, await work())
        except Exception as error:
            self._connection.fail(self._incoming, as_error(error))
        finally:
            self._timer.cancel()

    def _late(self) -> None:
        target, method = self._incoming.target, self._incoming.method
        self._end(DeadlineExceeded(f"{method} of {target} was not answered in time; it may have run"))

    def _given_up(self) -> None:
        self._end(Cancelled(f"{self._incoming.method} of {self._incoming.target} was given up by its caller"))

    def _end(self, error: AminoError) -> None:
        self._connection.fail(self._incoming, error)
        self._timer.cancel()
        self._task.cancel()
