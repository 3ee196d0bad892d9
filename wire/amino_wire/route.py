"""How one call follows an object that has moved (docs/wire.md, section 3). Pure: failures, places and times in, steps out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from amino_wire.protocol import ROUTE_FIRST_PAUSE_MS, ROUTE_LONGEST_PAUSE_MS, ROUTE_SENT_AT_ONCE, Code, Outcome

FIRST_PAUSE: Final = ROUTE_FIRST_PAUSE_MS / 1000
LONGEST_PAUSE: Final = ROUTE_LONGEST_PAUSE_MS / 1000


class Action(Enum):
    """What becomes of a call that has failed."""

    REFRESH = "refresh"
    """Ask where the object is now, then say `found`. When that question fails, the call ends with its error and did not run."""
    SEND = "send"
    """The call is sent, to where the object is now."""
    WAIT = "wait"
    """Nothing is done for the seconds of the step, then say `waited`."""
    FAIL = "fail"
    """The call ends with the error that it has."""
    EXPIRE = "expire"
    """The call ends with DEADLINE_EXCEEDED; it did not run."""


@dataclass(frozen=True, slots=True)
class Step:
    """The next thing to do; `seconds` belong to WAIT."""

    action: Action
    seconds: float = 0.0


REFRESH: Final = Step(Action.REFRESH)
SEND: Final = Step(Action.SEND)
FAIL: Final = Step(Action.FAIL)
EXPIRE: Final = Step(Action.EXPIRE)


def is_elsewhere(code: str, outcome: Outcome) -> bool:
    """Whether a call did not run because its object is elsewhere: a JVM half hands such a call of its own guests on to its kernel."""
    return outcome is Outcome.NOT_RUN and code == Code.MOVED


def is_followed(code: str, outcome: Outcome) -> bool:
    """Whether a call that ended so may be sent again by kernels and SDKs themselves."""
    return outcome is Outcome.NOT_RUN and code in (Code.MOVED, Code.KERNEL_UNAVAILABLE)


def keeps_its_error(code: str, question: str) -> bool:
    """Whether a call ends with the error that it has when the question where its object is has failed; else with the question's.

    Arguments:
        code: what the call failed with.
        question: what the question failed with.
    """
    return code == Code.KERNEL_UNAVAILABLE and question == Code.OMS_UNAVAILABLE


class Route:
    """The way of one call after its object, from the first failure to the end of the call.

    Arguments:
        deadline: when the time of the call is over, in seconds of the clock whose times the methods are told. A call
            that names no time has the time that the wire gives it (DEFAULT_BUDGET_MS): no call follows for ever.
    """

    __slots__ = ("_at_once", "_code", "_deadline", "_pause", "_reconnected")

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._pause = FIRST_PAUSE
        self._at_once = 0
        self._code = ""
        self._reconnected = False

    @property
    def deadline(self) -> float:
        """When the time of the call is over."""
        return self._deadline

    def failed(self, code: str, outcome: Outcome, now: float) -> Step:
        """The call was sent and failed: REFRESH, FAIL or EXPIRE."""
        if not is_followed(code, outcome):
            return FAIL
        if now >= self._deadline:
            return EXPIRE
        self._code = code
        return REFRESH

    def found(self, elsewhere: bool, now: float) -> Step:
        """The object is known to be at a place: SEND, WAIT, FAIL or EXPIRE.

        Arguments:
            elsewhere: the place is another one than the one where the call has just failed.
            now: seconds.
        """
        if now >= self._deadline:
            return EXPIRE
        if elsewhere:
            self._reconnected = False
            return self._soon(now)
        if self._code == Code.MOVED:
            return self._later(now)
        if self._reconnected:
            return FAIL
        # The connection may have been an old one: a new one is tried, once.
        self._reconnected = True
        return self._soon(now)

    def waited(self, now: float) -> Step:
        """The pause of a WAIT is over: SEND or EXPIRE."""
        return SEND if now < self._deadline else EXPIRE

    def _soon(self, now: float) -> Step:
        # Two places that name each other would otherwise have the call sent back and forth without end.
        if self._at_once == ROUTE_SENT_AT_ONCE:
            return self._later(now)
        self._at_once += 1
        return SEND

    def _later(self, now: float) -> Step:
        pause = self._pause
        if now + pause >= self._deadline:
            return EXPIRE
        self._pause = min(2 * pause, LONGEST_PAUSE)
        return Step(Action.WAIT, pause)
