"""The outcomes of a shard's calls, which go where its keys go, so that a call that comes again runs once (Lee et al., SOSP 2015). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from amino_wire.errors import Cancelled, KernelUnavailable, Outcome, from_payload, to_payload

from amino_dms.api import Ending
from amino_dms.sharding.shard_map import Stamp

SESSIONS: Final = 10_000
"""Callers whose outcomes are kept; of more, the more recent ones."""
OUTCOMES: Final = 4096
"""Outcomes of one caller that are kept, whatever it says."""
KEEP_NS: Final = 600_000_000_000
"""How long the outcomes of a caller are kept that sends nothing more."""
_STEP_NS: Final = 10_000_000_000
"""By how much one call makes outcomes older, at most: clocks of replicas' leaders differ."""


@dataclass(frozen=True, slots=True)
class Known:
    """How a call has ended.

    Arguments:
        request_id: the caller's own.
        everywhere: the version of the map by which it ran on all shards; -1: it was for one key.
        ending: its answer or error.
    """

    request_id: str
    everywhere: int
    ending: Ending


@dataclass(slots=True)
class _Session:
    lowest: int = 0
    last: int = 0
    seen_ns: int = 0
    outcomes: dict[int, Known] = field(default_factory=dict[int, Known])


class Remembered:
    """Outcomes by session and number, and by request id. The same calls in the same order leave the same outcomes on every replica."""

    def __init__(self) -> None:
        self._sessions: dict[str, _Session] = {}
        self._requests: dict[str, tuple[str, int]] = {}
        self._age_ns = self._time_ns = 0

    @property
    def last(self) -> dict[str, int]:
        """The last number of each session."""
        return {name: session.last for name, session in self._sessions.items()}

    def known(self, stamp: Stamp, request_id: str, time_ns: int) -> Ending | None:
        """How a call ended before; None: it is to run now.

        Arguments:
            stamp: of the call, with numbers.
            request_id: the caller's own.
            time_ns: the time of day of the call, as each replica sees it.
        """
        session = self._seen(stamp.session, time_ns)
        session.last = max(session.last, stamp.number)
        if stamp.lowest > session.lowest:
            few = stamp.lowest - session.lowest < len(session.outcomes)
            for number in range(session.lowest, stamp.lowest) if few else [each for each in session.outcomes if each < stamp.lowest]:
                self._drop(session, number)
            session.lowest = stamp.lowest
        found = session.outcomes.get(stamp.number)
        if found is None and request_id in self._requests:
            name, number = self._requests[request_id]
            found = self._sessions[name].outcomes.get(number) if name in self._sessions else None
        if found is None:
            return _answered_before() if stamp.number < session.lowest else None
        if stamp.everywhere and found.everywhere != stamp.version:
            return _ran_elsewhere()
        return found.ending

    def note(self, stamp: Stamp, request_id: str, ending: Ending) -> None:
        """A call has run."""
        self._note(stamp.session, stamp.number, Known(request_id, stamp.version if stamp.everywhere else -1, ending))

    def to_pieces(self, size: int) -> list[Any]:
        """All outcomes, in lists of at most that many."""
        rows = [
            [name, session.lowest, number, each.request_id, each.everywhere, *_listed(each.ending)]
            for name, session in self._sessions.items()
            for number, each in session.outcomes.items()
        ]
        return [rows[start : start + size] for start in range(0, len(rows), size)]

    def add_piece(self, rows: list[Any], time_ns: int) -> None:
        """Knows such outcomes of another shard too."""
        for name, lowest, number, request_id, everywhere, value, error in rows:
            session = self._seen(name, time_ns)
            # Both shards heard of the caller: what one of them was told not to keep, nobody asks for.
            session.lowest = max(session.lowest, lowest)
            if number not in session.outcomes:
                self._note(name, number, Known(request_id, everywhere, Ending(value, from_payload(error) if error else None)))

    def to_value(self) -> list[Any]:
        """As a value that can be stored."""
        sessions = {
            name: [
                session.lowest,
                session.last,
                session.seen_ns,
                [[number, each.request_id, each.everywhere, *_listed(each.ending)] for number, each in session.outcomes.items()],
            ]
            for name, session in self._sessions.items()
        }
        return [self._age_ns, self._time_ns, sessions]

    @classmethod
    def from_value(cls, value: list[Any]) -> Remembered:
        """The outcomes of such a value."""
        made = cls()
        made._age_ns, made._time_ns, sessions = value
        for name, (lowest, last, seen_ns, outcomes) in sessions.items():
            made._sessions[name] = _Session(lowest, last, seen_ns)
            for number, request_id, everywhere, answer, error in outcomes:
                made._note(name, number, Known(request_id, everywhere, Ending(answer, from_payload(error) if error else None)))
        return made

    def _note(self, name: str, number: int, outcome: Known) -> None:
        session = self._sessions.setdefault(name, _Session(seen_ns=self._age_ns))
        if number < session.lowest:
            return
        session.outcomes[number] = outcome
        session.last = max(session.last, number)
        if outcome.request_id:
            self._requests[outcome.request_id] = (name, number)
        while len(session.outcomes) > OUTCOMES:
            oldest = min(session.outcomes)
            self._drop(session, oldest)
            session.lowest = max(session.lowest, oldest + 1)

    def _seen(self, name: str, time_ns: int) -> _Session:
        session = self._sessions.pop(name, None) or _Session()
        self._sessions[name] = session  # the one that was seen last stands last
        self._age_ns += max(0, min(time_ns - self._time_ns, _STEP_NS)) if self._time_ns else 0
        self._time_ns = max(self._time_ns, time_ns)
        session.seen_ns = self._age_ns
        while True:
            oldest = next(iter(self._sessions))
            if self._sessions[oldest].seen_ns >= self._age_ns - KEEP_NS and len(self._sessions) <= SESSIONS:
                return session
            for number in list(self._sessions[oldest].outcomes):
                self._drop(self._sessions[oldest], number)
            del self._sessions[oldest]

    def _drop(self, session: _Session, number: int) -> None:
        gone = session.outcomes.pop(number, None)
        place = None if gone is None else self._requests.get(gone.request_id)
        if gone is not None and place is not None and place[1] == number and self._sessions.get(place[0]) is session:
            del self._requests[gone.request_id]


def _listed(ending: Ending) -> list[Any]:
    return [ending.value, None if ending.error is None else to_payload(ending.error)]


def _answered_before() -> Ending:
    return Ending(None, Cancelled("it was sent again after its caller had the answer; it did not run again", outcome=Outcome.RAN))


def _ran_elsewhere() -> Ending:
    text = "it has run on some of the keys before the shards of the object were others, and does not run again; nobody knows on which"
    return Ending(None, KernelUnavailable(text, outcome=Outcome.UNKNOWN))
