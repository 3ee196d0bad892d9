"""Calls and reads that wait at a replica."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from amino_wire.errors import AminoError

from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import LoggedCall

ENTRY_BYTES: Final = 256 * 1024
"""Bytes of calls after which an entry takes no further call."""


@dataclass(eq=False, slots=True)
class Wanted:
    """A call that is to get into the log, and somebody who hears once, by `tell`, how it has ended, or why nobody knows.

    Attributes:
        over: it has been told, or nobody waits any more.
    """

    call: LoggedCall
    tell: Callable[[Ending | AminoError], None]
    over: bool = False

    def ends(self, how: Ending | AminoError) -> None:
        """It ends so, unless it is over."""
        if not self.over:
            self.over = True
            self.tell(how)


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
    """Callers that wait for the end of calls, by the calls' keys: several may wait for one call."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, int], list[Wanted]] = {}

    def add(self, wanted: Wanted) -> None:
        """Somebody waits, until the end or `remove`."""
        self._waiting.setdefault(wanted.call[:2], []).append(wanted)

    def remove(self, wanted: Wanted) -> None:
        """Nobody waits for this any more."""
        wanted.over = True
        self._drop(wanted)

    def end(self, wanted: Wanted, error: AminoError) -> None:
        """One of them does not wait any more, for that reason."""
        self._drop(wanted)
        wanted.ends(error)

    def ended(self, call: LoggedCall, ending: Ending | AminoError) -> None:
        """The call has been applied: all that wait for it hear of it."""
        for wanted in self._waiting.pop(call[:2], ()):
            wanted.ends(ending)

    def fail(self, error: Callable[[], AminoError]) -> None:
        """No call ends here any more."""
        waiting, self._waiting = self._waiting, {}
        for wanted in [each for several in waiting.values() for each in several]:
            wanted.ends(error())

    def _drop(self, wanted: Wanted) -> None:
        waiting = self._waiting.get(wanted.call.key, [])
        if wanted in waiting:
            waiting.remove(wanted)
            if not waiting:
                del self._waiting[wanted.call.key]


def batches(wanted: Iterable[Wanted]) -> Iterator[list[Wanted]]:
    """Calls that wait, in their order, as many together as one entry takes; those that are over are left out."""
    batch, size = list[Wanted](), 0
    for each in wanted:
        if each.over:
            continue
        size += each.call.size
        if batch and size > ENTRY_BYTES:
            yield batch
            batch, size = [], each.call.size
        batch.append(each)
    if batch:
        yield batch


async def ending_of(want: Callable[[LoggedCall, Callable[[Ending | AminoError], None]], Callable[[], None]], call: LoggedCall) -> Ending:
    """How a call ends.

    Arguments:
        want: has it put into the log, and gives by what it is given up.
        call: which.

    Raises:
        AminoError: why nobody knows.
    """
    told: asyncio.Future[Ending | AminoError] = asyncio.get_running_loop().create_future()

    def tell(how: Ending | AminoError) -> None:
        if not told.done():
            told.set_result(how)

    give_up = want(call, tell)
    try:
        how = await told
    except BaseException:
        give_up()
        raise
    if isinstance(how, AminoError):
        raise how
    return how
