"""The replicated state of an object: it runs the calls of the log, each once, and knows what became of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from amino_wire.errors import (
    AminoError,
    ChainInvalid,
    Deadlock,
    DeadlineExceeded,
    Ended as EndedChain,
    InvalidRequest,
    Moved,
    Outcome,
    StateNotCapturable,
    Unavailable,
    as_error,
)
from amino_wire.protocol import Header

from amino_dms.api import InstanceKernel, Invocation, Next, did_not_run, is_answer
from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import CHAIN, Calls, LoggedCall, call_of
from amino_dms.replication.outcomes import Outcomes
from amino_dms.replication.outside_calls import OutsideCalls

_log = logging.getLogger(__name__)

_PAUSE = 0.05
Ended = Callable[[LoggedCall, Ending], None]


class Machine:
    """The same entries in the same order leave the same state on every replica.

    Arguments:
        kernel: of the instance manager.
        keep_ns: how long the outcomes of a client are kept that sends nothing more.
    """

    def __init__(self, kernel: InstanceKernel, keep_ns: int) -> None:
        self._kernel = kernel
        self._outcomes = Outcomes(keep_ns)
        self._time_ns = 0
        self._runtime = ""
        self.outside: OutsideCalls | None = None
        """Of an object that may call others."""
        self.called: set[str] = set()
        """The members that were called since the replicas have last found their states equal."""

    def next_time_ns(self) -> int:
        """The time of day that the next entry gives its calls: never that of an earlier one."""
        self._time_ns = max(self._time_ns + 1, self._kernel.time_ns())
        return self._time_ns

    async def run(self, entry: Calls, next: Next, ended: Ended, position: int = 0) -> None:
        """Runs the calls of an entry one after another, unless they have run before.

        Raises:
            AminoError: a call could not come to its end here, which says nothing about the others' replicas: this one is of no use.
        """
        # An entry of a new leader may have been made before it had applied all that came before.
        time_ns = self._time_ns = max(self._time_ns, entry.time_ns)
        new = dict[tuple[str, int], LoggedCall]()
        for data in entry.calls:
            call = call_of(data)
            ending = None if call.key in new else self._outcomes.known(call, time_ns)
            if ending is not None:
                ended(call, ending)
            else:
                new.setdefault(call.key, call)
        self.called.update(call.method for call in new.values())
        calls = list(new.values())
        if self.outside is not None:
            self.outside.begins(position, entry.epoch, time_ns, [call.seed for call in calls])
        if self._kernel.in_order and len(calls) > 1:
            calls = await self._run_at_once(calls, time_ns, next, ended)
        for call in calls:
            self._note(call, await self._ran(call, time_ns, next), ended)

    async def _run_at_once(self, calls: list[LoggedCall], time_ns: int, next: Next, ended: Ended) -> list[LoggedCall]:
        """Hands calls inwards without waiting for one another: the object runs them in that order. Those that could not begin yet."""
        tasks = [asyncio.ensure_future(self._once(call, time_ns, next)) for call in calls]
        try:
            endings = await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            for task in tasks:
                task.cancel()
        # Calls that have run are noted, whatever became of others: they do not run again.
        for call, ending in zip(calls, endings, strict=True):
            if isinstance(ending, Ending):
                self._note(call, ending, ended)
        for ending in endings:
            if isinstance(ending, BaseException):
                raise ending
        waiting = [call for call, ending in zip(calls, endings, strict=True) if ending is None]
        if waiting and endings[-len(waiting) :] != [None] * len(waiting):
            raise as_error(RuntimeError(f"{waiting[0].method} could not run before calls that come after it"))
        return waiting

    def _note(self, call: LoggedCall, ending: Ending, ended: Ended) -> None:
        self._outcomes.note(call, ending)
        ended(call, ending)

    async def checksum(self) -> bytes | None:
        """Of the object's state as it is now; None: it cannot be captured now, which is so on every replica."""
        try:
            return await self._kernel.state_hash()
        except StateNotCapturable as error:
            _log.warning("the replicas of %s cannot compare their states: %s", self._kernel.title, error)
            return None

    async def check_runtime(self) -> None:
        """To be awaited before the first call. Raises ChainInvalid where this kernel may come to other results than the first replica's."""
        own = await self._kernel.runtime()
        if self._runtime and own != self._runtime:
            raise ChainInvalid(
                f"no replica of {self._kernel.title} can be on {self._kernel.node.id}: it runs {own}, the others run {self._runtime};"
                " give all kernels that may have it one version"
            )
        self._runtime = own

    def to_value(self) -> list[Any]:
        """All but the object's own state, as a value."""
        known = [self._time_ns, self._outcomes.to_value(), self._runtime]
        return known if self.outside is None else [*known, self.outside.to_value()]

    def take_over(self, value: list[Any]) -> None:
        """Goes on with such a value."""
        self._time_ns, outcomes, self._runtime, *more = value
        self._outcomes.take_over(outcomes)
        if self.outside is not None and more:
            self.outside.take_over(more[0])
        self.called.clear()

    async def _ran(self, call: LoggedCall, time_ns: int, next: Next) -> Ending:
        while (ending := await self._once(call, time_ns, next)) is None:
            await self._kernel.clock.sleep(_PAUSE)
        return ending

    async def _once(self, call: LoggedCall, time_ns: int, next: Next) -> Ending | None:
        """How the call ends; None: it has not run, since the kernel answers nothing for its objects now, such as after its lease."""
        headers = {**(call.headers or {}), Header.FIXED: [time_ns, call.seed]}
        chain = tuple(headers.pop(CHAIN, ()))
        of = (self._kernel.object_id, call.method, call.args, call.kwargs or {}, call.request_id, call.client_id)
        try:
            ending = Ending(await next(Invocation(*of, chain=chain, headers=headers)))
            self._check_outside()
            return ending
        except AminoError as error:
            self._check_outside()
            if not (error.details or {}).get("diverged") and (is_answer(error) or isinstance(error, InvalidRequest)):
                return Ending(None, error)
            if isinstance(error, EndedChain) and error.outcome is Outcome.RAN:
                return Ending(None, error)  # of a call to another object, which ended so for all replicas
            if isinstance(error, Unavailable | Moved | Deadlock | DeadlineExceeded) and did_not_run(error):
                return None
            raise

    def _check_outside(self) -> None:
        if self.outside is not None:
            self.outside.check()
