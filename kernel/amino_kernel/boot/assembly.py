"""A kernel's parts, put together. The differences between a process and a simulation come in as `Outside` and `Doors`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Sequence

import structlog
from amino_dms.api import Node
from amino_kernel.boot.departure import STOP_SECONDS, Departure
from amino_kernel.boot.doorkeeper import Doorkeeper
from amino_kernel.boot.lapse import Lapse
from amino_kernel.boot.outside import Description, Doors, Outside
from amino_kernel.boot.version import VERSION
from amino_kernel.calls.client_requests import ClientRequests
from amino_kernel.calls.deadlock_watch import DeadlockWatch, Surroundings
from amino_kernel.calls.guest_requests import GuestRequests
from amino_kernel.calls.host_program import HostProgram
from amino_kernel.calls.incoming import Incoming
from amino_kernel.calls.log_buffer import LogBuffer
from amino_kernel.calls.once_calls import OnceCalls
from amino_kernel.calls.outside_requests import OutsideRequests
from amino_kernel.calls.passing import Passing
from amino_kernel.calls.router import Router
from amino_kernel.calls.standing import Standing
from amino_kernel.halves.bridge import Bridge
from amino_kernel.halves.jvm_leases import JvmLeases
from amino_kernel.halves.pool import Pool
from amino_kernel.halves.runtime import Runtime
from amino_kernel.instances.arrivals import Arrivals
from amino_kernel.instances.artifact_folders import ArtifactFolders
from amino_kernel.instances.disowned import Disowned
from amino_kernel.instances.hosting import Abode, Hosting
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.keeping import Keeping
from amino_kernel.instances.lifecycle import Lifecycle
from amino_kernel.instances.load_options import LoadOptions
from amino_kernel.instances.local_instance import LocalInstance
from amino_kernel.instances.mover import Mover
from amino_kernel.instances.mover import Surroundings as MoverSurroundings
from amino_kernel.instances.returning import Home, Returning
from amino_kernel.instances.sleeper import Sleeper
from amino_kernel.links.record_cache import RecordCache
from amino_kernel.managers import ManagedChains
from amino_kernel.managers.client_questions import ClientQuestions
from amino_kernel.managers.commands import Commands
from amino_kernel.managers.part_calls import PartCalls
from amino_kernel.managers.surroundings import Surroundings as ChainSurroundings
from amino_kernel.membership.membership import Membership, MembershipActions
from amino_kernel.replication.frame_door import FrameDoor
from amino_kernel.replication.frame_lanes import FrameLanes
from amino_kernel.replication.groups import Groups
from amino_kernel.service.client_service import ClientParts, ClientService
from amino_kernel.service.kernel_service import KernelService, for_kernels
from amino_wire.errors import AminoError
from amino_wire.pb import oms_pb2

log = structlog.get_logger(__name__)


class Assembly:
    """The parts of one kernel. `await start(…)`, and `await stop()` at the end.

    Arguments:
        own: which kernel it is.
        outside: what it stands on.
    """

    def __init__(self, own: Description, outside: Outside) -> None:
        self._own, self._outside = own, outside
        oms, peers, clock, kernel_id = outside.oms, outside.peers, outside.clock, own.kernel_id
        self._tasks: list[asyncio.Task[None]] = []
        self._lapse = Lapse(kernel_id, oms.address, lambda: self.membership, lambda: [runtime.bridge for runtime in self._running()])
        self._pool: Pool | None = None
        self._arrivals: Arrivals | None = None
        self.table, self._logs = InstanceTable(), LogBuffer()
        self.records = RecordCache(oms.get, clock.now, oms.wake)
        self.chains = ManagedChains(outside.managers)
        standing = Standing(lambda: self.membership.list_again(), self._lapse.reason, self._lapse.lapsed)
        self.router = Router(self.table, self.records, peers, self.chains, kernel_id, clock, standing)
        self._parts = PartCalls(oms, peers, self.records, kernel_id, clock)
        self._program = HostProgram(oms, self.table, kernel_id) if own.has_program else None
        self._commands = Commands(self.records, self.chains)
        self._passing = Passing(
            oms, lambda seconds: self.membership.wait_joined(seconds), self.records, outside.lease_clock, f"kernel {kernel_id}", standing
        )
        requests, told = ClientRequests(self._passing), (self.lost, outside.stuck, self.chains.withheld, self.chains.captured)
        self._guests = GuestRequests(oms, self._logs, *told, clock, self._commands, requests, self._program)
        self.membership = Membership(oms, self._membership_actions(), clock, outside.lease_clock, outside.seen)
        self._frames = FrameLanes(oms, peers, clock, self._unreachable, own.host_id, outside.frames)
        self.groups = Groups(clock, self._frames, outside.disk)
        self._frame_door = door = FrameDoor(self.groups, oms.secret, lambda: self._doorkeeper.address, outside.frames)
        self.incoming = Incoming(self.router, self._guests, OutsideRequests(self.table), door)
        oms.silent = lambda: self.membership.outage.silent
        self.lifecycle = Lifecycle(self.table, self.records, self.chains, clock, self.membership.report_applied)
        self.mover = Mover(self.lifecycle, MoverSurroundings(self.table, peers, oms, self.chains), clock, outside.random)
        self._sleeper = Sleeper(self.table, self.lifecycle, self.chains, oms, kernel_id, lambda: self.membership.incarnation, clock)
        self._returning = Returning(outside.kept)
        self._disowned = Disowned(lambda: self._hosting, oms, kernel_id, clock, lambda local: self._ended([local]))
        self.chains.use(self._chain_surroundings())

    @property
    def hosting(self) -> Hosting:
        """The part that makes and ends objects here; there from `start` on."""
        return self._hosting

    async def start(self, pool: Pool, artifacts: ArtifactFolders, options: LoadOptions, doors: Doors) -> None:
        """Offers the services and begins to join the OMS.

        Arguments:
            pool: the JVM halves; what they ask goes to `incoming`, what ended with one to `half_ended`.
            artifacts: what they are loaded from.
            options: what they are loaded with.
            doors: where others come in.
        """
        outside, kernel_id = self._outside, self._own.kernel_id
        self._pool, self._doors = pool, doors
        abode = Abode(kernel_id, pool, artifacts, self.table, self.records, self.chains, self.lifecycle, self._logs.add)
        self._hosting = Hosting(abode, options)
        self._arrivals = Arrivals(self.table, self._hosting, outside.oms, kernel_id, outside.clock, self.membership)
        self.deadlocks = DeadlockWatch(Surroundings(kernel_id, pool.running, outside.oms.kernels), outside.peers, outside.clock)
        questions = ClientQuestions(outside.oms, self._parts)
        here = (self._hosting, self.mover, self._arrivals, self.table, self.deadlocks, self.chains)
        kernels = KernelService(*here, questions, self.membership, self._elsewhere)
        self._parts.use(kernels.own_part)
        outside.oms.offer(doors.endpoints.grpc, kernels)
        self._doorkeeper = Doorkeeper(self._own, outside, doors, self._main)
        guarded = for_kernels(kernels, outside.oms.secret, lambda: self._doorkeeper.address)
        await outside.server.start(ClientService(self._client_parts(doors)), guarded)
        self.run(self.membership.run(), self._serve(), self._bring_back(self._arrivals), self._sleeper.run(), self.groups.tidy(outside.oms))

    async def moved(self, host: str) -> None:
        """The kernel is reached at another host from now on: the OMS and others hear of it, in the same life."""
        await self._doorkeeper.moved(host)
        self.membership.list_again()

    def run(self, *work: Awaitable[None]) -> None:
        """Runs something until the kernel stops."""
        self._tasks.extend(asyncio.ensure_future(each) for each in work)

    async def returned(self) -> None:
        """Returns when the objects that the kernel kept at its last stop are back."""
        await self._returning.done()

    async def stop(self) -> None:
        """Empties the kernel, leaves the OMS and ends the parts. The owner of the JVM halves stops them afterwards."""
        departure = self._departure()
        if self._program is not None and self.membership.joined:
            with contextlib.suppress(AminoError):
                await self._program.unregister_all()
        if self.membership.joined and self.membership.held:
            await self._outside.server.serving(False)
            await departure.drain()
        await departure.leave(self._tasks)
        await self._outside.server.stop(STOP_SECONDS)
        self.incoming.close()
        self.router.close()
        if self._arrivals is not None:
            self._arrivals.close()
        self._disowned.close()
        self.mover.close()
        self._sleeper.close()
        self.lifecycle.close()
        await self.chains.end()
        self.groups.close()
        self._frames.close()
        self._frame_door.close()
        await self._outside.peers.close()
        await self._outside.oms.close()

    def lost(self, instances: Sequence[str], reason: str) -> None:
        """Instances have ended with their context."""
        here = (self.table.at(instance) for instance in instances)
        self._ended([local for local in here if local is not None], reason)

    def half_ended(self, runtime: Runtime) -> int:
        """A JVM half has ended; answers how many instances ended with it."""
        gone = self.table.of_runtime(runtime)
        self._ended(gone)
        return len(gone)

    def _ended(self, instances: Sequence[LocalInstance], reason: str = "") -> None:
        gone = [local for local in instances if self.lifecycle.lost(local)]
        if gone:
            log.warning("objects were lost with their context", objects=[local.name for local in gone], reason=reason)
            self.membership.report_lost([local.reported(reason) for local in gone])

    def _unreachable(self, kernel_id: str) -> None:
        self.groups.unreachable(kernel_id)

    def _departure(self) -> Departure:
        own, outside = self._own, self._outside
        return Departure(
            own=own,
            oms=outside.oms,
            table=self.table,
            chains=self.chains,
            server=outside.server,
            half=self._main,
            membership=self.membership,
            clock=outside.clock,
            random=outside.random,
            fence=self._fence,
            keeping=Keeping(self.table, self.chains, outside.kept, outside.clock, self._returning.undecided),
        )

    def _membership_actions(self) -> MembershipActions:
        prolong = JvmLeases(lambda: [runtime.bridge for runtime in self._running()], self._outside.lease_clock).prolong
        return MembershipActions(
            kernel_id=self._own.kernel_id,
            describe=self._describe,
            instances=lambda after, limit: [local.reported() for local in self.table.behind(after, limit)],
            registered=self._registered,
            trust=lambda secret: self._doorkeeper.trust(secret),
            load=lambda: (self._outside.load(len(self.table)), len(self.table)),
            returning=lambda: self._returning.goes_on,
            drop=lambda listed: self._hosting.drop_listed(listed),
            prolong=prolong,
            fence=self._fence,
            resume=self._resume,
            outage=self._lapse.tell,
            superseded=self._outside.superseded,
        )

    def _registered(self) -> None:
        self.records.clear()
        self._outside.registered(self.membership.incarnation)

    def _chain_surroundings(self) -> ChainSurroundings:
        outside, own = self._outside, self._own
        return ChainSurroundings(
            oms=outside.oms,
            parts=self._parts,
            table=self.table,
            node=Node(own.kernel_id, dict(own.labels)),
            clock=outside.clock,
            random=outside.random,
            deliver=self.router.deliver,
            route=self.router.route,
            held=lambda: self.membership.held,
            outage=self._lapse.reason,
            begun=self.incoming.begun,
            may_not_save=self._disowned.tell,
            once=OnceCalls(
                self.router.record, self.chains.chain_of, self.router.route, self._guests.answer, lambda: self.membership.held
            ).run,
            groups=self.groups,
        )

    def _client_parts(self, doors: Doors) -> ClientParts:
        own, outside = self._own, self._outside
        return ClientParts(
            oms=outside.oms,
            passing=self._passing,
            membership=self.membership,
            router=self.router,
            guests=self._guests,
            records=self.records,
            table=self.table,
            chains=self.chains,
            commands=self._commands,
            peers=outside.peers,
            logs=self._logs,
            session_socket=doors.session_socket,
            secret=outside.oms.secret,
            hello=self._doorkeeper.hello,
            host_id=own.host_id,
            allowed=own.allowed,
            clock=outside.clock,
        )

    async def _elsewhere(self, former_address: str, address: str) -> None:
        """Another kernel answers at another address now; any record may name the former one."""
        self.records.clear()
        await self._outside.peers.moved(former_address, address)

    async def _main(self) -> Bridge:
        assert self._pool is not None
        return (await self._pool.main()).bridge

    def _running(self) -> list[Runtime]:
        return self._pool.running() if self._pool is not None else []

    def _describe(self) -> oms_pb2.RegisterKernelRequest:
        return oms_pb2.RegisterKernelRequest(
            kernel_id=self._own.kernel_id,
            endpoints=self._doors.endpoints,
            labels=self._own.labels,
            languages=self._own.languages,
            version=VERSION,
            objects=len(self.table),
            returning=self._returning.goes_on,
        )

    async def _serve(self) -> None:
        # Until then no object can be made here, whatever a client that has found the port may think.
        await self.membership.wait_joined(None)
        await self._outside.server.serving(True)

    async def _bring_back(self, arrivals: Arrivals) -> None:
        outside, membership = self._outside, self.membership
        await membership.wait_joined(None)
        here = (self._own.kernel_id, lambda: membership.incarnation, self._doors.endpoints)
        await self._returning.run(Home(*here, self._hosting, arrivals, outside.oms, outside.clock, outside.random))
        membership.tell()

    async def _fence(self) -> None:
        await self._outside.server.serving(False)
        try:
            await asyncio.gather(*(runtime.bridge.fence(None) for runtime in self._running()))
        finally:
            await self.lifecycle.fence()

    async def _resume(self) -> None:
        await self._outside.server.serving(True)
        self.records.clear()
        await self.lifecycle.unfence()
