"""Calls that did not run are sent to where their object is now, the calls of one object in their order."""

from __future__ import annotations

import asyncio
import weakref
from bisect import insort
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from itertools import count
from operator import attrgetter
from typing import Any, Final

from amino_wire.batch import FailedCall, PlainCall, Title, fail
from amino_wire.errors import AminoError, KernelUnavailable
from amino_wire.follow import expired
from amino_wire.protocol import Option
from amino_wire.route import Action, Route, Step, keeps_its_error

from amino.link import KernelLink, refuse

Place = tuple[str, int]
"""The address that calls of an object are sent to, and the epoch of the object that is known."""
_NUMBER: Final = attrgetter("number")


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A call that did not run, its place among those that did not, its way so far, and where it was sent last."""

    number: int
    call: FailedCall
    route: Route
    tried: Place


class Following:
    """The calls of a client that wait to be sent again. A call that succeeds never comes here.

    Arguments:
        where: asks where an object is now; the link to it, and its place.
        title: how messages call an object.
    """

    def __init__(self, where: Callable[[str], Awaitable[tuple[KernelLink, Place]]], title: Title) -> None:
        self._where = where
        self._title = title
        self._routes: weakref.WeakKeyDictionary[asyncio.Future[Any], tuple[int, Route]] = weakref.WeakKeyDictionary()
        self._numbers = count(1)
        self._waiting: dict[str, list[_Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._now = asyncio.get_running_loop().time

    def take(self, call: FailedCall, tried: Place) -> bool:
        """Takes over a call that failed at a place, if it may be sent again; returns whether it does."""
        known = self._routes.get(call.future)
        if known is None:
            known = self._routes[call.future] = next(self._numbers), Route(call.ends)
        number, route = known
        step = route.failed(call.error.code, call.error.outcome, self._now())
        if step.action is Action.FAIL:
            return False
        if step.action is Action.EXPIRE:
            self._end(call, step)
            return True
        entry = _Waiting(number, call, route, tried)
        waiting = self._waiting.get(call.target)
        if waiting is not None:
            # A call that fails again stands before those that have failed since.
            insort(waiting, entry, key=_NUMBER)
            return True
        self._waiting[call.target] = [entry]
        task = asyncio.ensure_future(self._follow(call.target))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _follow(self, target: str) -> None:
        waiting = self._waiting[target]
        while waiting:
            try:
                async with asyncio.timeout_at(min(each.route.deadline for each in waiting)):
                    link, place = await self._where(target)
            except AminoError as error:
                for each in self._waiting.pop(target):
                    if keeps_its_error(each.call.error.code, error.code):
                        fail(each.call.future, each.call.error)
                    else:
                        refuse(each.call, error, self._title)
                return
            except TimeoutError:
                waiting[:] = [each for each in waiting if self._has_time(each)]
                continue
            pause = self._arrange(waiting, place)
            # All wait as long as the one that waits longest, so that none overtakes another.
            going = waiting.copy()
            if pause:
                await asyncio.sleep(pause)
            # Calls that have failed meanwhile are next.
            gone = {each.number for each in going}
            waiting[:] = [each for each in waiting if each.number not in gone]
            for each in going:
                if self._has_time(each) and not each.call.future.done():
                    link.send_later(_with_budget(each.call, each.route.deadline - self._now()))
        del self._waiting[target]

    def _has_time(self, each: _Waiting) -> bool:
        step = each.route.waited(self._now())
        if step.action is Action.EXPIRE:
            self._end(each.call, step)
        return step.action is Action.SEND

    def _arrange(self, waiting: list[_Waiting], place: Place) -> float:
        """Ends calls that end now; the seconds that the others have to wait."""
        now, pause = self._now(), 0.0
        going: list[_Waiting] = []
        for each in waiting:
            future = each.call.future
            if isinstance(future, PlainCall) and not future.may_follow():
                fail(future, each.call.error)
                continue
            step = each.route.found(place != each.tried, now)
            if step.action in (Action.FAIL, Action.EXPIRE):
                self._end(each.call, step)
                continue
            going.append(each)
            pause = max(pause, step.seconds)
        waiting[:] = going
        return pause

    def _end(self, call: FailedCall, step: Step) -> None:
        what = f"{call.method} of object {self._title(call.target)}"
        fail(call.future, expired(what, call.error) if step.action is Action.EXPIRE else call.error)

    async def close(self) -> None:
        """Ends the calls that wait."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for each in [each for waiting in self._waiting.values() for each in waiting]:
            refuse(each.call, KernelUnavailable("this client was closed"), self._title)


def _with_budget(call: FailedCall, seconds: float) -> FailedCall:
    return replace(call, options={**call.options, Option.BUDGET: max(1, int(seconds * 1000))})
