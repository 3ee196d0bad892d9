"""A cluster in simulated time: kernels, an OMS, callers, each with a clock of its own, and a network between them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from random import Random
from typing import Any

from amino.connections import ProxyPlace
from amino_dms.api import Node
from amino_dms.chain import Chain, Registry
from amino_wire.instances import FIRST, object_of
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.records import replica_at
from amino_wire.values import DEFAULT, encode

from amino_testkit.cluster.classes import Classes
from amino_testkit.cluster.client import SimulatedClient, Stub
from amino_testkit.cluster.kernel import OMS, SimulatedKernel
from amino_testkit.cluster.oms import SimulatedOms
from amino_testkit.cluster.open_registry import OpenRegistry, installed
from amino_testkit.cluster.operator import OPERATOR, Operator
from amino_testkit.cluster.sdk_client import SdkClient
from amino_testkit.cluster.surroundings import Surroundings
from amino_testkit.network.faults import NO_FAULTS, Faults
from amino_testkit.network.network import Network
from amino_testkit.objects import KeyValue
from amino_testkit.world.clock import MachineClock
from amino_testkit.world.process import Process
from amino_testkit.world.scheduler import current_scheduler

NODES = (
    Node("a", {"region": "east"}),
    Node("b", {"region": "east"}),
    Node("c", {"region": "west"}),
    Node("phone", {"region": "east", "device": "true"}),
)
"""Three servers in two regions, and a device."""

_CLOCKS_APART = 1_000_000.0
_RATES_APART = 0.005


class SimulatedCluster:
    """Everything, in one thread and in simulated time. Clocks differ by days and run up to one per cent apart.

    Arguments:
        random: source of all chance; see `simulate`.
        nodes: which kernels there are.
        registry: whose managers may be used; those installed unless given.
    """

    def __init__(self, random: Random, nodes: Sequence[Node] = NODES, registry: Registry | None = None) -> None:
        self.random = random
        self.scheduler = current_scheduler()
        self.network = Network(self.scheduler, self._random(), self._step, frozenset({OPERATOR}))
        self.registry = OpenRegistry(registry or installed())
        self._around = Surroundings(self.scheduler, self.network, Classes(), self.registry)
        self.oms = SimulatedOms(self._around, self._clock(), self._random())
        self.kernels: dict[str, SimulatedKernel] = {}
        for node in nodes:
            self.add(node)
        self.operator = Operator(self._around, self._random())
        self._clients: dict[str, SimulatedClient] = {}
        self._sdk_clients: dict[str, SdkClient] = {}
        self._ids: dict[str, str] = {}
        self._requests = 0
        self._following = False

    def use(self, faults: Faults) -> None:
        """From now on messages suffer these faults; steps are counted anew."""
        self.network.faults = faults
        self.network.steps = 0

    def calm(self) -> None:
        """From now on nothing goes wrong with messages."""
        self.network.faults = NO_FAULTS
        self.network.mend()

    def add(self, node: Node) -> SimulatedKernel:
        """Starts one more kernel, on a machine of its own."""
        self.kernels[node.id] = SimulatedKernel(self._around, node, self._clock(), self._random())
        return self.kernels[node.id]

    async def ready(self) -> None:
        """Returns when the OMS knows every kernel that runs."""
        await asyncio.gather(*(kernel.joined() for kernel in self.kernels.values() if kernel.alive))

    def client(self, name: str, node: str = "a", clock: MachineClock | None = None) -> SimulatedClient:
        """A caller of that name, near that kernel; `clock` is its machine's, one of its own unless given."""
        if name not in self._clients:
            made = SimulatedClient(self._around, name, self.kernels[node].node, clock or self._clock(), self._random())
            self._clients[name] = made
            if self._following:
                made.follow()
        return self._clients[name]

    def sdk_client(self, name: str, home: str = "a", proxies: ProxyPlace = "here") -> SdkClient:
        """A program of that name with the Python SDK, whose home kernel is that one, or another one while that one is away."""
        if name not in self._sdk_clients:
            homes = (home, *(other for other in self.kernels if other != home))
            self._sdk_clients[name] = SdkClient(self._around, name, homes, proxies, self._clock(), self._random())
        return self._sdk_clients[name]

    async def create(
        self,
        name: str,
        chain: str | Chain = "",
        *args: Any,
        kind: type[Any] = KeyValue,
        kernel: str = "a",
        concurrent: bool = False,
        client: str = "client",
        idle: float = 0.0,
    ) -> Stub[SimulatedClient]:
        """Makes an object and gives a stub of it.

        Arguments:
            name: its name.
            chain: its deployment managers.
            args: for the constructor.
            kind: its class.
            kernel: where.
            concurrent: whether calls may run beside one another.
            client: whose stub.
            idle: seconds without a call after which it goes to sleep; 0: never.

        Raises:
            ChainInvalid: the chain cannot work.
        """
        await self.ready()
        artifact, parts = self._around.classes.packed(kind)
        await self.operator.put(parts)
        request = client_pb2.RegisterRequest(
            name=name,
            artifact=artifact,
            deployment_managers=self.specs(chain),
            args=DEFAULT.encode_array(args),
            concurrent=concurrent,
            request_id=self._request_id(),
            idle_ms=round(idle * 1000),
        )
        self.oms.preferred = kernel
        try:
            response: client_pb2.RegisterResponse = await self.operator.ask("Register", request)
        finally:
            self.oms.preferred = ""
        self._ids[name] = response.object.id
        return self.client(client).stub(name)

    async def register_kind(self, name: str, chain: str | Chain = "", *args: Any, kind: type[Any] = KeyValue) -> None:
        """Registers a kind of objects; clients of the SDK ask for them by their keys.

        Arguments:
            name: of the kind.
            chain, args, kind: as `create`; of each of its objects.
        """
        await self.ready()
        artifact, parts = self._around.classes.packed(kind)
        await self.operator.put(parts)
        spec = common_pb2.ObjectSpec(artifact=artifact, deployment_managers=self.specs(chain), constructor_args=DEFAULT.encode_array(args))
        request = client_pb2.RegisterKindRequest(kind=common_pb2.KindRecord(name=name, spec=spec), request_id=self._request_id())
        await self.operator.ask("RegisterKind", request)

    def specs(self, chain: str | Chain) -> list[common_pb2.DeploymentManagerSpec]:
        """A chain as records hold it. Raises ChainInvalid for what cannot be read."""
        managers = Chain.parse(chain, self.registry) if isinstance(chain, str) else chain
        self.registry.offer(managers.managers)
        return [
            common_pb2.DeploymentManagerSpec(name=name, config=encode(settings) if settings else b"") for name, settings in managers.specs()
        ]

    async def move(self, name: str, kernel: str, path: str = "") -> None:
        """Moves the replica at a path, the first one unless given; raises what the OMS raises."""
        request = client_pb2.MoveRequest(name_or_id=self.id_of(name), kernel_id=kernel, path=path, request_id=self._request_id())
        await self.operator.ask("Move", request)

    async def attach(self, name: str, chain: str | Chain) -> None:
        """Gives an object another chain; raises what the OMS raises."""
        self._following = True
        for client in self._clients.values():
            client.follow()
        request = client_pb2.AttachRequest(
            name_or_id=self.id_of(name), deployment_managers=self.specs(chain), request_id=self._request_id()
        )
        await self.operator.ask("Attach", request)

    async def restart(self, name: str) -> None:
        """Makes a lost object anew; raises what the OMS raises."""
        await self.operator.ask("Restart", client_pb2.RestartRequest(name_or_id=self.id_of(name), request_id=self._request_id()))

    async def delete(self, name: str) -> None:
        """Deletes an object; raises what the OMS raises."""
        await self.operator.ask("Delete", client_pb2.DeleteRequest(name_or_id=self.id_of(name), request_id=self._request_id()))

    def id_of(self, name: str) -> str:
        """The id of an object that was made here."""
        return self._ids.get(name, name)

    def record(self, name: str) -> common_pb2.ObjectRecord:
        """The record of an object as the OMS has it on its disk. Raises ObjectNotFound."""
        return self.oms.record(self.id_of(name))

    def node_of(self, name: str, path: str = FIRST) -> str:
        """The kernel that has the replica at a path, by the object's record; empty where there is none."""
        replica = replica_at(self.record(name), path)
        return replica.kernel_id if replica is not None else ""

    def crash(self, kernel: str, *, back_after: float | None = None) -> None:
        """Ends a kernel's process at once. After a while the OMS declares it dead.

        Arguments:
            kernel: which.
            back_after: true seconds after which it begins a new life, with nothing; None: never.
        """
        self.kernels[kernel].kill()
        if back_after is not None:
            self.scheduler.after(back_after, self.kernels[kernel].start)

    def pause(self, place: str, seconds: float) -> None:
        """A kernel's process, or the OMS's, stands still for so long, as with SIGSTOP and SIGCONT; its clock runs on."""
        process = self._process(place)
        process.pause()
        self.scheduler.after(seconds, process.resume)

    def suspend(self, place: str, seconds: float) -> None:
        """The machine of a kernel, or of the OMS, is suspended for so long: its monotonic clock stands still with it."""
        process = self._process(place)
        process.suspend()
        self.scheduler.after(seconds, process.wake)

    def cut_off(self, place: str, others: Sequence[str] = ("oms",), *, seconds: float, one_way: bool = False, silent: bool = True) -> None:
        """Nothing comes through from a kernel or the OMS to others (and back unless `one_way`) for so many seconds."""
        for other in others:
            self.network.cut(place, other, one_way=one_way, silent=silent)
            self.scheduler.after(seconds, partial(self.network.mend, place, other))

    def lose_context(self, name: str) -> None:
        """Closes by force the context that an object is in."""
        self.kernels[self.node_of(name)].lose(self.id_of(name))

    def executions(self, name: str) -> list[tuple[str, str]]:
        """Member and request id of every call that ran on an object, on the kernels that live."""
        return [
            ran
            for kernel in self.kernels.values()
            if kernel.alive
            for instance_id, hosted in kernel.half.objects.items()
            if object_of(instance_id) == self.id_of(name)
            for ran in hosted.executed
        ]

    @property
    def callers(self) -> list[str]:
        """The names of all clients."""
        return [*self._clients, *self._sdk_clients]

    def _process(self, place: str) -> Process:
        return self.oms.process if place == "oms" else self.kernels[place].process

    def _clock(self) -> MachineClock:
        offset = self.random.uniform(0, _CLOCKS_APART)
        return MachineClock(self.scheduler, offset, 1 + self.random.uniform(-_RATES_APART, _RATES_APART))

    def _random(self) -> Random:
        return Random(self.random.getrandbits(64))

    def _request_id(self) -> str:
        self._requests += 1
        return f"operator/{self._requests}"

    def _step(self, number: int) -> None:
        faults = self.network.faults
        if number != faults.crash_at:
            return
        if faults.crash_node == OMS and self.oms.alive:
            self.oms.kill()
            self.scheduler.after(1.0, self.oms.start)
        elif faults.crash_node != OMS and self.kernels[faults.crash_node].alive:
            self.crash(faults.crash_node, back_after=faults.crash_back)
