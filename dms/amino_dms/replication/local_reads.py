"""The caller's part of local reads: chooses the nearest replica, and says what it must have seen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from amino_wire.errors import AminoError, Unavailable

from amino_dms.api import Invocation, Next, ProxyKernel, to_replica, with_header
from amino_dms.replication.reading import AT_LEADER, HEADER, Answer, SeenPositions, nearest

if TYPE_CHECKING:
    from amino_dms.replication.consensus_rsm import ConsensusConfig

_AVOID_SECONDS = 5.0
"""How long a replica is not asked that has not answered."""
_NODES_SECONDS = 30.0
"""How often a caller looks where the nodes are."""


class LocalReads:
    """Of one caller.

    Arguments:
        config: of the group.
        kernel: of the caller's proxy.
        at_leader: has the leader answer a read, however often that changes meanwhile.
    """

    def __init__(self, config: ConsensusConfig, kernel: ProxyKernel, at_leader: Callable[[Invocation, Next], Awaitable[Any]]) -> None:
        self._kernel, self._at_leader = kernel, at_leader
        self._patience = config.patience.total_seconds()
        self._seen = SeenPositions()
        self._avoided: dict[int, float] = {}
        self._regions: dict[str, str] = {}
        self._looked = float("-inf")

    def wrote(self, client: str) -> None:
        """A call of a client that is no read has come back."""
        self._seen.wrote(client)

    async def read(self, call: Invocation, next: Next) -> Any:
        """The answer of the nearest replica that will do, or of the leader. Raises what that raises."""
        client = call.client_id
        least, before = self._seen.least(client), self._seen.before(client)
        answer = None if least == AT_LEADER else await self._near(with_header(call, HEADER, [least]), next)
        if answer is None:
            answer = Answer.from_value(await self._at_leader(with_header(call, HEADER, [AT_LEADER]), next))
            self._seen.has_read_at_leader(client, answer.position, before)
        else:
            self._seen.has_read(client, answer.position)
        if answer.error is not None:
            raise answer.error
        return answer.value

    async def _near(self, call: Invocation, next: Next) -> Answer | None:
        """The answer of the nearest replica; None: it has none in time."""
        kernel, now = self._kernel, self._kernel.clock.now()
        if now >= self._looked + _NODES_SECONDS:
            self._looked = now
            kernel.spawn(self._look())
        self._avoided = {number: until for number, until in self._avoided.items() if until > now}
        replica = nearest(kernel.node, kernel.replicas(), self._regions, self._avoided, kernel.random)
        if replica is None:
            return None
        answer = asyncio.ensure_future(next(to_replica(call, replica.number)))
        try:
            if (await asyncio.wait((answer,), timeout=self._patience))[0]:
                return Answer.from_value(answer.result())
        except Unavailable:
            pass
        finally:
            answer.cancel()
        self._avoided[replica.number] = now + _AVOID_SECONDS
        return None

    async def _look(self) -> None:
        try:
            self._regions = {node.id: node.region for node in await self._kernel.nodes()}
        except AminoError:
            return  # later
