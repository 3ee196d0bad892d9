"""Calls that have come to the master: they gather for one turn of the loop, stand in the log together, and end when they have run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from amino_wire.errors import AminoError, ArgumentInvalid

from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import LoggedCall
from amino_dms.replication.member_work import CALL_BYTES
from amino_dms.replication.waiting import WaitingCalls, Wanted, batches, ending_of


class Proposals:
    """The callers that wait here.

    Arguments:
        title: how messages call the object.
        propose: told that calls have gathered; it takes them by `batches`.
    """

    def __init__(self, title: str, propose: Callable[[], None]) -> None:
        self._title, self._propose = title, propose
        self._callers = WaitingCalls()
        self._wanted: list[Wanted] = []
        self.ended = self._callers.ended
        """A call has run: all that wait for it hear of it."""
        self.fail = self._callers.fail
        """No call ends here any more."""

    async def ending(self, call: LoggedCall) -> Ending:
        """How a call ends. Raises ArgumentInvalid where it is too large, and what `refuse` and `fail` were given."""
        if call.size > CALL_BYTES:
            raise ArgumentInvalid(f"{call.method} of {self._title} has {call.size} bytes; {CALL_BYTES} at most can go to slaves")
        return await ending_of(self._want, call)

    def batches(self) -> list[tuple[LoggedCall, ...]]:
        """The calls that have gathered, as many together as an entry takes."""
        wanted, self._wanted = self._wanted, []
        return [tuple(each.call for each in batch) for batch in batches(wanted)]

    def refuse(self, error: Callable[[], AminoError]) -> None:
        """Those that have gathered do not run here."""
        wanted, self._wanted = self._wanted, []
        for each in wanted:
            self._callers.end(each, error())

    def _want(self, call: LoggedCall, tell: Callable[[Ending | AminoError], None]) -> Callable[[], None]:
        wanted = Wanted(call, tell)
        self._callers.add(wanted)
        if not self._wanted:
            asyncio.get_running_loop().call_soon(self._propose)
        self._wanted.append(wanted)
        return partial(self._callers.remove, wanted)
