"""The outcomes of calls as a part of the replicated state, so that a call that comes twice runs once (Lee et al., SOSP 2015). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from amino_wire.errors import Cancelled, Outcome, from_payload, to_payload

from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import LoggedCall

SESSIONS: Final = 10_000
"""Clients whose outcomes are kept; more are the more recent ones."""


@dataclass(slots=True)
class _Session:
    lowest: int = 0
    seen_ns: int = 0
    endings: dict[int, Ending] = field(default_factory=dict[int, Ending])


class Outcomes:
    """How calls ended, by session and number. The same calls in the same order leave the same outcomes on every replica: the time is
    that of the log.

    Arguments:
        keep_ns: nanoseconds after which a session is forgotten that has sent nothing more.
    """

    def __init__(self, keep_ns: int) -> None:
        self._keep_ns = keep_ns
        self._sessions: dict[str, _Session] = {}

    def known(self, call: LoggedCall, time_ns: int) -> Ending | None:
        """How the call ended before; None: it is to run now."""
        session = self._sessions.pop(call.session, None) or _Session()
        self._sessions[call.session] = session  # the one that was seen last stands last
        session.seen_ns = time_ns
        if call.lowest > session.lowest:
            gone = range(session.lowest, call.lowest) if call.lowest - session.lowest < len(session.endings) else list(session.endings)
            for number in gone:
                if number < call.lowest:
                    session.endings.pop(number, None)
            session.lowest = call.lowest
        self._forget(time_ns)
        if call.number < session.lowest:
            text = f"{call.method} was sent again after its caller had the answer; it did not run again"
            return Ending(None, Cancelled(text, outcome=Outcome.RAN))
        return session.endings.get(call.number)

    def note(self, call: LoggedCall, ending: Ending) -> None:
        """The call has run."""
        self._sessions[call.session].endings[call.number] = ending

    def to_value(self) -> dict[str, Any]:
        """As a value that can be stored or sent."""
        return {
            name: [session.lowest, session.seen_ns, {number: _listed(ending) for number, ending in session.endings.items()}]
            for name, session in self._sessions.items()
        }

    def take_over(self, value: dict[str, Any]) -> None:
        """Goes on with what such a value holds."""
        self._sessions = {
            name: _Session(lowest, seen_ns, {number: _ending(listed) for number, listed in endings.items()})
            for name, (lowest, seen_ns, endings) in value.items()
        }

    def _forget(self, time_ns: int) -> None:
        while (oldest := next(iter(self._sessions))) is not None:
            if self._sessions[oldest].seen_ns >= time_ns - self._keep_ns and len(self._sessions) <= SESSIONS:
                return
            del self._sessions[oldest]


def _listed(ending: Ending) -> list[Any]:
    return [ending.value, None if ending.error is None else to_payload(ending.error)]


def _ending(listed: list[Any]) -> Ending:
    value, error = listed
    return Ending(value, None if error is None else from_payload(error))
