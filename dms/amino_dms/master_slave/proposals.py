"""Calls that have come to the master: they gather for one turn of the loop, stand in the log together, and end when they have run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from amino_wire.errors import AminoError, ArgumentInvalid

from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import LoggedCall, call_bytes
from amino_dms.replication.member import ENTRY_BYTES
from amino_dms.replication.member_work import CALL_BYTES
from amino_dms.replication.waiting import WaitingCalls, Wanted


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
        data = call_bytes(call)
        if len(data) > CALL_BYTES:
            raise ArgumentInvalid(f"{call.method} of {self._title} has {len(data)} bytes; {CALL_BYTES} at most can go to slaves")
        wanted = self._callers.add(call, data)
        if not self._wanted:
            asyncio.get_running_loop().call_soon(self._propose)
        self._wanted.append(wanted)
        try:
            return await wanted.ended
        finally:
            self._callers.remove(wanted)

    def batches(self) -> list[tuple[bytes, ...]]:
        """The calls that have gathered, as many together as an entry takes."""
        wanted, self._wanted = [each for each in self._wanted if not each.ended.done()], []
        found, size = list[list[bytes]](), 0
        for each in wanted:
            size += len(each.data)
            if not found or size > ENTRY_BYTES:
                found.append([])
                size = len(each.data)
            found[-1].append(each.data)
        return [tuple(batch) for batch in found]

    def refuse(self, error: Callable[[], AminoError]) -> None:
        """Those that have gathered do not run here."""
        wanted, self._wanted = self._wanted, []
        for each in wanted:
            if not each.ended.done():
                each.ended.set_exception(error())
