"""Calls that leave at once, and whose proxies are asked only when they have failed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final, Protocol

from amino_wire.batch import PlainCall
from amino_wire.errors import AminoError
from amino_wire.frames import FLAG_PROXIES_DONE
from amino_wire.protocol import Option

PROXIES_DONE: Final[dict[int, Any]] = {Option.FLAGS: FLAG_PROXIES_DONE}
"""The options of such a call. All share them."""
_attempted: ContextVar[list[tuple[AminoError, object]] | None] = ContextVar("amino_attempted", default=None)


class Way(Protocol):
    """The way of calls through the proxies of an object, as calls that left without them see it."""

    def is_current(self) -> bool:
        """Whether the proxies are still those of the object."""
        ...

    def failed(self, sent: WatchedCall, error: AminoError) -> bool:
        """A call has failed; whether it is taken over, and gets its outcome later."""
        ...

    def ended(self, sent: NotedCall, error: BaseException | None) -> None:
        """A call has ended, with a failure or without; a failure may be taken over after that."""
        ...


class WatchedCall(PlainCall):
    """The future of a call. Its way hears of a failure first.

    Attributes:
        way: its proxies'.
        method: the member that was called.
        begun: when it was called, in seconds of the proxies' clock.
        link: where it was sent.
        request_id: its request id; empty: it carries none.
        given: what a proxy has given it to take along.
    """

    # Such futures are made for each call: without a dictionary of attributes it takes half the time.
    __slots__ = ("begun", "link", "method", "way")
    way: Way
    method: str
    begun: float
    link: object
    request_id: str = ""
    given: Any = None

    def may_follow(self) -> bool:
        """Not where other managers would have to see it first."""
        return self.way.is_current()

    def set_exception(self, error: type[BaseException] | BaseException, /) -> None:
        """As its base, unless the failure is taken over."""
        if not (isinstance(error, AminoError) and self.way.failed(self, error)):
            super().set_exception(error)

    def take(self, task: asyncio.Task[Any]) -> None:
        """The outcome of the task that has taken it over is its own."""
        if self.done():
            return
        if task.cancelled():
            self.cancel()
        elif (error := task.exception()) is not None:
            super().set_exception(error)
        else:
            self.set_result(task.result())


class NotedCall(WatchedCall):
    """The same where the way is to hear of its end.

    Attributes:
        writes: whether it may change the object.
        open: whether its way has not heard of its end.
    """

    __slots__ = ("given", "open", "request_id", "writes")
    given: Any
    open: bool
    request_id: str
    writes: bool

    def set_result(self, result: Any, /) -> None:
        """As its base."""
        if self.open:
            self.open = False
            self.way.ended(self, None)
        _settle(self, result)

    def set_exception(self, error: type[BaseException] | BaseException, /) -> None:
        """As its base."""
        self._end(error if isinstance(error, BaseException) else error())
        super().set_exception(error)

    def cancel(self, msg: Any | None = None) -> bool:
        """As its base."""
        if not self.done():
            self._end(asyncio.CancelledError())
        return super().cancel(msg)

    def withdraw(self, error: BaseException) -> None:
        """It could not be sent."""
        self._end(error)
        super().cancel()

    def _end(self, error: BaseException) -> None:
        if self.open:
            self.open = False
            self.way.ended(self, error)


class _FailsOnce(WatchedCall):
    """The part of a call to a replica that its failure concerns.

    Attributes:
        asked: it has failed, and its proxies are asked, from whom its outcome comes.
    """

    __slots__ = ()
    asked: bool

    def set_exception(self, error: type[BaseException] | BaseException, /) -> None:
        """As its base, the first time; the replica may still say something when its proxies have been asked."""
        if not self.asked:
            self.asked = True
            super().set_exception(error)


class ReplicaCall(_FailsOnce, NotedCall):
    """The same as its second base where a proxy has said to which replica it goes.

    Attributes:
        place: the number of the replica.
    """

    __slots__ = ("asked", "place")
    place: int


class FreeRead(_FailsOnce):
    """The future of a read of which no proxy hears unless it fails, on its way to a replica.

    Attributes:
        place: the number of the replica.
    """

    __slots__ = ("asked", "place")
    place: int


_settle: Final[Callable[[asyncio.Future[Any], Any], None]] = asyncio.Future[Any].set_result


def attempted(error: AminoError, link: object) -> None:
    """In the present task the next attempt of a call has been made already: over that link, and it has failed so."""
    _attempted.set([(error, link)])


def known_failure() -> tuple[AminoError, object] | None:
    """The failure of the attempt that was made before the proxies were asked, and its link; None: the attempt is to be made."""
    known = _attempted.get()
    return known.pop() if known else None
