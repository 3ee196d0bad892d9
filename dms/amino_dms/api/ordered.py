"""Decisions of managers that stand nearer the object than the manager of its replicas: each is an entry of the log."""

from __future__ import annotations

import asyncio
from typing import Final

from amino_wire.errors import ObjectBusy, Outcome

COMMAND: Final = "@command"
"""A call by which each replica hears of a command of `stub.dm`: the manager's name, the command's, its arguments, its named ones."""


class Postponed(ObjectBusy):
    """A call that stands in the log, and waits for what a later entry brings: it has not run, on no replica.

    Arguments:
        message: for people.
        until: it may be put into the log again when this is done.
    """

    def __init__(self, message: str, until: asyncio.Future[None]) -> None:
        super().__init__(message, outcome=Outcome.NOT_RUN)
        self.until = until
