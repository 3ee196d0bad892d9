"""The caller's part of managers whose calls go to a leader: numbers calls, sends them there, and finds the next leader."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from amino_wire.errors import AminoError, TransactionInDoubt, Unavailable

from amino_dms.api import (
    LEFT,
    Attempts,
    Invocation,
    Next,
    Proxy,
    ProxyKernel,
    given_numbers,
    is_read,
    to_replica,
    with_header,
    without_numbers,
)
from amino_dms.replication.entries import HEADER
from amino_dms.replication.group import Group
from amino_dms.replication.leader_watch import AnotherLeads, LeaderWatch
from amino_dms.rpc.call_numbers import CallNumbers

_QUESTION_SECONDS = 3.0
_PAUSE = 0.05


class LeaderSettings(Protocol):
    """Settings of a manager whose calls go to a leader; see `ConsensusConfig`."""

    @property
    def timeout(self) -> timedelta: ...

    @property
    def patience(self) -> timedelta: ...

    @property
    def window(self) -> int: ...

    @property
    def keep(self) -> timedelta: ...


C = TypeVar("C", bound=LeaderSettings)


class LeaderProxy(Proxy[C]):
    """A call that gets no answer from the leader is sent again to the next one, under its number: it runs once."""

    def __init__(self, config: C, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel)
        self._numbers = CallNumbers(kernel, config.window, config.keep.total_seconds())
        self._group = Group()
        self.patience = config.patience.total_seconds()
        self._watch = LeaderWatch(kernel, self.patience, self._looked_after)
        self._asking: asyncio.Task[Group] | None = None

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Tries until there is an answer, or until the time is over."""
        if is_read(call.method, self.kernel.interface):
            return await self._read_at_leader(call, next)
        return await self._written(call, next)

    async def _read_at_leader(self, call: Invocation, next: Next) -> Any:
        return await self._tried(call, None, next)

    async def _written(self, call: Invocation, next: Next) -> Any:
        given = given_numbers(call)
        if given is not None:
            return await self._tried(without_numbers(call), given, next)
        return await self._numbers.numbered(call, lambda numbers: self._tried(call, numbers, next))

    async def _tried(self, call: Invocation, numbers: list[Any] | None, next: Next) -> Any:
        clock = self.kernel.clock
        ends = clock.now() + self.config.timeout.total_seconds()
        ends = min(ends, call.deadline) if call.deadline else ends
        attempts = Attempts()
        while True:
            group = self._group
            try:
                sent = to_replica(call, group.leader)
                sent = sent if numbers is None else with_header(sent, HEADER, [group.epoch, *numbers])
                return await self._watch.answer(group, next(sent))
            except AnotherLeads:
                attempts.left()
                continue
            except AminoError as error:
                attempts.failed(error)
                if LEFT in (error.details or {}):
                    continue
                pause = self.kernel.random.uniform(0, _PAUSE)
                if not isinstance(error, Unavailable) or isinstance(error, TransactionInDoubt) or clock.now() + pause >= ends:
                    raise
                named = Group.named_by(error)
            if named is not None and named > group:
                self._learn(named)
            elif self._group == group and await self._looked_after(group) == group:
                await clock.sleep(pause)

    async def _looked_after(self, group: Group) -> Group:
        """Has the coordinator look after the leader, and says who leads. Calls that ask together ask once."""
        if self._group != group:
            return self._group
        if self._asking is None:
            self._asking = asyncio.ensure_future(self._asked(group))
        asking = self._asking
        try:
            found = await asyncio.shield(asking)
        finally:
            if asking.done() and self._asking is asking:
                self._asking = None
        self._learn(found)
        return self._group

    async def _asked(self, group: Group) -> Group:
        try:
            answer = await self.kernel.coordinator().call("suspect", group.epoch, group.leader, budget=_QUESTION_SECONDS)
        except (AminoError, asyncio.CancelledError):
            # Nobody cancels this task: the question was given up together with its connection.
            return group
        return Group.from_value(answer)

    def _learn(self, group: Group) -> None:
        if group.leader >= 0:
            self._group = max(self._group, group)
