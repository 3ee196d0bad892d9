"""Deployment managers for tests of coordinators: Counting counts and makes replicas, Homebound stays, Plural has two replicas."""

from __future__ import annotations

import asyncio
from typing import Any

from amino_dms.api import Arrival, Coordinator, DeploymentManager, Node, Purpose, Replica, Snapshot, State, peer
from amino_wire.errors import NoKernelMatches


class CountingCoordinator(Coordinator[Any]):
    """Counts its calls, notes its upcalls, and brings the object back with a state of its own."""

    def __init__(self, config: Any, kernel: Any) -> None:
        super().__init__(config, kernel)
        self.count = 0
        self.log: list[str] = []

    async def on_create(self, arrival: Arrival) -> None:
        self.log.append(f"create {arrival.value}")

    async def on_member_added(self, replica: Replica) -> None:
        self.log.append(f"added {replica.number} on {replica.node}")

    async def on_failure(self, replica: Replica) -> bool:
        self.log.append(f"failure {replica.number} on {replica.node}")
        await self.kernel.recover(replica.number, Snapshot(State({"format": "values", "data": self.count}), {"Counting": "saved"}))
        return True

    async def save(self, purpose: Purpose) -> Any:
        return [self.count, self.log]

    async def load(self, saved: Any, arrival: Arrival) -> None:
        self.count, self.log = saved

    @peer
    async def add(self, amount: int) -> int:
        """Counts."""
        self.count += amount
        return self.count

    @peer
    async def read(self) -> list[Any]:
        """What it knows."""
        return [self.count, self.log]

    @peer
    async def nap(self) -> None:
        """Never answers."""
        await asyncio.Event().wait()

    @peer
    async def replicate(self) -> int:
        """One more replica."""
        return (await self.kernel.replicate(role="follower")).number

    @peer
    async def shrink(self, number: int) -> None:
        """One replica less."""
        await self.kernel.destroy_replica(number)

    @peer
    async def go(self, region: str) -> None:
        """Moves."""
        await self.kernel.pin_region(region)

    async def hidden(self) -> None:
        """Not offered to anybody."""


class Counting(DeploymentManager):
    """A manager with a coordinator."""

    promise = "Counts."
    coordinator = CountingCoordinator


class Homebound(DeploymentManager):
    """A manager that allows one kernel, once the object is made."""

    promise = "Stays."

    def refuses(self, node: Node, origin: Node | None) -> str | None:
        return None if origin is None or origin.id == node.id else f"it stays on {origin.id}"


class Plural(DeploymentManager):
    """A manager whose coordinator makes a replica when it is made."""

    promise = "Is two."

    class PluralCoordinator(Coordinator[Any]):
        """Makes the second replica."""

        async def on_create(self, arrival: Arrival) -> None:
            if len(await self.kernel.nodes()) < 2:
                raise NoKernelMatches("there is no second kernel")
            if len(self.kernel.replicas()) < 2:
                await self.kernel.replicate()

    coordinator = PluralCoordinator
