"""A delegation to the gate of a played object: calls that it lets in without the Python half (`docs/bridge.md`, section 2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from typing import Any

from amino_wire.errors import AminoError, ArgumentInvalid, Cancelled, Outcome, as_error, to_payload
from amino_wire.frames import FLAG_PROXIES_DONE
from amino_wire.lane import IncomingCall
from amino_wire.values import EncodedValue, decode, encode

from amino_testkit.half.guest import GuestCall
from amino_testkit.half.played_withheld import PlayedWithheld


class _Phase(Enum):
    OFFERED = 0
    OPEN = 1
    SPENT = 2
    CLOSED = 3


_PATIENCE = 0.2
"""Seconds for which calls wait for an offer that follows."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a delegation knows of a call that it lets in: its number in a session, where it carries one."""

    counts: bool = True
    session: str = ""
    number: int = 0
    lowest: int = 0
    request: str = ""


@dataclass(slots=True)
class _Session:
    last: int
    lowest: int = 0
    kept: list[tuple[int, list[Any], str]] = field(default_factory=list[tuple[int, list[Any], str]])


@dataclass(eq=False, slots=True)
class _UnderWay:
    call: GuestCall
    ticket: Ticket
    ended: asyncio.Future[list[Any]]


class Endings:
    """The calls of an object that were under way at recalls, by number."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._open: dict[int, asyncio.Future[list[Any]]] = {}

    def add(self, ended: asyncio.Future[list[Any]]) -> int:
        """The number of one more."""
        number = next(self._numbers)
        self._open[number] = ended
        return number

    async def of(self, number: int) -> list[Any]:
        """How it has ended, once it has; raises ArgumentInvalid where there is none of that number."""
        if number not in self._open:
            raise ArgumentInvalid(f"no call of number {number} is under way since a recall")
        ended = await asyncio.shield(self._open[number])
        del self._open[number]
        return ended


class PlayedDelegation:
    """See the class `Delegation` of the JVM half.

    Arguments:
        withheld: the object's answers that wait until they are stored.
    """

    def __init__(self, withheld: PlayedWithheld) -> None:
        self._withheld = withheld
        self._recalled = False
        self._phase = _Phase.OFFERED
        self._porch: list[tuple[IncomingCall, Callable[[Ticket | None], None]]] = []
        self._terms: Mapping[str, Any] = {}
        self._left = 0
        self._ran = 0
        self._sessions: dict[str, _Session] = {}
        self._requests: set[str] | None = None
        self._under_way: list[_UnderWay] = []

    @property
    def alone(self) -> bool:
        """Whether calls that it lets in run one after another."""
        return bool(self._terms.get("alone"))

    def take(self, incoming: IncomingCall, go: Callable[[Ticket | None], None]) -> None:
        """A call of a client: goes on with its ticket, or with None to the Python half; perhaps later."""
        if self._phase in (_Phase.OFFERED, _Phase.SPENT) and not incoming.options.chain:
            self._porch.append((incoming, go))
            return
        ticket = self._ticket(incoming) if self._phase is _Phase.OPEN else None
        if ticket is None and self._phase is _Phase.OPEN:
            self._close(spent=self._left == 0 and not incoming.options.chain)
        go(ticket)

    def _close(self, *, spent: bool) -> None:
        self._phase = _Phase.SPENT if spent else _Phase.CLOSED
        if spent:
            asyncio.get_running_loop().call_later(_PATIENCE, self._give_up)

    def _give_up(self) -> None:
        if self._phase is _Phase.SPENT:
            self._phase = _Phase.CLOSED
            self._empty_porch()

    def open(self, terms: Mapping[str, Any]) -> None:
        """Lets in what waits in the porch, and what comes."""
        self._terms, self._left, self._phase = terms, terms.get("calls", -1), _Phase.OPEN
        self._sessions = {name: _Session(last) for name, last in terms.get("sessions", {}).items()}
        self._requests = set(terms["requests"]) if "requests" in terms else None
        self._empty_porch()

    def renewed(self) -> PlayedDelegation | None:
        """The delegation that is offered in place of this one, where as many calls have come as may: calls wait there then."""
        if self._phase is not _Phase.SPENT:
            return None
        following = PlayedDelegation(self._withheld)
        following._porch, self._porch = self._porch, []
        return following

    def recall(self, endings: Endings, *, renewed: bool = False) -> dict[str, Any]:
        """Lets in nothing more, and tells of calls that have run and of calls under way."""
        self._phase, self._recalled = _Phase.CLOSED, True
        self._empty_porch()
        return {
            "renewed": renewed,
            "calls": self._ran,
            "withheld": self._withheld.open,
            "under_way": [self._reported(each, endings) for each in self._under_way],
            "sessions": [[name, each.lowest, [list(kept) for kept in each.kept]] for name, each in self._sessions.items()],
        }

    async def run(self, call: GuestCall, ticket: Ticket, work: Callable[[], Any]) -> Any:
        """Runs a call that was let in, notes how it ends, and returns or raises when that may be answered."""
        under_way = _UnderWay(call, ticket, asyncio.get_running_loop().create_future())
        self._under_way.append(under_way)
        failure: Exception | None = None
        value: Any = None
        try:
            value = await work()
        except asyncio.CancelledError:
            self._ended(under_way, Cancelled(f"{call.label} was given up", outcome=Outcome.UNKNOWN))
            raise
        except Exception as error:
            failure = error
        stored = self._ended(under_way, value if failure is None else as_error(failure))
        if stored is not None:
            await stored
        if failure is not None:
            raise failure
        return value

    def stop(self) -> None:
        """A state could not be stored: nothing more runs on it without the Python half."""
        if self._phase is _Phase.OPEN and self._terms.get("withholds"):
            self._phase = _Phase.CLOSED

    def _ended(self, under_way: _UnderWay, came: EncodedValue | AminoError) -> asyncio.Future[None] | None:
        self._under_way.remove(under_way)
        ending = [False, encode(to_payload(came))] if isinstance(came, AminoError) else [True, came.data]
        under_way.ended.set_result(ending)
        if isinstance(came, AminoError) and came.outcome is Outcome.NOT_RUN:
            return None
        ticket = under_way.ticket
        self._ran += ticket.counts
        if ticket.session:
            self._sessions[ticket.session].kept.append((ticket.number, ending, ticket.request))
        # Since the recall, others may have changed what a call that only reads has seen.
        return self._withheld.take(changes=self._recalled or ticket.counts) if self._terms.get("withholds") else None

    def _empty_porch(self) -> None:
        porch, self._porch = self._porch, []
        for incoming, go in porch:
            self.take(incoming, go)

    def _ticket(self, incoming: IncomingCall) -> Ticket | None:
        options, terms = incoming.options, self._terms
        member = incoming.method in terms["members"] if "members" in terms else True
        passed = not terms["proxied"] or options.flags & FLAG_PROXIES_DONE
        if not member or not passed or options.chain or options.transaction_id:
            return None
        headers = decode(options.headers.data) if isinstance(options.headers, EncodedValue) else options.headers
        free = incoming.method in terms["free"]
        if "header" not in terms or free:
            return None if headers else self._counted(Ticket(not free))
        return self._numbered(headers, options.request_id)

    def _numbered(self, headers: Mapping[str, Any], request: str) -> Ticket | None:
        numbers = headers.get(self._terms["header"])
        if len(headers) != 1 or not numbers or (request and (self._requests is None or request in self._requests)):
            return None
        session_name, number, lowest = numbers
        ticket = Ticket(True, session_name, number, lowest, request)
        session = self._sessions.setdefault(ticket.session, _Session(-1))
        if ticket.number <= session.last or self._counted(ticket) is None:
            return None
        session.last, session.lowest = ticket.number, max(session.lowest, ticket.lowest)
        gone = {kept[2] for kept in session.kept if kept[0] < session.lowest}
        session.kept = [kept for kept in session.kept if kept[0] >= session.lowest]
        if self._requests is not None and request:
            self._requests = self._requests - gone | {request}
        return ticket

    def _counted(self, ticket: Ticket) -> Ticket | None:
        if not ticket.counts:
            return ticket
        if not self._left:
            return None
        self._left -= 1
        return ticket

    def _reported(self, each: _UnderWay, endings: Endings) -> list[Any]:
        ticket, call = each.ticket, each.call
        headers = {self._terms["header"]: [ticket.session, ticket.number, ticket.lowest]} if ticket.session else {}
        return [endings.add(each.ended), call.method, call.request_id, list(call.chain or (call.request_id,)), headers]
