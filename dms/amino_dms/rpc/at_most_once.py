"""AtMostOnceRPC: a call runs at most once, however often it is sent.

Outcomes are kept beside the object, as in RIFL (Lee et al., SOSP 2015): each proxy numbers the calls of each client and tells the lowest
number whose outcome may still be asked for. That is the lowest it waits for, or one `window` below the last: a client that lost the answer
on its way from the proxy sends its request id again. Outcomes travel with the object when it moves, and are part of its checkpoints.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from amino_wire.errors import AminoError, Cancelled, Outcome, from_payload, to_payload

from amino_dms.api import (
    Arrival,
    Declarations,
    DeploymentManager,
    InstanceKernel,
    InstanceManager,
    Invocation,
    Next,
    Proxy,
    ProxyKernel,
    Purpose,
    Rule,
    Trait,
    did_not_run,
    is_answer,
    is_internal,
    is_read,
    outcome_of,
    require_some,
    with_header,
)

HEADER = "AtMostOnceRPC"
_CLIENTS = 1000
"""Clients that a proxy remembers; a client that has been forgotten begins anew."""


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


@dataclass(slots=True)
class _Client:
    """The calls of one client: the numbers of those that may come again, and until when each that is not answered is waited for."""

    session: str
    last: int = 0
    numbers: dict[str, int] = field(default_factory=dict[str, int])
    awaited: dict[str, float] = field(default_factory=dict[str, float])


class AtMostOnceProxy(Proxy[AtMostOnceConfig]):
    """Numbers calls; an attempt of a call that was seen before gets its old number."""

    passes_reads = True

    def __init__(self, config: AtMostOnceConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel)
        self._clients: OrderedDict[str, _Client] = OrderedDict()

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Sends the number of the call, and the lowest number that may come again."""
        if is_read(call.method, self.kernel.interface):
            return await next(call)
        client = self._client(call.client_id)
        if call.request_id not in client.numbers:
            client.last += 1
            client.numbers[call.request_id] = client.last
        number = client.numbers[call.request_id]
        client.awaited[call.request_id] = float("inf")
        lowest = self._lowest(client)
        try:
            result = await next(with_header(call, HEADER, [client.session, number, lowest]))
        except BaseException as error:
            if is_answer(error):
                client.awaited.pop(call.request_id, None)
            else:
                client.awaited[call.request_id] = self.kernel.clock.now() + self.config.keep.total_seconds()
            raise
        client.awaited.pop(call.request_id, None)
        return result

    def _client(self, name: str) -> _Client:
        client = self._clients.get(name)
        if client is None:
            client = self._clients[name] = _Client(f"{self.kernel.random.getrandbits(64):016x}")
            if len(self._clients) > _CLIENTS:
                self._clients.popitem(last=False)
        self._clients.move_to_end(name)
        return client

    def _lowest(self, client: _Client) -> int:
        now = self.kernel.clock.now()
        for request_id in [request_id for request_id, until in client.awaited.items() if until < now]:
            del client.awaited[request_id]
        waited_for = min(client.numbers[request_id] for request_id in client.awaited)
        lowest = min(waited_for, client.last - self.config.window)
        while (oldest := next(iter(client.numbers))) and client.numbers[oldest] < lowest:
            del client.numbers[oldest]
        return lowest


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
    numbers: dict[int, str] = field(default_factory=dict[int, str])


class AtMostOnceManager(InstanceManager[AtMostOnceConfig]):
    """Runs a request id once; further attempts get the first outcome. Every error is an outcome, whatever its kind,
    unless it says for certain that the call did not run: an object may have changed before a call of its own failed."""

    def __init__(self, config: AtMostOnceConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._outcomes: dict[str, _Outcome] = {}
        self._sessions: dict[str, _Session] = {}
        self._running: dict[str, asyncio.Future[None]] = {}

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Answers from the outcomes, waits for the first attempt, or runs the call. Calls that managers make pass:
        their managers try them again under one name until they succeed, and see by themselves that they take effect
        once."""
        if is_read(call.method, self.kernel.interface) or is_internal(call.method):
            return await next(call)
        name, number, lowest = call.headers.get(HEADER) or ("", 0, 0)
        self._clean(name, lowest)
        while call.request_id in self._running:
            await asyncio.shield(self._running[call.request_id])
        if call.request_id not in self._outcomes:
            if name in self._sessions and number < self._sessions[name].lowest:
                text = f"{call.method} of {self.kernel.title} was sent again after its caller had the answer; it did not run again"
                raise Cancelled(text, outcome=Outcome.RAN)
            await self._run(call, next, name, number)
        outcome = self._outcomes[call.request_id]
        if outcome.error is not None:
            raise outcome.error
        return outcome.value

    async def _run(self, call: Invocation, next: Next, session: str, number: int) -> None:
        done = self._running[call.request_id] = asyncio.get_running_loop().create_future()
        try:
            self._note(call.request_id, await next(call), None, session, number)
        except BaseException as error:
            if not did_not_run(error):
                self._note(call.request_id, None, outcome_of(error, call), session, number)
            raise
        finally:
            del self._running[call.request_id]
            done.set_result(None)

    def _note(self, request_id: str, value: Any, error: AminoError | None, session: str, number: int) -> None:
        until = self.kernel.clock.now() + self.config.keep.total_seconds()
        self._keep(request_id, _Outcome(value, error, until, session, number))

    def _keep(self, request_id: str, outcome: _Outcome) -> None:
        self._outcomes[request_id] = outcome
        if outcome.session:
            self._sessions.setdefault(outcome.session, _Session()).numbers[outcome.number] = request_id

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
