"""A simulated kernel: the real assembly of its parts over a played half, in a process that can be paused, killed and started again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from amino_dms.api import Node
from amino_dms.runtime import InstanceChain
from amino_kernel.boot.assembly import Assembly
from amino_kernel.boot.outside import Description, Doors, Outside
from amino_kernel.boot.version import VERSION
from amino_kernel.calls.guest_requests import Stuck
from amino_kernel.halves.bridge import Bridge
from amino_kernel.halves.runtime import Runtime
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.load_options import LoadOptions
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.links.peers import Peers
from amino_wire.pb import common_pb2

from amino_testkit.cluster.classes import LANGUAGE, FetchedArtifacts
from amino_testkit.cluster.disk import PlayedDisk, PlayedFolder
from amino_testkit.cluster.kept import KeptInMemory
from amino_testkit.cluster.local_bridge import BridgeEnd
from amino_testkit.half.door import Door
from amino_testkit.half.operations import Operations
from amino_testkit.half.played_half import PlayedHalf
from amino_testkit.network.dial import LANE, SESSION
from amino_testkit.network.rpc_server import RpcServer
from amino_testkit.world.clock import LeaseClock, MachineClock, ProcessClock
from amino_testkit.world.process import Process

if TYPE_CHECKING:
    from amino_testkit.cluster.surroundings import Surroundings

T = TypeVar("T")
OMS = "oms"
_HALVES_APART = 100_000.0


@dataclass(frozen=True, slots=True)
class _Handle:
    """See `amino_graal.RuntimeHandle`: the half is in the kernel's process."""

    socket_path: str = ""

    def kill(self) -> bool:
        """It ends with the process."""
        return False

    async def ended(self) -> int:
        """Never returns."""
        ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        return await ended

    async def stop(self) -> None:
        """It ends with the process."""


@dataclass(frozen=True, slots=True)
class _Pool:
    """See `amino_kernel.halves.pool.Pool`: one half."""

    runtime: Runtime

    async def main(self) -> Runtime:
        return self.runtime

    async def runtime_for(self, artifact: common_pb2.Artifact, tenant: str) -> Runtime:
        return self.runtime

    def running(self) -> list[Runtime]:
        return [self.runtime]

    async def close(self) -> None:
        """The half ends with the process."""


class HostedManagers:
    """The instance managers of one object on a kernel, which belong to the kernel's process.

    Arguments:
        process: of the kernel.
        chains: all chains there.
        object_id: the object.
    """

    def __init__(self, process: Process, table: InstanceTable, instance_id: str) -> None:
        self._process, self._table, self._instance_id = process, table, instance_id

    async def run(self, work: Callable[[InstanceChain], Coroutine[Any, Any, T]]) -> T:
        """What some work on the managers gives, done in the kernel's process."""

        async def run() -> T:
            local = self._table.get(self._instance_id)
            assert local is not None and local.managers is not None, f"object {self._instance_id} has no managers here"
            return await work(local.managers)

        return await self._process.ask(run)


