"""What a fault of a schedule acts on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from random import Random

from amino_wire.errors import AminoError

from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.histories.history import History
from amino_testkit.world.process import ProcessEnded

OBJECT = "map"


@dataclass(slots=True)
class Stage:
    """A cluster with one object in it.

    Arguments:
        cluster: which.
        random: chance of the faults.
        chains: what may be attached to the object.
        objects: the names of the objects that faults may hit.
        history: what clients are told meanwhile.
    """

    cluster: SimulatedCluster
    random: Random
    chains: tuple[str, ...] = ()
    objects: tuple[str, ...] = (OBJECT,)
    history: History = field(default_factory=History)
    orders: list[asyncio.Future[None]] = field(default_factory=list["asyncio.Future[None]"])
    outcomes: Counter[str] = field(default_factory=Counter[str])
    """How often the operator's orders were carried out, and refused."""

    def object(self) -> str:
        """One of the objects."""
        return self.random.choice(self.objects)

    def host(self) -> str:
        """The kernel that has an object by its record; any kernel, now and then, and where the object is nowhere."""
        found = self.cluster.node_of(self.object())
        return self.random.choice(sorted(self.cluster.kernels)) if not found or self.random.random() < 0.15 else found

    def order(self, name: str, work: Awaitable[None]) -> None:
        """An order of the operator, for which nobody waits; it may fail. `name` is that of the deed."""

        async def ordered() -> None:
            try:
                await work
            except (AminoError, ProcessEnded):
                self.outcomes[f"{name} refused"] += 1
            else:
                self.outcomes[f"{name} carried out"] += 1

        self.orders.append(asyncio.ensure_future(ordered()))

    def later(self, seconds: float, name: str) -> None:
        """Starts a kernel again, or the OMS, if it is not there then."""

        def start() -> None:
            member = self.cluster.oms if name == "oms" else self.cluster.kernels[name]
            if not member.alive:
                member.start()

        self.cluster.scheduler.after(seconds, start)
