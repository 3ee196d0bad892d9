"""A gate that calls pass together or one at a time, first come first served, and that a chain of calls may pass again."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from amino_wire.errors import AminoError
from amino_wire.frames import Invocation

from amino_dms.api.calls import chain_id, re_enters


@dataclass(eq=False, slots=True)
class _Waiting:
    key: str
    exclusive: bool
    under: str
    again: bool
    stays: bool
    admitted: asyncio.Future[None]


class Gate:
    """Shared and exclusive entry (Sapphire Table 1: server-side locking).

    A key that is inside already enters again at once: it would wait for itself. For calls, `passing` does that where a
    call comes from inside another one; two calls of one chain that run beside one another wait as others do. A gate
    can be closed: each call that waits, and each call that would have to wait, gets the error and does not run.
    """

    def __init__(self) -> None:
        self._inside: dict[str, int] = {}
        self._exclusive: str | None = None
        self._waiting: deque[_Waiting] = deque()
        self._resuming = 0
        self._closed: AminoError | None = None
        self._staying: set[str] = set()

    def holds(self, key: str) -> bool:
        """Whether `key` is inside."""
        return key in self._inside

    def is_within(self, call: Invocation) -> bool:
        """Whether a call comes from inside another call that has passed here."""
        return re_enters(call) and chain_id(call) in self._inside

    @property
    def idle(self) -> bool:
        """Whether nobody is inside."""
        return not self._inside

    @property
    def lets_in(self) -> bool:
        """Whether an entrant that shares would enter at once."""
        return self._exclusive is None and not self._waiting and not self._resuming

    @property
    def inside(self) -> int:
        """How many entries have not been left."""
        return sum(self._inside.values())

    @asynccontextmanager
    async def shared(self, key: str, *, under: str = "") -> AsyncGenerator[None]:
        """Inside together with others that share.

        Arguments:
            key: of the entrant; usually the chain of the call.
            under: a key that is inside: enter at its side, whatever else waits.

        Raises:
            AminoError: the gate is closed and nobody may wait.
        """
        await self.enter(key, exclusive=False, under=under)
        try:
            yield
        finally:
            self.leave(key)

    @asynccontextmanager
    async def alone(self, key: str, *, stays: bool = False, under: str = "") -> AsyncGenerator[None]:
        """Inside with nobody else; raises as `shared`, and not at all with `stays` (see `enter`)."""
        await self.enter(key, exclusive=True, stays=stays, under=under)
        try:
            yield
        finally:
            self.leave(key)

    @asynccontextmanager
    async def passing(self, call: Invocation, *, alone: bool) -> AsyncGenerator[None]:
        """Inside for a call; raises as `shared`.

        Arguments:
            call: a call that comes from inside another call that is inside enters at once.
            alone: with nobody else, or together with others.
        """
        key = chain_id(call)
        await self.enter(key, exclusive=alone, again=re_enters(call), stays=key in self._staying)
        try:
            yield
        finally:
            self.leave(key)

    def keep(self, key: str) -> None:
        """A call of that key runs already: `passing` has it wait although the gate is closed, until `unkeep`."""
        self._staying.add(key)

    def unkeep(self, key: str) -> None:
        """It has ended."""
        self._staying.discard(key)

    async def enter(
        self,
        key: str,
        *,
        exclusive: bool,
        under: str = "",
        again: bool = True,
        stays: bool = False,
    ) -> None:
        """Enters, waiting as long as it takes; raises as `shared`. Every entry needs one `leave`.

        Arguments:
            key: of the entrant.
            exclusive: with nobody else.
            under: a key: enter at its side, whatever else waits, as soon as it is inside.
            again: enter at once where `key` itself is inside.
            stays: wait although the gate is closed. For the work of a call after it has run: such a call must not come
                back as if it had not run, and it waits only for calls on their way, which come to their end.
        """
        if (again and key in self._inside) or (under and under in self._inside):
            self._inside[key] = self._inside.get(key, 0) + 1
            return
        # Entrants that were admitted and have not gone on yet come first: it is their turn.
        if not self._waiting and not self._resuming and self._admits(exclusive):
            self._admit(key, exclusive)
            return
        if self._closed is not None and not stays:
            raise self._closed
        entry = _Waiting(key, exclusive, under, again, stays, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        try:
            await entry.admitted
        except BaseException:
            if entry in self._waiting:
                self._waiting.remove(entry)
            elif entry.admitted.done() and not entry.admitted.cancelled() and entry.admitted.exception() is None:
                self._resuming -= 1
                self.leave(key)
            self._advance()
            raise
        self._resuming -= 1
        if not self._resuming:
            self._advance()

    def leave(self, key: str) -> None:
        """Leaves once; the key may still be inside from another entry."""
        count = self._inside[key] - 1
        if count:
            self._inside[key] = count
            return
        del self._inside[key]
        if self._exclusive == key:
            self._exclusive = None
        self._advance()

    def close(self, error: AminoError) -> None:
        """Ends with `error` the calls that wait, and from now on each call that would have to wait."""
        self._closed = error
        self.dismiss(error)

    def dismiss(self, error: AminoError) -> None:
        """Ends with `error` the calls that wait now."""
        sent_away = [entry for entry in self._waiting if not entry.stays]
        self._waiting = deque(entry for entry in self._waiting if entry.stays)
        for entry in sent_away:
            if not entry.admitted.done():
                entry.admitted.set_exception(error)
        self._advance()

    def open(self) -> None:
        """Lets callers wait again."""
        self._closed = None

    def _admits(self, exclusive: bool) -> bool:
        return not self._inside if exclusive else self._exclusive is None

    def _admit(self, key: str, exclusive: bool) -> None:
        self._inside[key] = self._inside.get(key, 0) + 1
        if exclusive:
            self._exclusive = key

    def _advance(self) -> None:
        while self._waiting:
            entry = self._waiting[0]
            if entry.admitted.done():
                self._waiting.popleft()
                continue
            within = (entry.again and entry.key in self._inside) or (bool(entry.under) and entry.under in self._inside)
            if not within and not self._admits(entry.exclusive):
                return
            self._waiting.popleft()
            self._admit(entry.key, entry.exclusive and not within)
            self._resuming += 1
            entry.admitted.set_result(None)
