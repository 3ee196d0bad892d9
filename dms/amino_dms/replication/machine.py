"""The replicated state of an object: it runs the calls of the log, each once, and knows what became of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from amino_wire.errors import (
    AminoError,
    Cancelled,
    ChainInvalid,
    DeadlineExceeded,
    Deadlock,
    InvalidRequest,
    MemoryExhausted,
    Moved,
    NotDeterministic,
    Outcome,
    Unavailable,
    as_error,
)
from amino_wire.protocol import Header
from amino_wire.values import DEFAULT, EncodedValue, decode, encode

from amino_dms.api import FixedCall, InstanceKernel, Invocation, Next, Postponed, did_not_run, is_answer
from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import CHAIN, TRANSACTION, Calls, LoggedCall
from amino_dms.replication.outcomes import Outcomes
from amino_dms.replication.outside_calls import OutsideCalls
from amino_dms.replication.verdicts import Key

_log = logging.getLogger(__name__)

_PAUSE = 0.05
_SKIPPED = 100
"""Calls that were skipped of which a replica remembers that; the log may say so twice."""
Ended = Callable[[LoggedCall, Ending | Postponed], None]


class CallFailed(Exception):
    """A call that has failed here, and perhaps fails on every replica: it took too long, or too much memory or stack.
    What it has changed is of no use."""

    def __init__(self, call: LoggedCall, error: AminoError) -> None:
        super().__init__(error.message)
        self.call, self.error = call, error


class Machine:
    """The same entries in the same order leave the same state on every replica.

    Arguments:
        kernel: of the instance manager.
        keep_ns: how long the outcomes of a client are kept that sends nothing more.
        run_ms: how long a call may run; 0: as long as any call.
    """

    def __init__(self, kernel: InstanceKernel, keep_ns: int, run_ms: int = 0) -> None:
        self._kernel = kernel
        self._run_ms = run_ms
        self.times = 1
        """So many times longer calls may run."""
        self._outcomes = Outcomes(keep_ns)
        self._time_ns = self._given_ns = 0
        self._runtime = ""
        self.outside: OutsideCalls | None = None
        """Of an object that may call others."""
        self.skips: dict[Key, Ending] = {}
        """Calls that no replica runs any more, and how they end."""
        self._skipped: dict[Key, None] = {}
        """The last ones that were skipped here."""
        self.called: set[str] = set()
        """The members that were called since the replicas have last found their states equal."""

    def next_time_ns(self) -> int:
        """The time of day that the next entry gives its calls: never that of an earlier one."""
        # Entries that are not applied yet have later times than those that are: only the latter are a part of the state.
        self._given_ns = max(self._given_ns + 1, self._time_ns + 1, self._kernel.time_ns())
        return self._given_ns

    async def run(self, entry: Calls, next: Next, ended: Ended, position: int = 0) -> None:
        """Runs the calls of an entry one after another, unless they have run before.

        Raises:
            CallFailed: see there; only of an object whose replicas may skip it.
            AminoError: a call could not come to its end here, which says nothing about the others' replicas: this one is of no use.
        """
        try:
            await self._run(entry, next, ended, position)
        except CallFailed as failed:
            if self.outside is None:
                raise failed.error from None  # nobody here skips it
            raise

    async def _run(self, entry: Calls, next: Next, ended: Ended, position: int) -> None:
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
        calls = self._without_skipped(list(new.values()), position, ended)
        self.called.update([call.method for call in calls])
        if self.outside is not None:
            self.outside.begins(position, entry.epoch, time_ns, [call.seed for call in calls])
        if calls and self._kernel.in_order:
            calls = await self._run_at_once(calls, time_ns, ended)
        for call in calls:
            ran = await self._ran(call, time_ns, next)
            if isinstance(ran, Postponed):
                ended(call, ran)  # its outcome is still to come: it will stand in the log once more
            else:
                self._note(call, ran, ended)

    async def _run_at_once(self, calls: list[LoggedCall], time_ns: int, ended: Ended) -> list[LoggedCall]:
        """Hands calls to the object without waiting for one another: it runs them in that order. Those that could not begin yet."""
        time = self._time()
        fixed = [
            FixedCall(call.method, call.args, call.kwargs, call.request_id, call.client_id, (time_ns, call.seed, *time), _chain_of(call))
            for call in calls
        ]
        waiting = list[LoggedCall]()
        passed_over = False
        # Where one has failed, those after it ran on a state that is of no use: nobody hears of them.
        for call, outcome in zip(calls, await self._kernel.run_in_order(fixed), strict=True):
            self._check_outside()
            ending = Ending(outcome) if isinstance(outcome, EncodedValue) else _ending_of(call, outcome)
            if ending is None:
                waiting.append(call)
            else:
                self._note(call, ending, ended)
                passed_over = passed_over or bool(waiting)
        if passed_over:
            raise as_error(RuntimeError(f"{waiting[0].method} could not run before calls that come after it"))
        return waiting

    def has_skipped(self, key: Key) -> bool:
        """Whether a call was skipped here; it remembers the last ones."""
        return key in self._skipped

    def forget_skips(self, position: int) -> None:
        """Entries up to a position are not run again."""
        self.skips = {key: ending for key, ending in self.skips.items() if key[0] > position}

    def _without_skipped(self, calls: list[LoggedCall], position: int, ended: Ended) -> list[LoggedCall]:
        if not self.skips:
            return calls
        left = list[LoggedCall]()
        for call in calls:
            key = position, *call.key
            if key in self.skips:
                self._skipped[key] = None
                while len(self._skipped) > _SKIPPED:
                    del self._skipped[next(iter(self._skipped))]
                self._note(call, self.skips[key], ended)
            else:
                left.append(call)
        return left

    def _note(self, call: LoggedCall, ending: Ending, ended: Ended) -> None:
        self._outcomes.note(call, ending)
        ended(call, ending)

    async def checksum(self) -> bytes | None:
        """Of the object's state as it is now; None: it cannot be captured now, which mostly is so on every replica.

        Raises:
            Moved: the object is not here now.
            Unavailable: the object has ended here.
        """
        try:
            return await self._kernel.state_hash()
        except (Moved, Unavailable):
            raise
        except AminoError as error:
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
        return known if self.outside is None else [*known, self.outside.to_value(), [list(key) for key in self._skipped]]

    def take_over(self, value: list[Any]) -> None:
        """Goes on with such a value."""
        self._time_ns, outcomes, self._runtime, *more = value
        self._outcomes.take_over(outcomes)
        if self.outside is not None and more:
            self.outside.take_over(more[0])
            self._skipped = dict.fromkeys((position, session, number) for position, session, number in more[1])
        self.called.clear()

    async def _ran(self, call: LoggedCall, time_ns: int, next: Next) -> Ending | Postponed:
        while (ending := await self._once(call, time_ns, next)) is None:
            await self._kernel.clock.sleep(_PAUSE)
        return ending

    async def _once(self, call: LoggedCall, time_ns: int, next: Next) -> Ending | Postponed | None:
        """How the call ends; None: it has not run, since the kernel answers nothing for its objects now, such as after its lease."""
        named: dict[str, Any] = decode(call.headers) if call.headers else {}
        chain, transaction = tuple(named.pop(CHAIN, ())), str(named.pop(TRANSACTION, ""))
        sent = Invocation(
            self._kernel.object_id,
            call.method,
            tuple(DEFAULT.decode_array(call.args)),
            decode(call.kwargs) if call.kwargs else {},
            call.request_id,
            call.client_id,
            transaction_id=transaction,
            chain=chain,
            headers={**named, Header.FIXED: [time_ns, call.seed, *self._time()]},
        )
        try:
            ending = Ending(EncodedValue(encode(await next(sent))))
        except Postponed as postponed:
            return postponed
        except AminoError as error:
            self._check_outside()
            return _ending_of(call, error)
        self._check_outside()
        return ending

    def _time(self) -> tuple[int, ...]:
        """For how long a call may run, where that is said."""
        return (self._run_ms * self.times,) if self._run_ms else ()

    def _check_outside(self) -> None:
        if self.outside is not None:
            self.outside.check()


def _ending_of(call: LoggedCall, error: AminoError) -> Ending | None:
    """How a call ended that gave an error; None: it has not run.

    Raises:
        CallFailed: it has failed here, and perhaps on all replicas.
        AminoError: the error says nothing about the object.
    """
    if not (error.details or {}).get("diverged") and (is_answer(error) or isinstance(error, InvalidRequest)):
        return Ending(None, error)
    if isinstance(error, Cancelled | Deadlock | DeadlineExceeded) and error.outcome is Outcome.RAN:
        return Ending(None, error)  # of a call to another object, which ended so for all replicas
    if isinstance(error, Unavailable | Moved | Deadlock | DeadlineExceeded) and did_not_run(error):
        return None
    if isinstance(error, DeadlineExceeded | MemoryExhausted | NotDeterministic):
        raise CallFailed(call, error) from error
    raise error


def _chain_of(call: LoggedCall) -> tuple[str, ...]:
    """The calls that led to it."""
    return tuple(decode(call.headers).get(CHAIN, ())) if call.headers else ()
