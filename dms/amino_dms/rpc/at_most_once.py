"""AtMostOnceRPC: a call runs at most once, however often it is sent.

Outcomes are kept beside the object until their caller says that it has them, as in RIFL (Lee et al., SOSP 2015): each proxy numbers its
calls and tells the lowest number it still waits for. They travel with the object when it moves, and are part of its checkpoints.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from amino_wire.errors import AminoError, Cancelled, Ended, Moved, Unavailable, from_payload, to_payload

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
    with_header,
)

HEADER = "AtMostOnceRPC"


@dataclass(frozen=True, slots=True)
class AtMostOnceConfig:
    """Settings.

    Arguments:
        keep: how long an outcome is kept whose caller never says that it has it.
    """

    keep: timedelta = timedelta(minutes=10)


class AtMostOnceProxy(Proxy[AtMostOnceConfig]):
    """Numbers calls; an attempt of a call that was seen before gets its old number."""

    passes_reads = True

    def __init__(self, config: AtMostOnceConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel)
        self._session = f"{kernel.random.getrandbits(64):016x}"
        self._last = 0
        self._numbers: dict[str, int] = {}
        self._doubtful: dict[str, float] = {}

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Sends the number and the lowest one whose answer is still missing."""
        if call.method in self.kernel.interface.read_only:
            return await next(call)
        self._forget_doubtful()
        number = self._numbers.get(call.request_id)
        if number is None:
            self._last = number = self._last + 1
            self._numbers[call.request_id] = number
        lowest = min(self._numbers.values(), default=number)
        try:
            result = await next(with_header(call, HEADER, [self._session, number, lowest]))
        except (Unavailable, Ended, asyncio.CancelledError):
            self._doubtful[call.request_id] = self.kernel.clock.now() + self.config.keep.total_seconds()
            raise
        except AminoError:
            self._forget(call.request_id)
            raise
        self._forget(call.request_id)
        return result

    def _forget(self, request_id: str) -> None:
        self._numbers.pop(request_id, None)
        self._doubtful.pop(request_id, None)

    def _forget_doubtful(self) -> None:
        now = self.kernel.clock.now()
        for request_id in [request_id for request_id, until in self._doubtful.items() if until < now]:
            self._forget(request_id)


@dataclass(slots=True)
class _Outcome:
    value: Any
    error: AminoError | None
    until: float


@dataclass(slots=True)
class _Session:
    lowest: int
    numbers: dict[int, str]


class AtMostOnceManager(InstanceManager[AtMostOnceConfig]):
    """Runs a request id once; who sends it again gets the first outcome."""

    def __init__(self, config: AtMostOnceConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._outcomes: dict[str, _Outcome] = {}
        self._sessions: dict[str, _Session] = {}
        self._running: dict[str, asyncio.Future[None]] = {}

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Answers from the outcomes, waits for the first attempt, or runs the call."""
        if call.method in self.kernel.interface.read_only:
            return await next(call)
        name, number, lowest = call.headers.get(HEADER) or ("", 0, 0)
        session = self._sessions.setdefault(name, _Session(0, {})) if name else _Session(0, {})
        self._clean(session, lowest)
        if number < session.lowest:
            raise Cancelled(f"{call.method} of {call.object_id} was sent again after its caller had the answer; it did not run again")
        while call.request_id in self._running:
            await asyncio.shield(self._running[call.request_id])
        if call.request_id not in self._outcomes:
            session.numbers[number] = call.request_id
            await self._run(call, next)
        outcome = self._outcomes[call.request_id]
        if outcome.error is not None:
            raise outcome.error
        return outcome.value

    async def _run(self, call: Invocation, next: Next) -> None:
        done = self._running[call.request_id] = asyncio.get_running_loop().create_future()
        try:
            self._keep(call.request_id, await next(call), None)
        except (Moved, Unavailable):
            raise
        except AminoError as error:
            self._keep(call.request_id, None, error)
        except asyncio.CancelledError:
            cancelled = Cancelled(f"{call.method} of {call.object_id} was cancelled while it ran; it may have had its effect")
            self._keep(call.request_id, None, cancelled)
            raise
        finally:
            del self._running[call.request_id]
            done.set_result(None)

    def _keep(self, request_id: str, value: Any, error: AminoError | None) -> None:
        self._outcomes[request_id] = _Outcome(value, error, self.kernel.clock.now() + self.config.keep.total_seconds())

    def _clean(self, session: _Session, lowest: int) -> None:
        session.lowest = max(session.lowest, lowest)
        for number in [number for number in session.numbers if number < session.lowest]:
            self._outcomes.pop(session.numbers.pop(number), None)
        now = self.kernel.clock.now()
        while self._outcomes and next(iter(self._outcomes.values())).until < now:
            del self._outcomes[next(iter(self._outcomes))]

    async def save(self, purpose: Purpose) -> Any:
        """All outcomes, for the next place or with the state they belong to."""
        return {
            "sessions": {name: [session.lowest, session.numbers] for name, session in self._sessions.items()},
            "outcomes": {key: [kept.value, to_payload(kept.error) if kept.error else None] for key, kept in self._outcomes.items()},
        }

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """Takes over outcomes."""
        self._sessions = {name: _Session(lowest, dict(numbers)) for name, (lowest, numbers) in saved["sessions"].items()}
        for request_id, (value, error) in saved["outcomes"].items():
            self._keep(request_id, value, from_payload(error) if error else None)


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
