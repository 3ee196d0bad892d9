"""One replica's way through the log of its group: it appends what callers want, and applies what stands there, in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final, TypeVar

from amino_wire.errors import AminoError, ArgumentInvalid, Unavailable

from amino_dms.api import Clock, LogPage, ReplicatedLog, within
from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import Entry, LoggedCall, from_bytes, to_bytes
from amino_dms.replication.waiting import Turn, WaitingCalls, Wanted, batches

T = TypeVar("T")

FOLLOW_SECONDS: Final = 10.0
"""How long a follower waits at the log for the next entry."""
IDLE_SECONDS: Final = 1.0
"""After how many quiet seconds a leader looks whether somebody else has written."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 2.0


class Behind(Exception):
    """The log does not reach back to this replica's position any more: it needs a snapshot."""


class Unanswered(Exception):
    """The log has not answered."""


class Member:
    """Appends and applies, in one task (`run`). Only where it `leads` does it append; two that believe that they lead do no harm, since the
    log takes one entry for each position.

    Arguments:
        log: of the group.
        clock: by which it waits.
        entry: makes an entry of calls.
        apply: applies an entry at a position, and sets `position` to that.
        not_leading: the error for calls that come to a replica that does not lead.
    """

    def __init__(
        self,
        log: ReplicatedLog,
        clock: Clock,
        entry: Callable[[tuple[LoggedCall, ...]], Entry],
        apply: Callable[[int, Entry], Awaitable[None]],
        not_leading: Callable[[], AminoError],
    ) -> None:
        self._log, self._clock, self._entry, self._apply, self._not_leading = log, clock, entry, apply, not_leading
        self.position = 0
        """The last position that is applied."""
        self.leads = False
        self._wanted: list[Wanted] = []
        self._own: list[Entry] = []
        self._callers = WaitingCalls()
        self._reads: list[Turn] = []
        self._woken = asyncio.Event()

    def want(self, call: LoggedCall, tell: Callable[[Ending | AminoError], None]) -> Callable[[], None]:
        """Has a call put into the log.

        Arguments:
            call: which.
            tell: hears how it has ended, once it has been applied here; or the error of `not_leading`, or why this replica has ended.

        Returns:
            by what it is given up: it may run all the same.

        Raises:
            ArgumentInvalid: the call is too large; it has not run.
            AminoError: of `not_leading`.
        """
        wanted = Wanted(call, tell)
        self._callers.add(wanted)
        self._wanted.append(wanted)
        self._woken.set()
        return partial(self._callers.remove, wanted)

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[None]:
        """Begins when everything has been applied that was answered to anybody before; within the block nothing is applied.

        Raises:
            AminoError: why this replica has ended.
        """
        turn = Turn.new()
        self._reads.append(turn)
        self._woken.set()
        async with turn.held():
            yield

    async def note(self, entry: Entry) -> None:
        """Has an entry of the group's own appended, soon."""
        self._own.append(entry)
        self._woken.set()

    def ended(self, call: LoggedCall, ending: Ending | AminoError) -> None:
        """The call has been applied, or is postponed: all that wait for it hear of it."""
        self._callers.ended(call, ending)

    def wake(self) -> None:
        """Something has changed, such as who leads."""
        self._woken.set()

    def fail(self, error: Callable[[], AminoError]) -> None:
        """Ends all that waits here."""
        self._callers.fail(error)
        reads, self._reads = self._reads, []
        for turn in reads:
            turn.fail(error)

    async def run(self) -> None:
        """Works until it is cancelled. A log that does not answer is asked again.

        Raises:
            Behind: see there.
            AminoError: why an entry could not be applied.
        """
        pause = _FIRST_PAUSE
        while True:
            self._woken.clear()
            try:
                await self._once()
            except Unanswered:
                await self._clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                pause = _FIRST_PAUSE

    async def caught_up(self) -> None:
        """Applies what there is, for a replica whose task does not run (any more). Raises as `run`, and OmsUnavailable."""
        while True:
            end = await self._take(await self._log.read(self.position))
            if self.position >= end:
                return

    async def _once(self) -> None:
        self._wanted = [wanted for wanted in self._wanted if not wanted.over]
        if self._reads:
            await self._serve_reads()
        elif self._wanted and not self.leads:
            for wanted in self._wanted:
                self._callers.end(wanted, self._not_leading())
        elif self._wanted or (self._own and self.leads):
            await self._append()
        elif self.leads:
            await self._rest()
        else:
            await self._follow()

    async def _append(self) -> None:
        batch = next(batches(self._wanted), list[Wanted]())
        entry = self._own[0] if not batch else self._entry(tuple(wanted.call for wanted in batch))
        position = self.position + 1
        try:
            appended = await _answered(self._log.append(to_bytes(entry), self.position))
        except ArgumentInvalid as error:
            # The batch is one call, or smaller than any log takes.
            for wanted in batch:
                self._callers.end(wanted, error)
            return
        if not appended:
            await self._take(await _answered(self._log.read(self.position)))
            return
        if not batch:
            del self._own[0]
        await self._applied(position, entry)

    async def _serve_reads(self) -> None:
        # Those that come while the log answers were not asked for.
        reads = list(self._reads)
        while True:
            end = await self._take(await _answered(self._log.read(self.position)))
            if self.position >= end:
                break
        self._reads = [turn for turn in self._reads if turn not in reads]
        begun = [turn for turn in reads if not turn.begins.done()]
        for turn in begun:
            turn.begins.set_result(None)
        if begun:
            await asyncio.wait([turn.ended for turn in begun])

    async def _rest(self) -> None:
        try:
            await within(self._clock, IDLE_SECONDS, self._woken.wait())
        except TimeoutError:
            await self._take(await _answered(self._log.read(self.position)))

    async def _follow(self) -> None:
        reading = asyncio.ensure_future(_answered(self._log.read(self.position, FOLLOW_SECONDS)))
        waking = asyncio.ensure_future(self._woken.wait())
        try:
            await asyncio.wait((reading, waking), return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                await self._take(reading.result())
        finally:
            waking.cancel()
            reading.cancel()
            await asyncio.gather(reading, waking, return_exceptions=True)

    async def _take(self, page: LogPage) -> int:
        if page.floor > self.position:
            raise Behind
        for data in page.entries:
            await self._applied(self.position + 1, from_bytes(data))
        return page.end

    async def _applied(self, position: int, entry: Entry) -> None:
        await self._apply(position, entry)


async def _answered(answer: Awaitable[T]) -> T:
    try:
        return await answer
    except Unavailable as error:
        raise Unanswered from error
