"""The calls of a replica that its gate lets in without the instance managers, from the offer to the recall (see `Delegation`)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import replace
from enum import Enum
from typing import Any, Final

from amino_wire.errors import AminoError, DeadlineExceeded
from amino_wire.frames import Invocation
from amino_wire.values import EncodedValue

from amino_dms.api import Delegation, InstanceManager, Snapshot, State, within
from amino_dms.runtime.at_once import at_once
from amino_dms.runtime.eagerness import Eagerness
from amino_dms.runtime.hosts import InstanceHost, Recalled

PATIENCE: Final = 0.2
"""Seconds for which calls wait at the gate, where a call that came before them does not reach the object, or a part is not ready."""


_ending: ContextVar[asyncio.Future[Any] | None] = ContextVar("amino_ending", default=None)
"""In the task of a call that the gate has let in: how it ends."""


class _State(Enum):
    HERE = "each call comes here"
    OFFERED = "calls wait at the gate"
    OPEN = "the gate lets calls in"
    RECALLED = "calls that come here wait for the recall"


class Delegating:
    """Offers calls to the gate when all parts agree, and takes them back before anything else happens in the chain.

    Arguments:
        host: the kernel.
        parts: those that calls pass.
        proxied: whether calls must have passed proxies.
        free: whether nothing else happens in the chain now.
        enter: has a call that is inside already pass the parts.
        spawn: runs work beside calls.
        known: what all parts of the chain know, for a snapshot.
    """

    def __init__(
        self,
        host: InstanceHost,
        parts: Sequence[InstanceManager[Any]],
        proxied: bool,
        free: Callable[[], bool],
        enter: Callable[[Invocation], Awaitable[Any]],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        known: Callable[[], Coroutine[Any, Any, Mapping[str, Any]]],
    ) -> None:
        self.possible = all(ever_delegates(type(part)) for part in parts)
        """Whether the parts ever delegate anything."""
        self._host, self._parts, self._proxied = host, parts, proxied
        self._free, self._enter, self._spawn, self._known = free, enter, spawn, known
        self._state = _State.HERE
        self._eagerness = Eagerness()
        self._waiting: list[tuple[asyncio.Future[None], bool]] = []
        """Waiters for the calls to be taken back, and whether nothing may wait at the gate for them."""
        self._arriving: dict[str, int] = {}
        self._arrived: asyncio.Future[None] | None = None
        self._inside = 0
        self._progress: asyncio.Future[None] | None = None
        self._renews = self._renewed = False
        self._rounds = 0
        self._ended = self._withholds = False
        self._number = 0

    async def pass_(self, call: Invocation, run: Callable[[], Awaitable[Any]]) -> Any:
        """Runs a call through the parts, when none of its kind runs without them."""
        if self._state in (_State.OPEN, _State.RECALLED):
            await self._taken_back(renews=True)
        name = call.request_id
        self._arriving[name] = self._arriving.get(name, 0) + 1
        self._inside += 1
        try:
            return await run()
        finally:
            self._inside -= 1
            self._has_arrived(name)
            _wake(self._progress)
            # Calls of transactions come here each, whatever is offered.
            if self._state is _State.HERE and not call.transaction_id and self._eagerness.passed():
                self._begin()

    def reaches(self, call: Invocation) -> asyncio.Future[Any] | None:
        """A call has passed all parts. Returns how it ends, where the gate has let it in before: then it must not run again."""
        ending = _ending.get()
        if ending is None:
            self._has_arrived(call.request_id)
        return ending

    async def recall(self) -> None:
        """Returns when the parts see each call again, and none waits at the gate. Those that wait go on in the order in which they came."""
        await self._taken_back(renews=False)

    async def _taken_back(self, *, renews: bool) -> None:
        if self._state is _State.HERE or self._ended:
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append((waiter, not renews))
        if self._state is not _State.RECALLED:
            self._state = _State.RECALLED
            self._renews = renews
            self._spawn(self._take_back())
        await waiter

    def withheld(self, mark: int) -> None:
        """Answers of calls that this has delegated wait at the gate, up to that mark."""
        if self._withholds and not self._ended:
            for part in self._parts:
                part.withheld(mark)

    def captured(self, number: int, mark: int, state: bytes) -> None:
        """The same, and the gate has captured the state.

        Arguments:
            number: that the gate was opened with. A state of an earlier opening may lack what has run since; the recall has told of it.
        """
        if number != self._number or self._ended:
            return
        known = at_once(self._known())
        for part in self._parts:
            if known is None:
                part.withheld(mark)
            else:
                part.captured(Snapshot(State(EncodedValue(state)), known, mark))

    def end(self) -> None:
        """The object is not here any more: nobody waits, and nothing is offered."""
        self._ended = True
        self._release()

    def _has_arrived(self, name: str) -> None:
        left = self._arriving.get(name, 0) - 1
        if left > 0:
            self._arriving[name] = left
        elif not left:
            del self._arriving[name]
        if not self._arriving:
            _wake(self._arrived)

    def _begin(self) -> None:
        if self._ended or not self._host.delegates or self._wanted() is None:
            self._eagerness.declined()
            return
        self._state = _State.OFFERED
        self._rounds += 1
        self._spawn(self._offer(self._rounds))

    def _wanted(self) -> Delegation | None:
        together: Delegation | None = Delegation() if self._free() else None
        counts = False
        for part in self._parts:
            own = part.delegates() if together is not None else None
            together = None if together is None or own is None else together.with_(own)
            counts |= own is not None and not own.withholds and _hears(type(part))
        # A state that is stored meanwhile has what the parts know, which must know of each call that it has.
        return None if together is not None and together.withholds and counts else together

    def _note(self, known: Recalled) -> None:
        for number, call in known.under_way:
            self._spawn(self._goes_on(number, call))
        failed: Exception | None = None
        for part in self._parts:
            try:
                part.recalled(known.ran)
            except Exception as error:  # of a third party; the others must hear of it all the same
                failed = error
        if failed is not None:
            raise failed

    async def _goes_on(self, number: int, call: Invocation) -> None:
        """The gate has let the call in and answers its caller: from now on the parts know of it too."""
        ending = asyncio.ensure_future(self._host.outcome(number))
        _ending.set(ending)
        with suppress(AminoError):
            await self._enter(call)
        with suppress(AminoError):
            await ending

    async def _offer(self, number: int, *, renewed: bool = False) -> None:
        """Offers and opens; a later offer, after a recall of this one, has another number. A renewed offer stands at the gate already."""
        try:
            if not renewed:
                await self._host.offer()
            if self._arriving or renewed or self._wants_later():
                await within(self._host.clock, PATIENCE, self._ready(number, renewed=renewed))
            wanted = self._wanted() if self._stands(number) else None
            if wanted is not None and not wanted.later:
                self._state = _State.OPEN
                self._withholds |= wanted.withholds
                self._number = self._host.random.getrandbits(48) | 1 if wanted.withholds and wanted.captures else 0
                await self._host.open(wanted, self._proxied, self._number)
                return
        except (AminoError, TimeoutError):
            # Nobody knows whether it is open, or a part holds a call up: a recall settles it.
            pass
        if number == self._rounds and self._state is not _State.RECALLED:
            await self.recall()

    async def _ready(self, number: int, *, renewed: bool) -> None:
        """Returns when calls that came before have reached the object; where the offer is renewed, or the parts want it later, also when
        they want it, such as after a save, or there is nothing here for which they could be waiting."""
        while self._arriving and self._stands(number) and self._free():
            self._arrived = asyncio.get_running_loop().create_future()
            await self._arrived
        while self._stands(number) and self._inside and self._free() and ((renewed and self._wanted() is None) or self._wants_later()):
            self._progress = asyncio.get_running_loop().create_future()
            await self._progress

    def _wants_later(self) -> bool:
        wanted = self._wanted()
        return wanted is not None and wanted.later

    def _stands(self, number: int) -> bool:
        return number == self._rounds and self._state is _State.OFFERED and not self._ended

    async def _take_back(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            known = await self._answered()
            self._renewed = known.renewed
            self._number = 0
            self._eagerness.recalled(known.ran.calls)
            self._note(known)
        except AminoError:
            # The instance is gone, or its half does not answer: calls find that out by themselves.
            self._number = 0
            self._eagerness.recalled(0)
        finally:
            # Calls that were under way enter first: their tasks have been made before.
            loop.call_soon(self._release)

    async def _answered(self) -> Recalled:
        """The end of the delegation. A half that does not answer in time is asked again: the parts must hear what has run."""
        again = False
        while True:
            with suppress(DeadlineExceeded):
                known = await self._host.recall(renews=self._renews, again=again)
                return replace(known, renewed=known.renewed and not again)
            again = True

    def _release(self) -> None:
        if self._renewed and not self._ended and any(firm and not waiter.done() for waiter, firm in self._waiting):
            # Somebody came meanwhile for whom nothing may wait at the gate.
            self._renewed = self._renews = False
            self._spawn(self._take_back())
            return
        waiting, self._waiting = self._waiting, []
        for waiter, _ in waiting:
            if not waiter.done():
                waiter.set_result(None)
        if waiting and not self._ended:
            # A call that comes before they have gone on waits behind them.
            asyncio.get_running_loop().call_soon(self._release)
        elif self._state is _State.RECALLED and self._renewed and not self._ended:
            self._renewed = False
            self._state = _State.OFFERED
            self._rounds += 1
            self._spawn(self._offer(self._rounds, renewed=True))
        elif self._state is _State.RECALLED:
            self._state = _State.HERE


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)


def ever_delegates(part: type[InstanceManager[Any]]) -> bool:
    """Whether a part delegates calls at all, and says so of its own `on_call`, not of a base's that it has replaced."""
    classes = part.__mro__
    said_by = _first(classes, "delegates")
    return classes[said_by] is not InstanceManager and said_by <= _first(classes, "on_call")


def _hears(part: type[InstanceManager[Any]]) -> bool:
    """Whether a part does anything when it hears of calls that have run without it."""
    return part.__mro__[_first(part.__mro__, "recalled")] is not InstanceManager


def _first(classes: tuple[type[Any], ...], name: str) -> int:
    return next(place for place, each in enumerate(classes) if name in vars(each))
