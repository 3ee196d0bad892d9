"""AtMostOnceRPC: a call runs at most once, however often it is sent.

Outcomes are kept beside the object, as in RIFL (Lee et al., SOSP 2015): each proxy numbers the calls of each client and tells the lowest
number whose outcome may still be asked for. That is the lowest it waits for, or one `window` below the last: a client that lost the answer
on its way from the proxy sends its request id again. Outcomes travel with the object when it moves, and are part of its checkpoints.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from amino_wire.errors import AminoError, Cancelled, Outcome, from_payload, to_payload

from amino_dms.api import (
    Arrival,
    Declarations,
    Delegation,
    DeploymentManager,
    InstanceKernel,
    InstanceManager,
    Invocation,
    Next,
    Numbers,
    Proxy,
    ProxyKernel,
    Purpose,
    Ran,
    Rule,
    Trait,
    did_not_run,
    given_numbers,
    is_internal,
    is_read,
    outcome_of,
    require_some,
    with_header,
    without_numbers,
)
from amino_dms.rpc.call_numbers import CallNumbers

HEADER = "AtMostOnceRPC"


@dataclass(frozen=True, slots=True)
class AtMostOnceConfig:
    """Settings.

    Arguments:
        keep: how long an outcome is kept that nobody asks for again.
        window: how many outcomes of a client's last calls are kept, besides those it waits for.
    """

    keep: timedelta = timedelta(minutes=10)
    window: int = 128

    def __post_init__(self) -> None:
        require_some(self, "keep", "window")


class AtMostOnceProxy(Proxy[AtMostOnceConfig]):
    """Numbers calls; an attempt of a call that was seen before gets its old number."""

    passes_reads = True

    def __init__(self, config: AtMostOnceConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel)
        self._numbers = CallNumbers(kernel, config.window, config.keep.total_seconds())

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Sends the number of the call, and the lowest number that may come again."""
        if is_read(call.method, self.kernel.interface):
            return await next(call)
        given = given_numbers(call)
        if given is not None:
            return await next(with_header(without_numbers(call), HEADER, given))
        return await self._numbers.numbered(call, lambda numbers: next(with_header(call, HEADER, numbers)))

    def hands_on(self, method: str) -> bool:
        """Always, with its numbers."""
        return True

    def leaves(self, method: str) -> Any:
        """The numbers, as `on_call` sends them."""
        return None if method in self.kernel.interface.read_only else self._numbers.leaves()

    def returns(self, request_id: str, given: Any, error: BaseException | None) -> None:
        """As where `on_call` has the outcome."""
        if given is not None:
            self._numbers.returns(request_id, given[1], error)


@dataclass(slots=True)
class _Outcome:
    value: Any
    error: AminoError | None
    until: float
    session: str
    number: int


@dataclass(slots=True)
class _Session:
    lowest: int = 0
    last: int = 0
    numbers: dict[int, str] = field(default_factory=dict[int, str])


