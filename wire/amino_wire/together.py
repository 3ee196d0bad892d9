"""Calls whose outcomes are waited for together: one future that somebody awaits, whatever their number."""

from __future__ import annotations

import asyncio
from typing import Any

from amino_wire.batch import PlainCall
from amino_wire.error_base import AminoError
from amino_wire.values import EncodedValue


class TogetherCall(PlainCall):
    """The future of one of them. It tells the others' owner by itself, since callbacks would each take a turn of the loop."""

    __slots__ = ("together",)
    together: CallsTogether

    def set_result(self, result: Any, /) -> None:
        """As its base."""
        super().set_result(result)
        self.together.ended()

    def set_exception(self, error: type[BaseException] | BaseException, /) -> None:
        """As its base; nobody need ask for it."""
        super().set_exception(error)
        self.exception()
        self.together.ended()


class CallsTogether:
    """The outcomes of calls, in the order in which `add` was asked for them. Belongs to the loop it was made on."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._calls: list[TogetherCall] = []
        self._left = 0
        self._done: asyncio.Future[None] = self._loop.create_future()

    def add(self) -> TogetherCall:
        """The future of one more call."""
        call = TogetherCall(loop=self._loop)
        call.together = self
        self._calls.append(call)
        self._left += 1
        return call

    def ended(self) -> None:
        """One of them has its outcome."""
        self._left -= 1
        if not self._left and not self._done.done():
            self._done.set_result(None)

    async def outcomes(self) -> list[EncodedValue | AminoError]:
        """What became of each; to be awaited when all have been added. Where this is cancelled, they are given up."""
        try:
            if self._left:
                await self._done
        except asyncio.CancelledError:
            for call in self._calls:
                call.cancel()
            raise
        return [_outcome(call) for call in self._calls]


def _outcome(call: TogetherCall) -> EncodedValue | AminoError:
    error = call.exception()
    if error is None:
        found: EncodedValue = call.result()
        return found
    if isinstance(error, AminoError):
        return error
    raise error
