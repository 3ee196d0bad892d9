"""Decisions of managers that stand nearer the object than the manager of its replicas: each is an entry of the log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from amino_wire.errors import AminoError, ObjectBusy, Outcome
from amino_wire.frames import Invocation

COMMAND: Final = "@command"
"""A call by which each replica hears of a command of `stub.dm`: the manager's name, the command's, its arguments, its named ones."""


class Postponed(ObjectBusy):
    """A call that stands in the log, and waits for what a later entry brings: it has not run, on no replica.

    Arguments:
        message: for people.
        until: it may be put into the log again when this is done; an error as its result ends the call.
        instead: what the replica that waits with the caller does in place of waiting. It gives the call as it comes into the log again.
    """

    def __init__(
        self,
        message: str,
        until: asyncio.Future[AminoError | None],
        instead: Callable[[Invocation], Awaitable[Invocation]] | None = None,
    ) -> None:
        super().__init__(message, outcome=Outcome.NOT_RUN)
        self.until, self.instead = until, instead
