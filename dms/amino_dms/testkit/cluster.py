"""A cluster in memory: kernels, an OMS, callers, each with a clock of its own, and a network between them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from random import Random
from typing import Any

from amino_wire.errors import KernelUnavailable, Moved, OmsUnavailable

from amino_dms.api import Node
from amino_dms.chain import COORDINATOR, Chain, Registry, check
from amino_dms.runtime import PartAddress
from amino_dms.testkit.client import SimulatedClient, Stub
from amino_dms.testkit.faults import NO_FAULTS, Faults
from amino_dms.testkit.kernel import SimulatedKernel
from amino_dms.testkit.network import Network
from amino_dms.testkit.objects import KeyValue
from amino_dms.testkit.oms import DETECTION, SimulatedOms
from amino_dms.testkit.simulation import SimulatedClock

NODES = (
    Node("a", {"region": "east"}),
    Node("b", {"region": "east"}),
    Node("c", {"region": "west"}),
    Node("phone", {"region": "east", "device": "true"}),
)
"""Three servers in two regions, and a device."""

_CLOCKS_APART = 1_000_000.0
_RATES_APART = 0.005
_AGAIN = 0.01


class SimulatedCluster:
    """Everything, in one process and in simulated time. Clocks differ by days and run up to one per cent apart.

    Arguments:
        random: source of all chance; see `simulate`.
        nodes: which kernels there are.
        registry: whose managers may be used.
    """

    def __init__(self, random: Random, nodes: Sequence[Node] = NODES, registry: Registry | None = None) -> None:
        self.random = random
        self.registry = registry or Registry.installed()
        self.network = Network(random, self._step)
        self.oms = SimulatedOms(self, self._clock())
        self.kernels = {node.id: SimulatedKernel(self, node, self._clock()) for node in nodes}
        self._clients: dict[str, SimulatedClient] = {}
        self._running: set[asyncio.Task[None]] = set()

    def use(self, faults: Faults) -> None:
        """From now on messages suffer these faults; steps are counted anew."""
        self.network.faults = faults
        self.network.steps = 0

    def calm(self) -> None:
        """From now on nothing goes wrong."""
        self.network.faults = NO_FAULTS

    def client(self, name: str, node: str = "a") -> SimulatedClient:
        """A caller of that name, on that node."""
        if name not in self._clients:
            self._clients[name] = SimulatedClient(self, name, self.kernels[node].node, self._clock())
        return self._clients[name]

    def client_on(self, kernel: str) -> SimulatedClient:
        """The proxies that a kernel runs for its own guests."""
        return self.client(f"kernel {kernel}", kernel)

    async def create(
        self,
        name: str,
        chain: str | Chain = "",
        *args: Any,
        kind: type[Any] = KeyValue,
        kernel: str = "a",
        concurrent: bool = False,
        client: str = "client",
    ) -> Stub:
        """Makes an object and gives a stub of it.

        Arguments:
            name: its id.
            chain: its deployment managers.
            args: for the constructor.
            kind: its class.
            kernel: where.
            concurrent: whether calls may run beside one another.
            client: whose stub.

        Raises:
            ChainInvalid: the chain cannot work.
        """
        managers = Chain.parse(chain, self.registry) if isinstance(chain, str) else chain
        check(managers)
        await self.oms.create(name, kind, args, managers, kernel, concurrent)
        return self.client(client).stub(name)

    def living_nodes(self) -> tuple[Node, ...]:
        """The nodes of kernels that run."""
        return tuple(kernel.node for kernel in self.kernels.values() if kernel.alive)

    def crash(self, kernel: str, *, back_after: float | None = None) -> None:
        """Ends a kernel. After a while the OMS declares it dead.

        Arguments:
            kernel: which.
            back_after: simulated seconds after which it comes back, with nothing; None: never.
        """
        self.kernels[kernel].crash()
        self._run(self._aftermath(kernel, back_after))

    async def _aftermath(self, kernel: str, back_after: float | None) -> None:
        await asyncio.sleep(DETECTION)
        await self.oms.declare_dead(kernel)
        if back_after is not None:
            await asyncio.sleep(max(0.0, back_after - DETECTION))
            self.kernels[kernel].restart()

    async def ask_oms(self, sender: str, run: Callable[[], Awaitable[Any]]) -> Any:
        """What the OMS answers; raises OmsUnavailable where it does not."""
        if sender == "oms":
            return await run()
        try:
            return await self.network.request(sender, self.oms, run)
        except KernelUnavailable as error:
            raise OmsUnavailable(error.message) from None

    async def call_part(self, sender: str, address: PartAddress, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Reaches a part, wherever it moves meanwhile."""
        if address.part == COORDINATOR:
            return await self.ask_oms(sender, lambda: self.oms.coordinator_call(address.object_id, address.index, method, args, kwargs))
        while True:
            view = self.oms.records[address.object_id].view
            place = next((found for found in view.replicas if found.number == address.replica), view.replicas[0])
            kernel = self.kernels[place.node]
            try:
                return await self.network.request(sender, kernel, lambda: kernel.command(address, method, args, kwargs))  # noqa: B023
            except Moved:
                await asyncio.sleep(_AGAIN)

    def executions(self, name: str) -> list[tuple[str, str]]:
        """Member and request id of every call that ran on an object, on the kernels that live."""
        return [
            ran
            for kernel in self.kernels.values()
            for (found, _), hosted in kernel.objects.items()
            if found == name
            for ran in hosted.guest.executed
        ]

    def _clock(self) -> SimulatedClock:
        return SimulatedClock(self.random.uniform(0, _CLOCKS_APART), 1 + self.random.uniform(-_RATES_APART, _RATES_APART))

    def _step(self, number: int) -> None:
        faults = self.network.faults
        if number == faults.crash_at and self.kernels[faults.crash_node].alive:
            self.crash(faults.crash_node)

    def _run(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
