"""Calls that did not run where they were sent: sent to where their object is now, those of one instance in their order."""

from __future__ import annotations

import asyncio
from bisect import insort
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import count
from operator import attrgetter
from typing import Final, Generic, TypeVar

from amino_dms.api import Clock
from amino_wire.errors import AminoError, DeadlineExceeded, KernelUnavailable, Outcome
from amino_wire.follow import expired
from amino_wire.route import Action, Route, Step, keeps_its_error

Place = TypeVar("Place")
_NUMBER: Final = attrgetter("call.number")


@dataclass(frozen=True, slots=True)
class Failure(Generic[Place]):
    """The last attempt of a call: its way so far, where it was sent, and what it failed with."""

    route: Route
    tried: Place
    error: AminoError


@dataclass(frozen=True, slots=True)
class Follower(Generic[Place]):
    """A call that may have to wait for its object.

    Arguments:
        number: its place among those that wait, from `Following.number`.
        name: how messages call it.
        deadline: when its time is over, in seconds of the clock.
        look: asks where its instance is.
    """

    number: int
    name: str
    deadline: float
    look: Callable[[], Awaitable[Place]]

    def ended(self, step: Step, error: AminoError) -> AminoError:
        """The error with which it goes no further."""
        return expired(self.name, error) if step.action is Action.EXPIRE else error


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Place]):
    call: Follower[Place]
    turn: asyncio.Future[None]
    failure: Failure[Place] | None
    """None: it has not been sent yet, since others wait."""


class Following(Generic[Place]):
    """The lines in which calls wait for their object, by instance id. One question finds the object for a whole line, and a call that comes
    while others wait stands behind them: calls of one connection run in the order in which they were sent, also across a move."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lines: dict[str, list[_Waiting[Place]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = count(1)

    def number(self) -> int:
        """The place of a call among those that wait, from its first wait to its end."""
        return next(self._numbers)

    def waits(self, instance: str) -> bool:
        """Whether calls of an instance wait here."""
        return instance in self._lines

    async def turn(self, instance: str, call: Follower[Place], failure: Failure[Place] | None) -> None:
        """Returns when a call is to be sent, to where its object is then; those before it in the line have gone on.

        Arguments:
            instance: whose line it waits in.
            call: that waits.
            failure: of its last attempt; None: it has not been sent.

        Raises:
            AminoError: what the call ends with; DeadlineExceeded with the outcome NOT_RUN when its time is over.
        """
        now = self._clock.now()
        if failure is not None:
            step = failure.route.failed(failure.error.code, failure.error.outcome, now)
            if step.action in (Action.FAIL, Action.EXPIRE):
                raise call.ended(step, failure.error)
        loop = asyncio.get_running_loop()
        waiting = _Waiting(call, loop.create_future(), failure)
        line = self._lines.get(instance)
        if line is not None:
            insort(line, waiting, key=_NUMBER)
        else:
            self._lines[instance] = [waiting]
            task = asyncio.ensure_future(self._lead(instance))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        over = loop.call_later(max(0.0, call.deadline - now), _expire, waiting)
        try:
            await waiting.turn
        finally:
            over.cancel()
            # An error that ends here knows this frame: it must not be known from it too.
            del waiting, failure

    async def _lead(self, instance: str) -> None:
        line = self._lines[instance]
        try:
            while line := _still(line):
                self._lines[instance] = line
                await self._advance(tuple(line))
        finally:
            for each in _still(self._lines.pop(instance)):
                each.turn.set_exception(KernelUnavailable("the call was not sent: its kernel stops", outcome=Outcome.NOT_RUN))

    async def _advance(self, line: Sequence[_Waiting[Place]]) -> None:
        """Sends on those that wait now. Calls that come meanwhile are next."""
        if any(each.failure is not None for each in line):
            try:
                place = await line[0].call.look()
            except AminoError as error:
                for each in line:
                    _unknown(each, error)
                await asyncio.sleep(0)
                return
            # All wait as long as the one that waits longest, so that none overtakes another.
            pause = max(_found(each, place, self._clock.now()) for each in line)
            if pause:
                await self._clock.sleep(pause)
        now = self._clock.now()
        for each in _still(line):
            _go(each, now)
        # A call that begins before they have gone on stands behind them.
        await asyncio.sleep(0)

    def close(self) -> None:
        """Nobody waits any more: calls that do are cancelled."""
        for task in self._tasks:
            task.cancel()
        for line in self._lines.values():
            for each in _still(line):
                each.turn.cancel()


def _still(line: Sequence[_Waiting[Place]]) -> list[_Waiting[Place]]:
    """Those that wait, without those whose callers have given up."""
    return [each for each in line if not each.turn.done()]


def _found(each: _Waiting[Place], place: Place, now: float) -> float:
    """The seconds that a call has to wait before it goes to a place; it may end instead."""
    if each.failure is None or each.turn.done():
        return 0.0
    step = each.failure.route.found(place != each.failure.tried, now)
    if step.action in (Action.FAIL, Action.EXPIRE):
        each.turn.set_exception(each.call.ended(step, each.failure.error))
    return step.seconds


def _go(each: _Waiting[Place], now: float) -> None:
    if each.failure is not None and (step := each.failure.route.waited(now)).action is Action.EXPIRE:
        each.turn.set_exception(each.call.ended(step, each.failure.error))
    else:
        each.turn.set_result(None)


def _unknown(each: _Waiting[Place], error: AminoError) -> None:
    """Nobody knows where the object is. Calls that have failed end: they have not left, a missing answer says nothing about them.
    The others are sent to where it was."""
    if each.turn.done():
        return
    if each.failure is None:
        each.turn.set_result(None)
    elif keeps_its_error(each.failure.error.code, error.code):
        each.turn.set_exception(each.failure.error)
    else:
        each.turn.set_exception(type(error)(error.message, details=error.details, cause=error.cause, outcome=Outcome.NOT_RUN))


def _expire(each: _Waiting[Place]) -> None:
    if each.turn.done():
        return
    if each.failure is not None:
        each.turn.set_exception(expired(each.call.name, each.failure.error))
        return
    text = f"{each.call.name} did not run: calls that came before it waited for the object until its time was over. Call again."
    each.turn.set_exception(DeadlineExceeded(text, outcome=Outcome.NOT_RUN))
