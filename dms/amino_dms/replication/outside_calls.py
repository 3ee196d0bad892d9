"""Calls of a replicated object to other objects: each is made once, by the leader, and its outcome stands in the log for all replicas.

The name of such a call comes from the place in the log of the call that makes it, so every replica and every later leader
names it alike. The leader after one which ended in the middle sends it again under the same name, and the other
object's managers, which know the name, answer with what it came to.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, Protocol

from amino_wire.errors import AminoError, ArgumentInvalid, KernelUnavailable, Outcome, Unavailable, ValueInvalid, as_error
from amino_wire.values import EncodedValue

from amino_dms.api import Attempts, InstanceKernel, OutsideCall
from amino_dms.replication.ahead_entries import Ahead, Answered
from amino_dms.replication.member_work import CALL_BYTES

_INDEX_BITS: Final = 12
_OWN_BITS: Final = 14
_POSITION_BITS: Final = _INDEX_BITS + _OWN_BITS
"""A number has the position of an entry, the index of a call in it, and that of an outside call within the call."""
_PAUSE: Final = 0.05
_STALE_NS: Final = 300_000_000_000
"""After so long another leader's call is not sent again: the other object may have forgotten what it came to."""


class Line(Protocol):
    """The log, as a call needs it that waits in the middle of an entry."""

    @property
    def leads(self) -> bool: ...

    @property
    def over(self) -> bool:
        """Whether this replica has ended."""
        ...

    @property
    def epoch(self) -> int:
        """That in which this replica leads or follows."""
        ...

    async def put(self, entry: Ahead) -> None:
        """Has an entry appended, soon, if this replica leads; it may be lost."""
        ...

    async def look(self) -> None:
        """Returns when there may be something new in the log behind what is applied, which was heard, or another leader."""
        ...


def _bounded(call: OutsideCall, outcome: EncodedValue | AminoError) -> EncodedValue | AminoError:
    """The outcome, if it fits into an entry of the log."""
    if isinstance(outcome, AminoError) or len(outcome.data) <= CALL_BYTES:
        return outcome
    return ValueInvalid(
        f"{call.method} of {call.target} has run, and its answer has {len(outcome.data)} bytes: a replicated object can be answered with"
        f" {CALL_BYTES} at most; ask for less at a time",
        outcome=Outcome.RAN,
    )


