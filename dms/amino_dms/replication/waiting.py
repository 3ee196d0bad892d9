"""Calls and reads that wait at a replica."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from amino_wire.errors import AminoError

from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import LoggedCall


@dataclass(eq=False, slots=True)
class Wanted:
    """A call that is to get into the log: its bytes there, and its ending, once it is applied here."""

    call: LoggedCall
    data: bytes
    ended: asyncio.Future[Ending]


@dataclass(eq=False, slots=True)
class Turn:
    """A read: it may run from `begins` on, and until `ended` nothing is applied."""

    begins: asyncio.Future[None]
    ended: asyncio.Future[None]

    @classmethod
    def new(cls) -> Turn:
        """A turn that waits."""
        loop = asyncio.get_running_loop()
        return cls(loop.create_future(), loop.create_future())

    def fail(self, error: Callable[[], AminoError]) -> None:
        """It does not begin any more."""
        if not self.begins.done():
            self.begins.set_exception(error())

    @asynccontextmanager
    async def held(self) -> AsyncGenerator[None]:
        """Begins with the turn; the block is the read."""
        try:
            await self.begins
            yield
        finally:
            if not self.ended.done():
                self.ended.set_result(None)


class WaitingCalls:
    """The callers that wait for the end of calls, by the calls' keys: several may wait for one call."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, int], list[asyncio.Future[Ending]]] = {}

    def add(self, call: LoggedCall, data: bytes) -> Wanted:
        """A caller waits, until `remove`."""
        wanted = Wanted(call, data, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(call.key, []).append(wanted.ended)
        return wanted

    def remove(self, wanted: Wanted) -> None:
        """It waits no more."""
        waiting = self._waiting[wanted.call.key]
        waiting.remove(wanted.ended)
        if not waiting:
            del self._waiting[wanted.call.key]

    def ended(self, call: LoggedCall, ending: Ending) -> None:
        """The call has been applied: all that wait for it hear of it."""
        for waiting in self._waiting.get(call.key, ()):
            if not waiting.done():
                waiting.set_result(ending)

    def fail(self, error: Callable[[], AminoError]) -> None:
        """No call ends here any more."""
        for waiting in [each for several in self._waiting.values() for each in several]:
            if not waiting.done():
                waiting.set_exception(error())
