"""Where the replicas of a group are and should be: what its coordinator knows of nodes and callers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amino_dms.api import CoordinatorKernel
from amino_dms.replication.callers import Callers
from amino_dms.replication.placing import Exchange, Place, Seen, Wish, exchange, lacks, more

if TYPE_CHECKING:
    from amino_dms.replication.consensus_rsm import ConsensusConfig

FOLLOW_SECONDS = 5.0
"""So long the group stays as it is after a replica has followed its callers."""


class Placement:
    """See `amino_dms.replication.placing`.

    Arguments:
        config: of the group.
        kernel: of its coordinator.
    """

    def __init__(self, config: ConsensusConfig, kernel: CoordinatorKernel) -> None:
        self._kernel = kernel
        self._wish = Wish(config.place, config.replicas, config.regions)
        self._callers = Callers()
        self._followed = float("-inf")

    def heard(self, node: str, calls: int, waited: float) -> float:
        """A caller reports; see `Callers.heard`."""
        return self._callers.heard(node, calls, waited, self._kernel.clock.now())

    async def free(self, without: int = -1) -> frozenset[str]:
        """The nodes of which one should get one more replica, or that of the number `without` anew."""
        return more(self._wish, await self._seen(without=without))

    async def exchange(self, leader: int) -> Exchange | None:
        """The replica that should be elsewhere now."""
        now = self._kernel.clock.now()
        if self._wish.place is Place.CALLERS and now < self._followed + FOLLOW_SECONDS:
            return None
        found = exchange(self._wish, await self._seen(leader))
        if found is not None:
            self._followed = now
        return found

    async def lacks(self) -> str:
        """What the group lacks of its wish; empty: nothing."""
        return lacks(self._wish, await self._seen())

    async def regions(self) -> dict[int, str]:
        """The region of each replica, by its number; of those whose node is away, none."""
        seen = await self._seen()
        return {number: seen.region(node) for number, node in seen.there.items()}

    async def _seen(self, leader: int = -1, without: int = -1) -> Seen:
        kernel, now = self._kernel, self._kernel.clock.now()
        return Seen(
            there={replica.number: replica.node for replica in kernel.replicas() if replica.number != without},
            regions={node.id: node.region for node in await kernel.nodes()},
            sites=frozenset(node.id for node in await kernel.sites()),
            leader=leader,
            calls=self._callers.weights(now),
            settled=self._callers.settled(now),
        )
