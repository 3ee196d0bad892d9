"""A simulated caller: an SDK's process or a kernel that runs proxies."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from amino_wire.errors import DeadlineExceeded, KernelUnavailable, Moved, ObjectLost
from amino_wire.frames import Invocation

from amino_dms.api import NOT_ANSWERED, Clock, Node, replica_of
from amino_dms.runtime import ProxyChain
from amino_dms.testkit.kernel import SimulatedHost

if TYPE_CHECKING:
    from amino_dms.testkit.cluster import SimulatedCluster

_AGAIN = 0.01
BUDGET = 60.0
"""Seconds that a call may take, where its caller says nothing else."""


class SimulatedClient(SimulatedHost):
    """Calls objects through their proxies.

    Arguments:
        cluster: where it is.
        name: its own.
        node: the node it is on.
        clock: its own.
    """

    def __init__(self, cluster: SimulatedCluster, name: str, node: Node, clock: Clock) -> None:
        super().__init__(cluster, node, clock, name)
        self._chains: dict[str, ProxyChain] = {}
        self._calls = 0
        self.answered_here = 0

    def stub(self, object_id: str) -> Stub:
        """A stub of an object."""
        return Stub(self, object_id)

    def request(self, object_id: str, method: str, *args: Any, transaction: str = "", request_id: str = "", budget: float = BUDGET) -> Any:
        """The envelope of a new call."""
        self._calls += 1
        number = request_id or f"{self.name}/{self._calls}"
        deadline = self.clock.now() + budget
        return Invocation(object_id, method, args, request_id=number, client_id=self.name, deadline=deadline, transaction_id=transaction)

    async def call(self, object_id: str, call: Invocation) -> Any:
        """Sends a call through the object's proxies, or answers it at once where they can."""
        if not call.request_id:
            fresh = self.request(object_id, call.method)
            call = call.changed(request_id=fresh.request_id, deadline=fresh.deadline, client_id=self.name)
        chain = await self.chain(object_id)
        if chain.answer_now is not None and not call.transaction_id and not call.headers:
            found = chain.answer_now(call.method, call.args, call.kwargs)
            if found is not NOT_ANSWERED:
                self.answered_here += 1
                return found
        return await chain.call(call)

    async def chain(self, object_id: str) -> ProxyChain:
        """The proxies of an object here."""
        if object_id not in self._chains:
            record = self.cluster.oms.records[object_id]
            chain = self._chains[object_id] = ProxyChain(record.chain, record.view, self)
            await chain.open()
        return self._chains[object_id]

    async def refresh(self, object_id: str) -> None:
        """Learns where an object is now."""
        await self.cluster.ask_oms(self.name, self.cluster.oms.ping)
        record = self.cluster.oms.records[object_id]
        if record.lost:
            raise ObjectLost(f"{object_id} is lost")
        if object_id in self._chains:
            await self._chains[object_id].update(record.view)

    async def invoke(self, call: Invocation) -> Any:
        """Sends a call to the object's kernel; follows it where it moved."""
        while True:
            view = self._chains[call.object_id].view
            wanted = replica_of(call)
            place = next((found for found in view.replicas if found.number == wanted), view.replicas[0])
            kernel = self.cluster.kernels[place.node]
            try:
                return await self.cluster.network.request(self.name, kernel, lambda: kernel.receive(call, place.number))  # noqa: B023
            except Moved:
                if self.clock.now() > call.deadline:
                    raise DeadlineExceeded(f"{call.method} of {call.object_id}: the object moved on and on") from None
                await asyncio.sleep(_AGAIN)
                await self.refresh(call.object_id)
            except KernelUnavailable:
                if not kernel.alive:
                    await self.refresh(call.object_id)
                raise


class Stub:
    """An object as its callers see it."""

    def __init__(self, client: SimulatedClient, object_id: str, transaction: str = "") -> None:
        self.client = client
        self.object_id = object_id
        self._transaction = transaction

    async def call(self, method: str, *args: Any, request_id: str = "", budget: float = BUDGET) -> Any:
        """Calls a member."""
        call = self.client.request(self.object_id, method, *args, transaction=self._transaction, request_id=request_id, budget=budget)
        return await self.client.call(self.object_id, call)

    async def command(self, name: str, *args: Any) -> Any:
        """A command of a deployment manager."""
        chain = await self.client.chain(self.object_id)
        return await chain.command(name, args)

    def within(self, transaction: str) -> Stub:
        """The same object, for calls of a transaction."""
        return Stub(self.client, self.object_id, transaction)
