"""Upcalls to the parts of a chain: a part that fails or hangs keeps no other from hearing of what happened."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from copy import copy
from dataclasses import dataclass
from typing import Any

from amino_wire.errors import AminoError, Cancelled, DeadlineExceeded, InternalError, as_error

from amino_dms.api import ENDING_SECONDS, Clock
from amino_dms.runtime.hosts import ObjectView

_log = logging.getLogger(__name__)


Making = Callable[[], Awaitable[Any]]
"""Makes an upcall."""


@dataclass(frozen=True, slots=True)
class Upcall:
    """One upcall to one part.

    Arguments:
        view: of the object whose part it is.
        manager: the name of the part's manager.
        name: of the upcall.
        run: makes it.
        seconds: how long it may take where upcalls are made at once.
    """

    view: ObjectView
    manager: str
    name: str
    run: Making
    seconds: float = ENDING_SECONDS

    async def result(self) -> Any:
        """The part's answer.

        Raises:
            AminoError: what the part raised, in any case an error of ours that names the manager and the upcall.
        """
        try:
            return await self.run()
        except Exception as error:
            raise self.named(error) from error

    def named(self, error: BaseException) -> AminoError:
        """The error that says where it was raised; an error of ours keeps its code."""
        known = as_error(error)
        if isinstance(known, Cancelled) and not isinstance(error, AminoError):
            known = InternalError("it was cancelled by itself")
        if "upcall" in known.details:
            return known
        # The part may keep its error, and raise it again elsewhere.
        named = copy(known)
        named.details = {**known.details, "manager": self.manager, "upcall": self.name, "object": self.view.object_id}
        named.message = f"{self.manager}.{self.name} of object {self.view.title} failed: {known.message}"
        return named


async def tell_each(upcalls: Iterable[Upcall]) -> AminoError | None:
    """Makes all upcalls, one after another. Each failure is logged; the first is returned."""
    first: AminoError | None = None
    for upcall in upcalls:
        try:
            await upcall.result()
        except AminoError as error:
            _note(error)
            first = first or error
    return first


async def tell_at_once(clock: Clock, upcalls: Iterable[Upcall]) -> AminoError | None:
    """Makes all upcalls at the same time, each for as long as it may take; an upcall that takes longer is cancelled and
    not waited for. Each failure is logged; the first in the order of the upcalls is returned."""
    errors = await asyncio.gather(*(_within_its_time(clock, upcall) for upcall in upcalls))
    return next((error for error in errors if error is not None), None)


async def end_tasks(clock: Clock, tasks: Iterable[asyncio.Task[Any]], seconds: float = ENDING_SECONDS) -> None:
    """Cancels tasks and waits until they have ended, for so many seconds of `clock`; then they are left to
    themselves."""
    ending = list(tasks)
    for task in ending:
        task.cancel()
    if ending:
        await _wait(clock, asyncio.gather(*ending, return_exceptions=True), seconds)


async def _within_its_time(clock: Clock, upcall: Upcall) -> AminoError | None:
    task = asyncio.ensure_future(upcall.result())
    try:
        await _wait(clock, task, upcall.seconds)
        if task.cancelled():
            error: AminoError | None = upcall.named(asyncio.CancelledError())
        elif task.done():
            raised = task.exception()
            error = None if raised is None else upcall.named(raised)
        else:
            late = f"it did not return within {upcall.seconds:g} s and was cancelled"
            error = upcall.named(DeadlineExceeded(late))
    finally:
        task.cancel()
        task.add_done_callback(_forget)
    if error is not None:
        _note(error)
    return error


async def _wait(clock: Clock, awaited: asyncio.Future[Any], seconds: float) -> None:
    timer = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait((awaited, timer), return_when=asyncio.FIRST_COMPLETED)
    finally:
        timer.cancel()


def _forget(task: asyncio.Future[Any]) -> None:
    if not task.cancelled():
        task.exception()


def _note(error: AminoError) -> None:
    cause = error.__cause__
    _log.warning("%s", error.message, exc_info=cause if isinstance(cause, Exception) else None)
