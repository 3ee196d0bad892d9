"""One replica's part in a log that the kernels of the group keep: it proposes what callers want, and applies what is final."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from amino_replication.configuration import Configuration
from amino_replication.effects import (
    Apply,
    Checksum,
    Diverged,
    Effect,
    Install,
    NotRun,
    Outdated,
    ReadReady,
    Removed,
    SendSnapshot,
    TakeSnapshot,
    Tell,
    Unknown,
)
from amino_replication.events import Checksummed, Configured, Installed, Propose, Read, Snapshot, SnapshotTaken
from amino_replication.report_bytes import encode_report
from amino_wire.errors import AminoError, ArgumentInvalid

from amino_dms.api import Seat
from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import Entry, LoggedCall, ahead_of, from_bytes, to_bytes
from amino_dms.replication.gathering import Gathering
from amino_dms.replication.member_work import CALL_BYTES, Around, Machine, Work
from amino_dms.replication.waiting import Turn, WaitingCalls, Wanted, batches

_log = logging.getLogger(__name__)


class KernelMember:
    """See the file's docstring; `Member` has the same outside. What the seat says is done in order, in one task (`run`)."""

    def __init__(self, machine: Machine, around: Around) -> None:
        self._machine, self._around = machine, around
        self.position = 0
        """The last position that is applied."""
        self._seat: Seat | None = None
        self._work: deque[Work] = deque()
        self._gathering = Gathering(self._propose_soon)
        self._requests: dict[int, list[Wanted] | Turn] = {}
        self._last = around.first_request
        self._callers = WaitingCalls()
        self._woken = asyncio.Event()
        self._keeping: asyncio.Future[None] | None = None

    @property
    def seat(self) -> Seat | None:
        """Its seat; None: it has none yet."""
        return self._seat

    @property
    def leads(self) -> bool:
        """Whether it orders calls."""
        return self._seat is not None and self._seat.leads

    def take(self, seat: Seat) -> None:
        """From now on it has this seat, whose effects come to `hear`."""
        self._seat = seat

    def configured(self, configuration: bytes) -> None:
        """Hears of a decision of the coordinator."""
        if self._seat is not None:
            self._seat.handle(Configured(Configuration.decode(configuration)))

    def want(self, call: LoggedCall, tell: Callable[[Ending | AminoError], None]) -> Callable[[], None]:
        """Has a call put into the log; see `Member.want`."""
        if call.size > CALL_BYTES:
            raise ArgumentInvalid(f"a call of {call.method} has {call.size} bytes; calls of replicated objects have {CALL_BYTES} at most")
        if self._seat is None:
            raise self._around.not_leading()
        if self._seat.trouble:
            raise self._around.refused(self._seat.trouble)
        wanted = Wanted(call, tell)
        self._callers.add(wanted)
        self._gathering.add(wanted)
        return partial(self._callers.remove, wanted)

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[None]:
        """A block for a read; see `Member.reading`."""
        if self._seat is None:
            raise self._around.not_leading()
        turn = Turn.new()
        self._last += 1
        self._requests[self._last] = turn
        self._seat.handle(Read(self._last, self._around.quorum))
        async with turn.held():
            yield

    def ended(self, call: LoggedCall, ending: Ending | AminoError) -> None:
        """The call has been applied, or is postponed: all that wait for it hear of it."""
        self._callers.ended(call, ending)

    def propose(self, entry: Entry) -> None:
        """Proposes an entry of the group's own."""
        if self._seat is not None:
            self._last += 1
            self._requests[self._last] = []
            self._seat.handle(Propose(self._last, to_bytes(entry)))

    def gone(self) -> None:
        """It has no seat any more."""
        self._seat = None

    def fail(self, error: Callable[[], AminoError]) -> None:
        """Ends all that waits here."""
        self._callers.fail(error)
        for turn in [*self._requests.values(), *self._work]:
            if isinstance(turn, Turn):
                turn.fail(error)
        self._requests.clear()
        self._gathering.forget()

    def undone(self) -> list[Effect]:
        """What the seat has said and this has not done; it is the next one's who has the seat."""
        undone = [each for each in self._work if not isinstance(each, Turn)]
        self._work.clear()
        return list(undone)

    def hear(self, effect: Effect) -> None:
        """Takes note of an effect."""
        match effect:
            case Apply(_, entries, requests):
                for entry in entries:
                    ahead = None if entry.data is None else ahead_of(entry.data)
                    if ahead is not None:
                        self._around.ahead(ahead)
                for request in requests:
                    if request is not None:
                        self._answered(request)
                self._later(effect)
            case SendSnapshot(to):
                # The leader asks again until it has one; each is a whole state.
                if not any(isinstance(work, SendSnapshot) and work.to == to for work in self._work):
                    self._later(effect)
            case Install() | Checksum() | TakeSnapshot():
                self._later(effect)
            case ReadReady(request):
                turn = self._answered(request)
                if isinstance(turn, Turn):
                    self._later(turn)
            case NotRun(request) | Unknown(request):
                self._not_done(request, self._around.not_leading if isinstance(effect, NotRun) else self._around.doubtful)
            case Tell(report):
                self._around.spawn(self._told("report", encode_report(report)))
            case Outdated():
                self._around.spawn(self._told("configuration"))
            case Removed():
                self._leave()
            case Diverged(member, since, index):
                self._around.differs(str(member), since, index)
            case _:
                pass  # the kernel sends and writes; a member that differs or was removed hears of it from the coordinator

    async def run(self) -> None:
        """Works until it is cancelled. Raises why something could not be applied."""
        while True:
            self._woken.clear()
            while self._work:
                await self._do(self._work[0])
            await self._woken.wait()

    async def catch_up(self) -> None:
        """Does what there is to do, for a member whose task stands still."""
        while self._work:
            await self._do(self._work[0])

    async def _do(self, work: Work) -> None:
        seat = self._seat
        if seat is None:
            self._work.clear()
            return
        match work:
            case Apply(first, entries):
                for offset, entry in enumerate(entries):
                    if first + offset > self.position:
                        await self._machine.apply(first + offset, None if entry.data is None else from_bytes(entry.data))
            case Install(index, epoch, data):
                await self._kept(index, epoch, data)
                await self._machine.install(index, data)
                seat.handle(Installed(index))
            case Checksum(index):
                seat.handle(Checksummed(index, await self._machine.checksum()))
            case SendSnapshot(to):
                # The leader asks again with each heartbeat until the member has one.
                captures = self._around.captures
                if captures.due and (taken := await captures.take(self._machine.snapshot)) is not None:
                    seat.handle(Snapshot(to, *taken))
            case TakeSnapshot():
                await self._take_snapshot(work, seat)
            case Turn():
                await self._read()
                return
        # It stays until it is done, so that a successor finds it where this one ends in the middle.
        if self._work and self._work[0] is work:
            self._work.popleft()

    async def _read(self) -> None:
        """Has all reads begin that stand next, and waits until they have ended."""
        begun = list[Turn]()
        while self._work and isinstance(turn := self._work[0], Turn):
            self._work.popleft()
            if not turn.begins.done():
                turn.begins.set_result(None)
                begun.append(turn)
        if begun:
            await asyncio.wait([turn.ended for turn in begun])

    def _leave(self) -> None:
        """The member has no place in its group any more. Its replica may become another member."""
        seat, self._seat = self._seat, None
        self._work.clear()
        self.fail(self._around.doubtful)
        if seat is not None:
            seat.leave(forgets=True)

    async def _take_snapshot(self, wanted: TakeSnapshot, seat: Seat) -> None:
        keep = self._around.keep
        if keep is None:
            seat.handle(SnapshotTaken(wanted.index))
            return
        taken = await self._around.captures.take(self._machine.snapshot)
        if taken is None:
            return  # the log stays whole, and the next snapshot is due after as many entries
        position, state = taken
        if position == wanted.index and (self._keeping is None or self._keeping.done()):
            # Entries are applied meanwhile. Where one snapshot is on its way, the next one will do.
            self._keeping = asyncio.get_running_loop().create_future()
            self._around.spawn(self._keep_snapshot(wanted, state, seat, self._keeping))

    async def _keep_snapshot(self, wanted: TakeSnapshot, state: bytes, seat: Seat, over: asyncio.Future[None]) -> None:
        try:
            if self._around.keep is not None:
                await self._around.keep(wanted.index, wanted.epoch, state)
            seat.handle(SnapshotTaken(wanted.index))
        except AminoError as error:
            _log.warning("%s: the log stays longer than it should: %s", self._around.title(), error.message)
        finally:
            if not over.done():
                over.set_result(None)

    async def _kept(self, index: int, epoch: int, state: bytes) -> None:
        """The disk has a state that has come from another member; the log that follows is of no use without it."""
        while self._around.keep is not None:
            try:
                await self._around.keep(index, epoch, state)
                return
            except AminoError as error:
                _log.warning("a member of %s cannot keep the state that it got, and tries again: %s", self._around.title(), error.message)
                await self._around.pause()

    def _later(self, work: Work) -> None:
        self._work.append(work)
        self._woken.set()

    def _propose_soon(self) -> None:
        if self._seat is None:
            self._propose()
        else:
            self._seat.soon(self._propose)

    def _answered(self, request: int) -> list[Wanted] | Turn | None:
        """The request has its answer: calls that have gathered may follow."""
        found = self._requests.pop(request, None)
        if isinstance(found, list) and found:
            self._gathering.arrived()
        return found

    def _propose(self) -> None:
        wanted = self._gathering.take()
        if self._seat is None:
            self._refuse(wanted, self._around.not_leading)
            return
        for batch in batches(wanted):
            self._last += 1
            self._requests[self._last] = batch
            self._gathering.left()
            self._seat.handle(Propose(self._last, to_bytes(self._around.entry(tuple([each.call for each in batch])))))

    def _not_done(self, request: int, error: Callable[[], AminoError]) -> None:
        found = self._answered(request)
        if isinstance(found, Turn):
            found.fail(error)
        elif found is not None:
            self._refuse(found, error)

    def _refuse(self, wanted: Iterable[Wanted], error: Callable[[], AminoError]) -> None:
        for each in wanted:
            self._callers.end(each, error())

    async def _told(self, method: str, *args: Any) -> None:
        try:
            answer = await self._around.ask(method, *args)
        except AminoError:
            return  # members repeat what is still so
        if answer is not None:
            self.configured(answer)
