"""What calls ask of their kernel's membership, and tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from amino_wire.errors import AminoError, KernelUnavailable, OmsUnavailable, Outcome


def _nobody() -> None:
    """A process that has no instances lacks none."""


def _held() -> str:
    """A process that has no lease loses none."""
    return ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A kernel's membership, as its calls see it.

    Arguments:
        missing: is called when the OMS is to hear what is here, since calls miss an instance that it places here.
        outage: why no object here answers, once it is known that no OMS does; empty: they do, or callers are to wait.
        lapsed: the same reason as soon as the lease has ended and no OMS has answered for long; a question must have had no answer, too.
    """

    missing: Callable[[], None] = _nobody
    outage: Callable[[], str] = _held
    lapsed: Callable[[], str] = _held

    def told(self, error: OmsUnavailable, what: str) -> AminoError:
        """The error to tell of a question to the OMS that ended with this one."""
        if reason := self.lapsed():
            return KernelUnavailable(f"{what}: {reason}", cause=error, outcome=Outcome.NOT_RUN)
        return error
