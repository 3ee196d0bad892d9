"""The outcomes of calls as a part of the replicated state, so that a call that comes twice runs once (Lee et al., SOSP 2015). Pure."""

from __future__ import annotations

from typing import Any

from amino_wire.errors import Cancelled, Outcome, from_payload, to_payload
from amino_wire.values import EncodedValue

from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import LoggedCall
from amino_dms.rpc.sessions import OUTCOMES, Session, Sessions


class Outcomes:
    """How calls ended, by session and number. The same calls in the same order leave the same outcomes on every replica: the time is
    that of the log. What a call answered is an EncodedValue.

    Arguments:
        keep_ns: nanoseconds after which a session is forgotten that has sent nothing more.
    """

    def __init__(self, keep_ns: int) -> None:
        self._sessions = Sessions[Ending](keep_ns)

    def known(self, call: LoggedCall, time_ns: int) -> Ending | None:
        """How the call ended before; None: it is to run now."""
        session = self._sessions.seen(call.session, time_ns)
        while self._sessions.forget_one() is not None:
            pass
        session.forget_below(call.lowest)
        if call.number < session.lowest:
            text = f"{call.method} was sent again after its caller had the answer; it did not run again"
            return Ending(None, Cancelled(text, outcome=Outcome.RAN))
        return session.outcomes.get(call.number)

    def note(self, call: LoggedCall, ending: Ending) -> None:
        """The call has run."""
        session = self._sessions.by_name.get(call.session)
        # A later call of the same entry may have said that nobody asks for this one any more.
        if session is not None and call.number >= session.lowest:
            session.outcomes[call.number] = ending
            while len(session.outcomes) > OUTCOMES:
                oldest = next(iter(session.outcomes))
                del session.outcomes[oldest]
                session.lowest = max(session.lowest, oldest + 1)

    def to_value(self) -> list[Any]:
        """As a value that can be stored or sent."""
        sessions = {
            name: [session.lowest, session.seen_ns, {number: _listed(ending) for number, ending in session.outcomes.items()}]
            for name, session in self._sessions.by_name.items()
        }
        return [self._sessions.age_ns, self._sessions.time_ns, sessions]

    def take_over(self, value: list[Any]) -> None:
        """Goes on with what such a value holds."""
        self._sessions.age_ns, self._sessions.time_ns, sessions = value
        self._sessions.by_name = {
            name: Session(lowest, 0, seen_ns, {number: _ending(listed) for number, listed in endings.items()})
            for name, (lowest, seen_ns, endings) in sessions.items()
        }


def _listed(ending: Ending) -> list[Any]:
    return [None if ending.value is None else ending.value.data, None if ending.error is None else to_payload(ending.error)]


def _ending(listed: list[Any]) -> Ending:
    value, error = listed
    return Ending(None if value is None else EncodedValue(value), None if error is None else from_payload(error))
