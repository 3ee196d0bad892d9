"""Whether a call ran, as far as its error tells. Nothing else in this package decides that."""

from __future__ import annotations

import asyncio
from typing import Final

from amino_wire.errors import AminoError, Cancelled, Ended, Outcome, Unavailable, as_error
from amino_wire.frames import Invocation

NOWHERE: Final = "nowhere"
"""In the details of an error of a question to a part: the OMS knows that its replica has ended, and no other one has its place yet."""

LEFT: Final = "left"
"""In the details of an error: nobody waits for the call any more where it was sent, since the replica does not have that place now."""


def did_not_run(error: BaseException) -> bool:
    """Whether an error says for certain that the call did not run, so that another attempt cannot run it twice."""
    return isinstance(error, AminoError) and error.outcome is Outcome.NOT_RUN


class Attempts:
    """Whether a call may have run, whose attempts come one after another."""

    def __init__(self) -> None:
        self._may_have_run = False

    def left(self) -> None:
        """Nobody waits for the last attempt any more."""
        self._may_have_run = True

    def failed(self, error: AminoError) -> None:
        """The last attempt has failed. From now on its error says whether the call ran, in this attempt or an earlier one."""
        if self._may_have_run and did_not_run(error):
            error.outcome = Outcome.UNKNOWN
        self._may_have_run = self._may_have_run or not did_not_run(error)


def is_answer(error: BaseException) -> bool:
    """Whether an error is what the call itself came to. All others leave open whether the call ran, or say that it did not."""
    return isinstance(error, AminoError) and not isinstance(error, (Unavailable, Ended)) and not did_not_run(error)


def outcome_of(error: BaseException, call: Invocation) -> AminoError:
    """The error that further attempts of a call are answered with, once it has been raised by a call that may have run."""
    if isinstance(error, asyncio.CancelledError):
        return Cancelled(f"{call.method} of {call.object_id} was cancelled while it ran; it may have had its effect")
    return as_error(error)
