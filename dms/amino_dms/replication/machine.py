"""The replicated state of an object: it runs the calls of the log, each once, and knows what became of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from amino_wire.errors import AminoError, ChainInvalid, InvalidRequest, Moved, StateNotCapturable, Unavailable, as_error
from amino_wire.protocol import Header
from amino_wire.values import DEFAULT, EncodedValue, decode, encode

from amino_dms.api import FixedCall, InstanceKernel, Invocation, Next, did_not_run, is_answer
from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import Calls, LoggedCall
from amino_dms.replication.outcomes import Outcomes

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
        self.called: set[str] = set()
        """The members that were called since the replicas have last found their states equal."""

    def next_time_ns(self) -> int:
        """The time of day that the next entry gives its calls: never that of an earlier one."""
        self._time_ns = max(self._time_ns + 1, self._kernel.time_ns())
        return self._time_ns

    async def run(self, entry: Calls, next: Next, ended: Ended) -> None:
        """Runs the calls of an entry one after another, unless they have run before.

        Raises:
            AminoError: a call could not come to its end here, which says nothing about the others' replicas: this one is of no use.
        """
        # An entry of a new leader may have been made before it had applied all that came before.
        time_ns = self._time_ns = max(self._time_ns, entry.time_ns)
        new = dict[tuple[str, int], LoggedCall]()
        known = self._outcomes.known
        for call in entry.calls:
            key = call[:2]
            ending = None if key in new else known(call, time_ns)
            if ending is not None:
                ended(call, ending)
            else:
                new.setdefault(key, call)
        calls = list(new.values())
        self.called.update([call.method for call in calls])
        if calls and self._kernel.in_order:
            calls = await self._run_at_once(calls, time_ns, ended)
        for call in calls:
            self._note(call, await self._ran(call, time_ns, next), ended)

    async def _run_at_once(self, calls: list[LoggedCall], time_ns: int, ended: Ended) -> list[LoggedCall]:
        """Hands calls to the object without waiting for one another: it runs them in that order. Those that could not begin yet."""
        fixed = [FixedCall(call.method, call.args, call.kwargs, call.request_id, call.client_id, (time_ns, call.seed)) for call in calls]
        waiting = list[LoggedCall]()
        failed: BaseException | None = None
        passed_over = False
        # Calls that have run are noted, whatever became of others: they do not run again.
        for call, outcome in zip(calls, await self._kernel.run_in_order(fixed), strict=True):
            if isinstance(outcome, EncodedValue):
                self._note(call, Ending(outcome), ended)
                passed_over = passed_over or bool(waiting)
                continue
            try:
                ending = _ending_of(outcome)
            except AminoError as error:
                failed = failed or error
                continue
            if ending is None:
                waiting.append(call)
            else:
                self._note(call, ending, ended)
                passed_over = passed_over or bool(waiting)
        if failed is not None:
            raise failed
        if passed_over:
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
        return [self._time_ns, self._outcomes.to_value(), self._runtime]

    def take_over(self, value: list[Any]) -> None:
        """Goes on with such a value."""
        self._time_ns, outcomes, self._runtime = value
        self._outcomes.take_over(outcomes)
        self.called.clear()

    async def _ran(self, call: LoggedCall, time_ns: int, next: Next) -> Ending:
        while (ending := await self._once(call, time_ns, next)) is None:
            await self._kernel.clock.sleep(_PAUSE)
        return ending

    async def _once(self, call: LoggedCall, time_ns: int, next: Next) -> Ending | None:
        """How the call ends; None: it has not run, since the kernel answers nothing for its objects now, such as after its lease."""
        headers: dict[str, Any] = {**(decode(call.headers) if call.headers else {}), Header.FIXED: [time_ns, call.seed]}
        sent = Invocation(
            self._kernel.object_id,
            call.method,
            tuple(DEFAULT.decode_array(call.args)),
            decode(call.kwargs) if call.kwargs else {},
            call.request_id,
            call.client_id,
            headers=headers,
        )
        try:
            return Ending(EncodedValue(encode(await next(sent))))
        except AminoError as error:
            return _ending_of(error)


def _ending_of(error: AminoError) -> Ending | None:
    """How a call ended that gave an error; None: it has not run. Raises the error where it says nothing about the object."""
    if not (error.details or {}).get("diverged") and (is_answer(error) or isinstance(error, InvalidRequest)):
        return Ending(None, error)
    if isinstance(error, Unavailable | Moved) and did_not_run(error):
        return None
    raise error
