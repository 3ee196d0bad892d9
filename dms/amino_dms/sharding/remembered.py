"""The outcomes of a shard's calls, which go where its keys go, so that a call that comes again runs once (Lee et al., SOSP 2015). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from amino_wire.errors import Cancelled, KernelUnavailable, Outcome, from_payload, to_payload

from amino_dms.api import Ending
from amino_dms.rpc.sessions import OUTCOMES, Session, Sessions
from amino_dms.sharding.shard_map import Stamp

KEEP_NS: Final = 600_000_000_000
"""How long the outcomes of a caller are kept that sends nothing more."""


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


class Remembered:
    """Outcomes by session and number, and by request id. The same calls in the same order leave the same outcomes on every replica."""

    def __init__(self) -> None:
        self._sessions = Sessions[Known](KEEP_NS)
        self._requests: dict[str, Known] = {}

    @property
    def last(self) -> dict[str, int]:
        """The last number of each session."""
        return {name: session.last for name, session in self._sessions.by_name.items()}

    @property
    def requests(self) -> frozenset[str]:
        """The request ids of calls whose outcomes are known."""
        return frozenset(self._requests)

    def known(self, stamp: Stamp, request_id: str, time_ns: int) -> Ending | None:
        """How a call ended before; None: it is to run now.

        Arguments:
            stamp: of the call, with numbers.
            request_id: the caller's own.
            time_ns: the time of day of the call, as each replica sees it.
        """
        session = self._seen(stamp.session, time_ns)
        session.last = max(session.last, stamp.number)
        self._gone(session.forget_below(stamp.lowest))
        found = session.outcomes.get(stamp.number) or self._requests.get(request_id)
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
            for name, session in self._sessions.by_name.items()
            for number, each in session.outcomes.items()
        ]
        return [rows[start : start + size] for start in range(0, len(rows), size)]

    def add_piece(self, rows: list[Any], time_ns: int) -> None:
        """Knows such outcomes of another shard too."""
        for name, lowest, number, request_id, everywhere, value, error in rows:
            session = self._seen(name, time_ns)
            # Both shards heard of the caller: what one of them was told not to keep, nobody asks for.
            self._gone(session.forget_below(lowest))
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
            for name, session in self._sessions.by_name.items()
        }
        return [self._sessions.age_ns, self._sessions.time_ns, sessions]

    @classmethod
    def from_value(cls, value: list[Any]) -> Remembered:
        """The outcomes of such a value."""
        made = cls()
        made._sessions.age_ns, made._sessions.time_ns, sessions = value
        for name, (lowest, last, seen_ns, outcomes) in sessions.items():
            made._sessions.by_name[name] = Session(lowest, last, seen_ns)
            for number, request_id, everywhere, answer, error in outcomes:
                made._note(name, number, Known(request_id, everywhere, Ending(answer, from_payload(error) if error else None)))
        return made

    def _note(self, name: str, number: int, outcome: Known) -> None:
        session = self._sessions.by_name.setdefault(name, Session(seen_ns=self._sessions.age_ns))
        if number < session.lowest:
            return
        session.outcomes[number] = outcome
        session.last = max(session.last, number)
        if outcome.request_id:
            self._requests[outcome.request_id] = outcome
        while len(session.outcomes) > OUTCOMES:
            self._gone(session.forget_below(min(session.outcomes) + 1))

    def _seen(self, name: str, time_ns: int) -> Session[Known]:
        session = self._sessions.seen(name, time_ns)
        while (forgotten := self._sessions.forget_one()) is not None:
            self._gone(forgotten.outcomes.values())
        return session

    def _gone(self, outcomes: Iterable[Known]) -> None:
        for gone in outcomes:
            if self._requests.get(gone.request_id) is gone:
                del self._requests[gone.request_id]


def _listed(ending: Ending) -> list[Any]:
    return [ending.value, None if ending.error is None else to_payload(ending.error)]


def _answered_before() -> Ending:
    return Ending(None, Cancelled("it was sent again after its caller had the answer; it did not run again", outcome=Outcome.RAN))


def _ran_elsewhere() -> Ending:
    text = "it has run on some of the keys before the shards of the object were others, and does not run again; nobody knows on which"
    return Ending(None, KernelUnavailable(text, outcome=Outcome.UNKNOWN))