class OutsideCalls:
    """Those of one replica. Only calls of the entry that is applied make any.

    Arguments:
        kernel: of the instance manager.
        seconds: how long one may take.
    """

    def __init__(self, kernel: InstanceKernel, seconds: float) -> None:
        self._kernel, self._seconds = kernel, seconds
        self._line: Line | None = None
        self._session = ""
        self._last = 0
        self._heard: dict[int, Answered] = {}
        self._position = self._epoch = self._time_ns = 0
        self._indexes: dict[int, int] = {}
        self._failure: AminoError | None = None

    def use(self, line: Line) -> None:
        """Gives it the log."""
        self._line = line

    def hear(self, entry: Answered) -> None:
        """The log has an outcome; the first one of a call counts."""
        self._heard.setdefault(entry.number, entry)

    def begins(self, position: int, epoch: int, time_ns: int, seeds: list[int]) -> None:
        """An entry of calls is applied from now on.

        Arguments:
            position: of the entry.
            epoch: of the leader that made it.
            time_ns: the time of its calls.
            seeds: of its calls, in their order.
        """
        self._position, self._epoch, self._time_ns = position, epoch, time_ns
        self._indexes = {seed: index for index, seed in enumerate(seeds)}
        if not self._session and seeds:
            self._session = f"{self._kernel.object_id}:{time_ns:x}{seeds[0]:x}"

    def forget(self, position: int) -> None:
        """Outcomes of entries up to a position are not asked for any more."""
        self._heard = {number: entry for number, entry in self._heard.items() if number >> _POSITION_BITS > position}

    def check(self) -> None:
        """Raises why calls that run here have not been answered as on the other replicas: what they came to is of no use."""
        if self._failure is not None:
            raise self._failure

    def begins_anew(self) -> None:
        """The failure is undone: the entry is run again."""
        self._failure = None

    def to_value(self) -> list[Any]:
        """A part of the replicated state."""
        return [self._session, self._last]

    def take_over(self, value: list[Any]) -> None:
        """Goes on with such a value."""
        self._session, self._last = value
        self._failure = None

    async def ask(self, call: OutsideCall) -> EncodedValue:
        """The answer to a call of the object, the same on all replicas.

        Raises:
            AminoError: the error that it came to, the same on all replicas; or this replica is of no use, see `check`.
        """
        try:
            number = self._number(call)
            outcome = (await self._outcome(call, number)).outcome()
            self._last = number
        except asyncio.CancelledError:
            self._failure = self._failure or KernelUnavailable(f"{call.method} of {call.target} was given up by {self._kernel.title}")
            raise
        except Exception as error:
            self._failure = self._failure or as_error(error)
            raise
        if isinstance(outcome, AminoError):
            raise outcome
        return outcome

    async def _outcome(self, call: OutsideCall, number: int) -> Answered:
        line = self._line
        assert line is not None, "use() comes first"
        made: Answered | None = None
        put = (-1, 0.0)
        while (known := self._heard.get(number)) is None:
            if line.over:
                raise KernelUnavailable(f"a replica of {self._kernel.title} has ended while it waited for {call.method} of {call.target}")
            now = self._kernel.clock.now()
            if line.leads and made is None:
                made = await self._made(call, number, line)
            elif line.leads and made is not None and (put[0] != line.epoch or now > put[1]):
                put = line.epoch, now + 1.0
                await line.put(made)
            else:
                await line.look()
        return known

    async def _made(self, call: OutsideCall, number: int, line: Line) -> Answered | None:
        """What it came to; None: another replica leads, or has told it already."""
        making = asyncio.ensure_future(self._tried(call, number))
        try:
            while not making.done():
                looking = asyncio.ensure_future(line.look())
                await asyncio.wait((making, looking), return_when=asyncio.FIRST_COMPLETED)
                looking.cancel()
                await asyncio.gather(looking, return_exceptions=True)
                if number in self._heard or (not line.leads and not making.done()):
                    return None
            return Answered.of(number, _bounded(call, making.result()))
        finally:
            making.cancel()

    async def _tried(self, call: OutsideCall, number: int) -> EncodedValue | AminoError:
        clock = self._kernel.clock
        if call.number >> _OWN_BITS:
            return ArgumentInvalid(
                f"a call of {self._kernel.title} makes more than {1 << _OWN_BITS} calls to others; make fewer in one call"
            )
        if self._is_stale():
            return KernelUnavailable(
                f"{call.method} of {call.target} may have run, when another replica of {self._kernel.title} was the leader; that is"
                " too long ago to ask again",
                outcome=Outcome.UNKNOWN,
            )
        ends, attempts = clock.now() + self._seconds, Attempts()
        numbers: list[str | int] = [self._session, number, self._last]
        while True:
            try:
                return await self._kernel.call_once(call, numbers, max(0.001, ends - clock.now()))
            except AminoError as error:
                attempts.failed(error)
                if not isinstance(error, Unavailable) or clock.now() + _PAUSE >= ends:
                    return error
                await clock.sleep(_PAUSE)

    def _is_stale(self) -> bool:
        line = self._line
        assert line is not None, "use() comes first"
        return line.epoch != self._epoch and self._kernel.time_ns() - self._time_ns > _STALE_NS

    def _number(self, call: OutsideCall) -> int:
        index = self._indexes.get(call.seed)
        if index is None or index >> _INDEX_BITS:
            raise KernelUnavailable(
                f"no entry of the log of {self._kernel.title} that is applied now has the call which calls {call.method}"
            )
        own = min(call.number, (1 << _OWN_BITS) - 1)
        return self._position << _POSITION_BITS | index << _OWN_BITS | own
