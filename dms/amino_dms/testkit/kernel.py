"""A simulated kernel: objects with their instance managers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from amino_wire.errors import KernelUnavailable, Moved
from amino_wire.frames import Invocation

from amino_dms.api import Arrival, Clock, Node, State, Stored
from amino_dms.runtime import InstanceChain, ObjectView, PartAddress
from amino_dms.testkit.guest import Guest, GuestCopy

if TYPE_CHECKING:
    from amino_dms.testkit.cluster import SimulatedCluster
    from amino_dms.testkit.oms import Record


@dataclass(slots=True)
class Hosted:
    """An object on a kernel."""

    guest: Guest
    chain: InstanceChain
    active: bool = False
    """Whether the OMS has committed that it is here; until then it answers nothing."""


class SimulatedHost:
    """What a process offers to parts; the kernel, the OMS and clients add to it."""

    def __init__(self, cluster: SimulatedCluster, node: Node, clock: Clock, name: str) -> None:
        self.cluster = cluster
        self.name = name
        self._node = node
        self._clock = clock
        self._random = Random(cluster.random.getrandbits(64))

    @property
    def clock(self) -> Clock:
        """Its own clock."""
        return self._clock

    def use_clock(self, clock: Clock) -> None:
        """From now on its clock is this one."""
        self._clock = clock

    @property
    def random(self) -> Random:
        """Its own chance."""
        return self._random

    @property
    def node(self) -> Node:
        """Where it is."""
        return self._node

    async def nodes(self) -> tuple[Node, ...]:
        """Asks the OMS."""
        await self.cluster.ask_oms(self.name, self.cluster.oms.ping)
        return self.cluster.living_nodes()

    async def durable_get(self, key: str) -> Stored:
        """Asks the OMS."""
        value, version = await self.cluster.ask_oms(self.name, lambda: self.cluster.oms.get(key))
        return Stored(value, version)

    async def durable_put(self, key: str, value: Any, expected: int | None) -> int:
        """Tells the OMS."""
        version: int = await self.cluster.ask_oms(self.name, lambda: self.cluster.oms.put(key, value, expected))
        return version

    async def call_part(
        self, address: PartAddress, method: str, args: Sequence[Any], kwargs: Mapping[str, Any], budget: float | None
    ) -> Any:
        """Reaches the part where it is now."""
        return await self.cluster.call_part(self.name, address, method, args, kwargs)


class SimulatedKernel(SimulatedHost):
    """One host's kernel.

    Arguments:
        cluster: where it is.
        node: its id and labels.
        clock: its own.
    """

    def __init__(self, cluster: SimulatedCluster, node: Node, clock: Clock) -> None:
        super().__init__(cluster, node, clock, node.id)
        self.alive = True
        self.tasks: set[asyncio.Task[Any]] = set()
        self.objects: dict[tuple[str, int], Hosted] = {}
        self._placing: set[tuple[tuple[str, int], int]] = set()

    def crash(self) -> None:
        """Ends at once: its objects are gone, what it works on is never answered."""
        self.alive = False
        self.objects.clear()
        for task in list(self.tasks):
            task.cancel()

    def restart(self) -> None:
        """Comes back, with nothing (Sapphire section 5: kernels do not recover their objects)."""
        self.alive = True

    async def receive(self, call: Invocation, replica: int) -> Any:
        """A call that has arrived."""
        return await self.hosted(call.object_id, replica).chain.call(call)

    async def command(self, address: PartAddress, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """A command or a method for an instance manager."""
        return await self.hosted(address.object_id, address.replica).chain.command(address.index, method, args, kwargs)

    def hosted(self, object_id: str, replica: int) -> Hosted:
        """An object that is here; raises Moved otherwise."""
        found = self.objects.get((object_id, replica))
        if found is None or not found.active:
            raise Moved(f"{object_id} is not on {self.name}")
        return found

    def activate(self, object_id: str, view: ObjectView) -> None:
        """The OMS has committed a new view: what is here by it answers from now on."""
        here = {replica.number for replica in view.replicas if replica.node == self.name}
        for key in [key for key in self.objects if key[0] == object_id]:
            hosted = self.objects[key]
            hosted.active = hosted.active or (key[1] in here and hosted.chain.view.epoch <= view.epoch)

    async def place(
        self, object_id: str, replica: int, view: ObjectView, state: State | None, arrival: Arrival, saved: Mapping[str, Any] | None
    ) -> None:
        """Makes or takes over an object, with its instance managers ready. Does nothing when it is asked again, or too late."""
        record, key = self.cluster.oms.records[object_id], (object_id, replica)
        present = self.objects.get(key)
        stale = arrival is not Arrival.CREATED and record.view.epoch >= view.epoch
        if stale or (present is not None and present.chain.view.epoch >= view.epoch) or (key, view.epoch) in self._placing:
            return
        self._placing.add((key, view.epoch))
        try:
            self.objects[key] = await self._make(record, replica, view, state, arrival, saved)
        finally:
            self._placing.discard((key, view.epoch))

    async def _make(
        self, record: Record, replica: int, view: ObjectView, state: State | None, arrival: Arrival, saved: Mapping[str, Any] | None
    ) -> Hosted:
        instance = record.kind(*record.args) if state is None else object.__new__(record.kind)
        guest = Guest(record.kind, instance, self._call_out, concurrent=record.concurrent)
        if state is not None:
            guest.load_now(state)
        hosted = Hosted(guest, InstanceChain(record.chain, view, GuestHost(self, guest, view.object_id, replica), replica))
        await hosted.chain.open(arrival, saved)
        if not self.alive:
            raise KernelUnavailable(f"{self.name} ended")
        return hosted

    async def _call_out(self, target: str, call: Invocation) -> Any:
        return await self.cluster.client_on(self.name).call(target, call)


class GuestHost(SimulatedHost):
    """What a kernel offers to the instance managers of one replica."""

    def __init__(self, kernel: SimulatedKernel, guest: Guest, object_id: str, replica: int) -> None:
        super().__init__(kernel.cluster, kernel.node, kernel.clock, kernel.name)
        self._kernel = kernel
        self._guest = guest
        self._key = (object_id, replica)

    async def invoke(self, call: Invocation) -> Any:
        """Runs a call on the object."""
        return await self._guest.invoke(call)

    async def copy(self) -> State:
        """Its state."""
        return await self._guest.state()

    async def sync(self, state: State) -> None:
        """Replaces its state."""
        await self._guest.load(state)

    async def instantiate(self, state: State) -> GuestCopy:
        """A second instance."""
        return GuestCopy(self._guest.twin(state))
