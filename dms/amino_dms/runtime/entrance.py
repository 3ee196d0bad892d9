"""Where calls enter the instance managers of a replica."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol

from amino_wire.errors import Moved


class Run(Protocol):
    """Something to run while the object may not move."""

    def __call__(self) -> Awaitable[Any]: ...


class Entrance:
    """Lets calls in, keeps new ones waiting while somebody holds it closed, and says when none is inside.

    Several may hold it closed at once, each under a name of its own. Each waits until no call is inside, and calls enter
    again when the last of them has opened it. A call of a chain that is inside passes all the same: it would wait for
    itself.

    Arguments:
        on_close: told when it closes, before the calls inside are waited for.
        on_open: told when it opens.
    """

    def __init__(self, on_close: Callable[[], None], on_open: Callable[[], None]) -> None:
        self._on_close, self._on_open = on_close, on_open
        self._inside: dict[str, int] = {}
        self._holds: dict[str, int] = {}
        self._draining: list[asyncio.Future[None]] = []
        self._opened: asyncio.Future[None] | None = None
        self._ended = False

    @property
    def is_open(self) -> bool:
        """Whether a call would enter at once."""
        return self._opened is None

    def close(self, owner: str) -> None:
        """New calls wait until `open` or `end`. Every `close` needs one `open`."""
        self._holds[owner] = self._holds.get(owner, 0) + 1
        if self._opened is None:
            self._opened = asyncio.get_running_loop().create_future()
            self._on_close()

    async def drained(self, owner: str) -> None:
        """Returns when no call is inside, or the owner, who has closed it, has opened it meanwhile."""
        while self._inside and owner in self._holds:
            drained = asyncio.get_running_loop().create_future()
            self._draining.append(drained)
            try:
                await drained
            finally:
                self._draining.remove(drained)

    def open(self, owner: str) -> None:
        """The owner takes back one `close`; without one, nothing happens. Calls enter again when no owner is left."""
        if owner not in self._holds:
            return
        self._holds[owner] -= 1
        if not self._holds[owner]:
            del self._holds[owner]
            self._look_again()
        if not self._holds and self._opened is not None and not self._ended:
            opened, self._opened = self._opened, None
            self._on_open()
            opened.set_result(None)

    def end(self, moved: Moved) -> None:
        """From now on calls that wait, and calls that come, get `moved`; those inside go on."""
        if self._ended:
            return
        self._ended = True
        if self._opened is None:
            self._opened = asyncio.get_running_loop().create_future()
        self._opened.set_exception(moved)
        self._opened.exception()  # nobody need wait for it

    async def enter(self, key: str, run: Run, *, inside: bool = False) -> Any:
        """Runs something inside, once it is open; work that comes back with Moved because it closed is run again later.

        Arguments:
            key: of the entrant; usually the chain of the call.
            run: the work; it raises Moved only where nothing has run.
            inside: it is inside already, and only noted now.

        Raises:
            Moved: the object is elsewhere, and nothing has run.
            AminoError: what `run` raises.
        """
        while True:
            if self._opened is not None and not inside:
                await self.until_open(key)
            self._inside[key] = self._inside.get(key, 0) + 1
            try:
                return await run()
            except Moved:
                if inside or self._opened is None or self._inside[key] > 1:
                    raise
            finally:
                self._leave(key)

    def entered(self, key: str) -> None:
        """Somebody is inside who is not waited for by a coroutine; it is open. Every `entered` needs one `left`."""
        self._inside[key] = self._inside.get(key, 0) + 1

    def left(self, key: str) -> None:
        """See `entered`."""
        self._leave(key)

    async def until_open(self, key: str) -> None:
        """Returns when `key` may enter; raises Moved where the object is elsewhere."""
        while self._opened is not None and key not in self._inside:
            await asyncio.shield(self._opened)

    @asynccontextmanager
    async def beside(self, key: str, *, frozen: bool) -> AsyncGenerator[None]:
        """Inside, for work that those inside may wait for: while it is closed, it is entered as long as somebody is inside.

        Arguments:
            key: of the entrant.
            frozen: entered although nobody is inside.

        Raises:
            Moved: the object is elsewhere.
        """
        while self._opened is not None and (self._ended or not (self._inside or frozen)):
            await asyncio.shield(self._opened)
        self._inside[key] = self._inside.get(key, 0) + 1
        try:
            yield
        finally:
            self._leave(key)

    def _leave(self, key: str) -> None:
        self._inside[key] -= 1
        if not self._inside[key]:
            del self._inside[key]
            if not self._inside:
                self._look_again()

    def _look_again(self) -> None:
        for drained in self._draining:
            if not drained.done():
                drained.set_result(None)