class SimulatedKernel:
    """One host's kernel. Its machine goes on when its process ends.

    Arguments:
        around: the cluster that it is in.
        node: its id and labels.
        clock: of its machine.
        random: its chance.
    """

    def __init__(self, around: Surroundings, node: Node, clock: MachineClock, random: Random) -> None:
        self.node = node
        self.name = node.id
        self.clock = clock
        self.disk = KeptInMemory()
        self.log_disk = PlayedDisk(Random(f"{random.getstate()[1][:2]} {node.id}"))
        self._around = around
        self._random = random
        self.start()

    @property
    def alive(self) -> bool:
        """Whether its process is there."""
        return self.process.alive

    @property
    def half(self) -> PlayedHalf:
        """Its JVM half."""
        return self._half

    @property
    def parts(self) -> Assembly:
        """The parts of the kernel in its present life."""
        return self._parts

    def start(self) -> None:
        """Begins a new life, with nothing."""
        random = Random(self._random.getrandbits(64))
        self.process = Process(self._around.scheduler, self.name, self.clock, random)
        self.process.spawn(self._boot)

    def kill(self) -> None:
        """Ends the process at once (kill -9): its objects are gone, what it works on is never answered."""
        self.process.kill()
        self.log_disk.crash()

    def lose_disk(self) -> None:
        """The log of its replicated objects is gone: to be called while no process is there."""
        self.log_disk.folder = PlayedFolder()

    async def stop(self) -> None:
        """Ends the process gracefully."""
        process = self.process
        await process.ask(self._parts.stop)
        process.kill()

    def managers(self, instance_id: str) -> HostedManagers:
        """The instance managers of an object that is here, for tests that look inside."""
        return HostedManagers(self.process, self._parts.table, instance_id)

    def lose(self, instance_id: str) -> None:
        """Closes by force the context that an instance is in: all instances of its class on this kernel are lost."""
        artifact = self._half.objects[instance_id].artifact

        async def close() -> None:
            self._half.lose(artifact)

        self.process.spawn(close)

    async def joined(self) -> None:
        """Returns when the OMS knows the kernel in its present life."""
        await self.process.ask(self._joined)

    async def returned(self) -> None:
        """Returns when it has brought back the objects that it kept at its last stop."""
        await self.joined()
        await self.process.ask(self._parts.returned)

    async def _joined(self) -> None:
        while not hasattr(self, "_parts") or self._booted is not self.process:
            await asyncio.sleep(0.001)
        await self._parts.membership.wait_joined(None)

    async def _boot(self) -> None:
        around, process = self._around, self.process
        dial = around.dial(process)
        oms = OmsClient(OMS, channel=dial.channel(OMS))
        outside = Outside(
            oms=oms,
            peers=Peers(self.name, self.name, VERSION, dial, oms.secret),
            server=RpcServer(around.network, process, self.name, around.places),
            clock=ProcessClock(self.clock),
            lease_clock=LeaseClock(self.clock),
            random=process.random,
            load=float,
            superseded=self._superseded,
            stuck=_stuck,
            kept=self.disk,
            managers=around.registry,
            disk=self.log_disk,
        )
        own = Description(self.name, self.name, dict(self.node.labels), (LANGUAGE,))
        self._parts, self._booted = Assembly(own, outside), process
        runtime = self._start_half(process, self._parts)
        token = f"{process.random.getrandbits(64):016x}"
        address, _ = await runtime.bridge.listen("tcp", self.name + LANE, 0, token)
        sessions, _ = await runtime.bridge.listen("unix", self.name + SESSION, 0, None)
        doors = Doors(common_pb2.Endpoints(grpc=self.name, lane_tcp=address, host_id=self.name), token, sessions)
        await self._parts.start(_Pool(runtime), FetchedArtifacts(oms), LoadOptions(), doors)

    def _start_half(self, process: Process, parts: Assembly) -> Runtime:
        half = self._half = PlayedHalf(process, process.random.uniform(-_HALVES_APART, _HALVES_APART), self._around.classes.by_name)
        operations = Operations(half, self._listen)
        kernel_end = BridgeEnd("the JVM half", lambda calls: parts.incoming.take(bridge, calls))
        half_end = BridgeEnd("the Python half", lambda calls: operations.take(half_end, calls))
        kernel_end.partner, half_end.partner = half_end, kernel_end
        bridge = Bridge(kernel_end)
        half.attach(half_end)
        return Runtime(0, "", _Handle(), bridge, (LANGUAGE,))

    def _listen(self, _transport: str, place: str, _port: int, token: str | None) -> list[Any]:
        door, listeners = Door(self._half, token), self._around.listeners
        listeners[place] = door

        def closed() -> None:
            if listeners.get(place) is door:
                del listeners[place]

        self.process.at_end(closed)
        return [place, 0]

    def _superseded(self) -> None:
        self._around.scheduler.after(0.0, self.process.kill)


def _stuck(bridge: Bridge | None, guest: Stuck) -> None:
    raise AssertionError(f"a played guest cannot be stuck: {bridge} {guest}")