class AtMostOnceManager(InstanceManager[AtMostOnceConfig]):
    """Runs a request id once; further attempts get the first outcome. Every error is an outcome, whatever its kind,
    unless it says for certain that the call did not run: an object may have changed before a call of its own failed."""

    def __init__(self, config: AtMostOnceConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._outcomes: dict[str, _Outcome] = {}
        self._sessions: dict[str, _Session] = {}
        self._running: dict[str, asyncio.Future[None]] = {}

    def delegates(self) -> Delegation | None:
        """Calls with numbers that were not seen before; the gate keeps their outcomes."""
        last = {name: session.last for name, session in self._sessions.items()}
        return Delegation(numbers=Numbers(HEADER, last), free=self.kernel.interface.read_only)

    def recalled(self, ran: Ran) -> None:
        """Takes over the outcomes."""
        for name, known in ran.sessions.items():
            if not known.endings:
                continue
            session = self._sessions.setdefault(name, _Session())
            session.lowest = max(session.lowest, known.lowest)
            for number, ending in known.endings:
                self._note(f"{name}/{number}", ending.value, ending.error, name, number)

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Answers from the outcomes, waits for the first attempt, or runs the call. Calls that managers make pass:
        their managers try them again under one name until they succeed, and see by themselves that they take effect
        once."""
        if is_read(call.method, self.kernel.interface) or is_internal(call.method):
            return await next(call)
        name, number, lowest = call.headers.get(HEADER) or ("", 0, 0)
        self._clean(name, lowest)
        key = self._key(call.request_id, name, number)
        while key in self._running:
            await asyncio.shield(self._running[key])
        if key not in self._outcomes:
            if name in self._sessions and number < self._sessions[name].lowest:
                text = f"{call.method} of {self.kernel.title} was sent again after its caller had the answer; it did not run again"
                raise Cancelled(text, outcome=Outcome.RAN)
            await self._run(key, call, next, name, number)
        outcome = self._outcomes[key]
        if outcome.error is not None:
            raise outcome.error
        return outcome.value

    def _key(self, request_id: str, session: str, number: int) -> str:
        """By what a call is known: its request id, or what its number is known by. A call that left at once has no request id of
        its own."""
        if request_id in self._outcomes or request_id in self._running or session not in self._sessions:
            return request_id
        return self._sessions[session].numbers.get(number, request_id)

    async def _run(self, key: str, call: Invocation, next: Next, session: str, number: int) -> None:
        done = self._running[key] = asyncio.get_running_loop().create_future()
        known = self._sessions.setdefault(session, _Session()) if session else _Session()
        known.numbers[number], known.last = key, max(known.last, number)
        try:
            self._note(key, await next(call), None, session, number)
        except BaseException as error:
            if not did_not_run(error):
                self._note(key, None, outcome_of(error, call), session, number)
            raise
        finally:
            del self._running[key]
            if key not in self._outcomes:
                known.numbers.pop(number, None)
                if not known.numbers and self._sessions.get(session) is known:
                    del self._sessions[session]
            done.set_result(None)

    def _note(self, request_id: str, value: Any, error: AminoError | None, session: str, number: int) -> None:
        until = self.kernel.clock.now() + self.config.keep.total_seconds()
        self._keep(request_id, _Outcome(value, error, until, session, number))

    def _keep(self, request_id: str, outcome: _Outcome) -> None:
        self._outcomes[request_id] = outcome
        if outcome.session:
            session = self._sessions.setdefault(outcome.session, _Session())
            session.numbers[outcome.number] = request_id
            session.last = max(session.last, outcome.number)

    def _clean(self, name: str, lowest: int) -> None:
        session = self._sessions.get(name)
        if session is not None:
            session.lowest = max(session.lowest, lowest)
            while session.numbers and (number := next(iter(session.numbers))) < session.lowest:
                self._outcomes.pop(session.numbers.pop(number), None)
        now = self.kernel.clock.now()
        while self._outcomes and (oldest := next(iter(self._outcomes.items())))[1].until < now:
            self._forget(*oldest)

    def _forget(self, request_id: str, outcome: _Outcome) -> None:
        del self._outcomes[request_id]
        session = self._sessions.get(outcome.session)
        if session is not None:
            session.numbers.pop(outcome.number, None)
            if not session.numbers:
                del self._sessions[outcome.session]

    async def save(self, purpose: Purpose) -> Any:
        """All outcomes, for the next place or with the state they belong to."""
        return {
            "sessions": {name: session.lowest for name, session in self._sessions.items()},
            "outcomes": {
                request_id: [kept.value, to_payload(kept.error) if kept.error else None, kept.session, kept.number]
                for request_id, kept in self._outcomes.items()
            },
        }

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """Takes over outcomes."""
        self._sessions = {name: _Session(lowest) for name, lowest in saved["sessions"].items()}
        for request_id, (value, error, session, number) in saved["outcomes"].items():
            self._note(request_id, value, from_payload(error) if error else None, session, number)


class AtMostOnceRPC(DeploymentManager):
    """Deduplicates calls by their request id."""

    family = "rpc"
    promise = "A call runs at most once, however often it is sent, also across moves and recoveries from a checkpoint."
    Config = AtMostOnceConfig
    proxy = AtMostOnceProxy
    instance_manager = AtMostOnceManager
    declares = Declarations(
        traits=frozenset({Trait.DEDUPLICATES, Trait.HAS_STATE}),
        before=(Rule(Trait.SAVES, "a checkpoint taken before the outcome is noted would let the call run again after a recovery"),),
    )
