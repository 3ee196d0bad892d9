"""Does what a route says: the shell around `amino_wire.route` for callers that await one call at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from amino_wire.error_base import AminoError
from amino_wire.error_tree import DeadlineExceeded
from amino_wire.protocol import Outcome
from amino_wire.route import Action, Route, keeps_its_error

T = TypeVar("T")


class RouteClock(Protocol):
    """The clock of a call's deadline."""

    def now(self) -> float:
        """Seconds."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns after so many of them."""
        ...


async def follow(
    route: Route,
    error: AminoError,
    *,
    name: str,
    clock: RouteClock,
    look: Callable[[], Awaitable[bool]],
    send: Callable[[], Awaitable[T]],
) -> T:
    """The result of a call that has failed for the first time, and is sent after its object if it may be.

    Arguments:
        route: of this call alone.
        error: what the call failed with.
        name: the call, for messages.
        clock: by which the route's deadline is said.
        look: asks where the object is now; whether that is another place than the one of the last `send`.
        send: sends the call once more.

    Raises:
        AminoError: what the call ended with; DeadlineExceeded with the outcome NOT_RUN when its time was over before it ran.
    """
    while True:
        step = route.failed(error.code, error.outcome, clock.now())
        if step.action is Action.REFRESH:
            step = route.found(await _looked(look, error), clock.now())
        if step.action is Action.WAIT:
            await clock.sleep(step.seconds)
            step = route.waited(clock.now())
        if step.action is Action.FAIL:
            raise error
        if step.action is Action.EXPIRE:
            raise expired(name, error)
        try:
            return await send()
        except AminoError as again:
            error = again


def expired(name: str, error: AminoError) -> DeadlineExceeded:
    """The end of a call that followed its object until its time was over.

    Arguments:
        name: the call, for messages.
        error: what it failed with at last.
    """
    text = f"{name} did not run: its object was on the move until the time of the call was over. Call again ({error.message})"
    return DeadlineExceeded(text, details=error.details, cause=error, outcome=Outcome.NOT_RUN)


async def _looked(look: Callable[[], Awaitable[bool]], failed: AminoError) -> bool:
    try:
        return await look()
    except AminoError as error:
        if keeps_its_error(failed.code, error.code):
            raise failed from None
        # The call has not left: a missing answer to the question says nothing about it.
        error.outcome = Outcome.NOT_RUN
        raise
