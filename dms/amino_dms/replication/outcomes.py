"""The outcomes of calls as a part of the replicated state, so that a call that comes twice runs once (Lee et al., SOSP 2015). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from amino_wire.errors import Cancelled, Outcome, from_payload, to_payload
from amino_wire.values import EncodedValue

from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import LoggedCall

SESSIONS: Final = 10_000
"""Clients whose outcomes are kept; of more, the more recent ones."""
OUTCOMES: Final = 4096
"""Outcomes of one client that are kept, whatever it says."""
STEP_NS: Final = 10_000_000_000
"""By how much one call makes outcomes older, at most."""


@dataclass(slots=True)
class _Session:
    lowest: int = 0
    seen_ns: int = 0
    endings: dict[int, Ending] = field(default_factory=dict[int, Ending])


class Outcomes:
    """How calls ended, by session and number. The same calls in the same order leave the same outcomes on every replica: the time is
    that of the log. What a call answered is an EncodedValue.

    Arguments:
        keep_ns: nanoseconds after which a session is forgotten that has sent nothing more.
    """

    def __init__(self, keep_ns: int) -> None:
        self._keep_ns = keep_ns
        self._sessions: dict[str, _Session] = {}
        self._age_ns = 0
        self._time_ns = 0

    def known(self, call: LoggedCall, time_ns: int) -> Ending | None:
        """How the call ended before; None: it is to run now."""
        session = self._sessions.pop(call.session, None) or _Session()
        self._sessions[call.session] = session  # the one that was seen last stands last
        # Each leader has its own clock. A clock that is ahead makes nobody's outcomes old at a stroke.
        self._age_ns += max(0, min(time_ns - self._time_ns, STEP_NS)) if self._time_ns else 0
        self._time_ns = max(self._time_ns, time_ns)
        session.seen_ns = self._age_ns
        if call.lowest > session.lowest:
            gone = range(session.lowest, call.lowest) if call.lowest - session.lowest < len(session.endings) else list(session.endings)
            for number in gone:
                if number < call.lowest:
                    session.endings.pop(number, None)
            session.lowest = call.lowest
        self._forget()
        if call.number < session.lowest:
            text = f"{call.method} was sent again after its caller had the answer; it did not run again"
            return Ending(None, Cancelled(text, outcome=Outcome.RAN))
        return session.endings.get(call.number)

    def note(self, call: LoggedCall, ending: Ending) -> None:
        """The call has run."""
        session = self._sessions.get(call.session)
        # A later call of the same entry may have said that nobody asks for this one any more.
        if session is not None and call.number >= session.lowest:
            session.endings[call.number] = ending
            while len(session.endings) > OUTCOMES:
                oldest = next(iter(session.endings))
                del session.endings[oldest]
                session.lowest = max(session.lowest, oldest + 1)

    def to_value(self) -> list[Any]:
        """As a value that can be stored or sent."""
        sessions = {
            name: [session.lowest, session.seen_ns, {number: _listed(ending) for number, ending in session.endings.items()}]
            for name, session in self._sessions.items()
        }
        return [self._age_ns, self._time_ns, sessions]

    def take_over(self, value: list[Any]) -> None:
        """Goes on with what such a value holds."""
        self._age_ns, self._time_ns, sessions = value
        self._sessions = {
            name: _Session(lowest, seen_ns, {number: _ending(listed) for number, listed in endings.items()})
            for name, (lowest, seen_ns, endings) in sessions.items()
        }

    def _forget(self) -> None:
        while True:
            oldest = next(iter(self._sessions))
            if self._sessions[oldest].seen_ns >= self._age_ns - self._keep_ns and len(self._sessions) <= SESSIONS:
                return
            del self._sessions[oldest]


def _listed(ending: Ending) -> list[Any]:
    return [None if ending.value is None else ending.value.data, None if ending.error is None else to_payload(ending.error)]


def _ending(listed: list[Any]) -> Ending:
    value, error = listed
    return Ending(None if value is None else EncodedValue(value), None if error is None else from_payload(error))
