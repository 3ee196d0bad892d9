"""A kernel: its parts put together, started and stopped."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import secrets
from collections.abc import Awaitable, Sequence
from typing import Any

import structlog
from amino_dms.api import Node
from amino_graal import JvmBackend
from amino_graal.launch import Preparation
from amino_graal.process_backend import ProcessBackend
from amino_graal.py4j_backend import Py4jBackend
from amino_kernel.boot import exit_status
from amino_kernel.boot.identity import take_identity
from amino_kernel.boot.jvm_start import JvmStart, prepare_for
from amino_kernel.boot.settings import KernelSettings
from amino_kernel.boot.version import VERSION
from amino_kernel.calls.deadlock_watch import DeadlockWatch, Surroundings
from amino_kernel.calls.guest_requests import GuestRequests, Stuck
from amino_kernel.calls.host_program import KERNEL_LABEL, HostProgram
from amino_kernel.calls.incoming import Incoming
from amino_kernel.calls.log_buffer import LogBuffer
from amino_kernel.calls.router import Router
from amino_kernel.halves.bridge import Bridge
from amino_kernel.halves.jvm_leases import JvmLeases
from amino_kernel.halves.memory_watch import MemoryWatch
from amino_kernel.halves.running_calls import RunningCallsFolder
from amino_kernel.halves.runtime import Runtime
from amino_kernel.halves.runtime_key import HOST_LANGUAGE
from amino_kernel.halves.runtime_pool import PoolEvents, PoolPlaces, RuntimePool
from amino_kernel.halves.sockets import SocketFolder
from amino_kernel.instances.arrivals import Arrivals
from amino_kernel.instances.artifact_cache import ArtifactCache
from amino_kernel.instances.hosting import Hosting, LoadOptions
from amino_kernel.instances.mover import Mover
from amino_kernel.instances.object_table import ObjectTable, Standing
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.links.peers import Peers
from amino_kernel.links.record_cache import RecordCache
from amino_kernel.managers import ManagedChains
from amino_kernel.managers.client_questions import ClientQuestions
from amino_kernel.managers.managed_chains import Surroundings as ChainSurroundings
from amino_kernel.managers.part_calls import PartCalls
from amino_kernel.membership.load_meter import LoadMeter
from amino_kernel.membership.membership import Membership, MembershipActions
from amino_kernel.service.addresses import check_address, join
from amino_kernel.service.client_service import ClientParts, ClientService
from amino_kernel.service.kernel_service import KernelService
from amino_kernel.service.server import KernelServer
from amino_wire.errors import AminoError
from amino_wire.pb import client_pb2, common_pb2, oms_pb2

log = structlog.get_logger(__name__)

STOP_SECONDS = 2.0
JOIN_SECONDS = 15.0


class Kernel:
    """One kernel. `await start()`, `await run()` until it is to end, `await stop()`.

    Arguments:
        settings: What the operator wants.
        oms: How to reach the OMS; by the address in the settings if None.
        jvm: The JVM of this process, which may still be starting; None attaches to the one at the settings' `py4j_port`.
    """

    def __init__(self, settings: KernelSettings, oms: OmsClient | None = None, jvm: JvmStart | None = None) -> None:
        warning = check_address(settings.host, settings.insecure)
        if warning:
            log.warning(warning)
        self._settings, self._jvm = settings, jvm
        self._oms = oms or OmsClient(settings.oms)
        self._identity = take_identity(settings.data_dir)
        self._server = KernelServer(settings.host, settings.port)
        self._sockets = SocketFolder.make()
        self._running = RunningCallsFolder.make(self._identity.folder)
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._tasks: list[asyncio.Task[None]] = []
        self._endpoints = common_pb2.Endpoints(grpc=join(settings.host, self._server.port), host_id=self._identity.host_id)
        self._meter = LoadMeter()
        self._make_parts()

    @property
    def address(self) -> str:
        """Where clients reach it: `host:port`."""
        return self._endpoints.grpc

    @property
    def kernel_id(self) -> str:
        return self._identity.kernel_id

    def _make_parts(self) -> None:
        settings, kernel_id = self._settings, self._identity.kernel_id
        self._table = ObjectTable()
        self._records = RecordCache(self._oms.get)
        self._peers = Peers(kernel_id, self._identity.host_id, VERSION)
        self._chains = ManagedChains()
        self._logs = LogBuffer()
        self._router = Router(self._table, self._records, self._peers, self._chains, kernel_id)
        parts = PartCalls(self._oms, self._peers, self._records, kernel_id)
        node = Node(kernel_id, self._labels())
        self._questions = ClientQuestions(self._oms, parts)
        deliver, run = self._router.deliver, self._router.run
        self._chains.use(ChainSurroundings(self._oms, parts, self._table, node, deliver, run, lambda: self._membership.held))
        self._program = HostProgram(self._oms, self._table, kernel_id) if settings.py4j_port else None
        self._guests = GuestRequests(self._oms, self._logs, self._lost, self._stuck, self._program)
        self._incoming = Incoming(self._router, self._guests)
        prolong = JvmLeases(lambda: [runtime.bridge for runtime in self._pool.running()]).prolong
        superseded = functools.partial(self.end, exit_status.CONFIGURATION)
        told = (self._describe, self._instances, self._records.clear, self._load, self._drop)
        actions = MembershipActions(kernel_id, *told, prolong, self._fence, self._resume, superseded)
        self._membership = Membership(self._oms, actions)
        self._mover = Mover(self._table, self._records, self._peers, self._oms, self._chains)

    async def start(self) -> None:
        """Starts the JVM half, opens the lanes, offers the services, joins the OMS.

        Raises:
            JvmNotFound, JvmUnusable, JarsMissing: There is no JVM half.
        """
        settings = self._settings
        events = PoolEvents(self._incoming.take, self._runtime_ended)
        first = await self._first_backend()
        places = PoolPlaces(self._sockets, self._running)
        self._pool = RuntimePool(self.kernel_id, settings.isolate, first, self._prepare, _process_backend, places, events)
        artifacts = ArtifactCache(self._identity.folder / "artifacts", self._oms)
        options = LoadOptions(settings.allow, settings.contexts)
        self._hosting = Hosting(self._pool, artifacts, self._table, self._records, self._chains, options)
        main = await self._pool.main()
        token = secrets.token_urlsafe(24)
        session_socket = await self._open_lanes(main, token)
        await self._offer(session_socket, token)
        work = [self._membership.run(), self._serve()]
        if self._jvm is None:
            work.append(self._prewarm(main))
        self._tasks.extend(asyncio.ensure_future(each) for each in work)

    async def joined(self) -> None:
        """Waits until the OMS knows this kernel.

        Raises:
            OmsUnavailable: It does not answer.
        """
        await self._membership.wait_joined(JOIN_SECONDS)

    async def run(self) -> int:
        """Waits until the kernel must end, and answers the exit status."""
        return await asyncio.shield(self._ended)

    def end(self, status: int = 0) -> None:
        """Makes `run` return."""
        if not self._ended.done():
            self._ended.set_result(status)

    async def stop(self) -> None:
        """Leaves the OMS, closes the lanes, stops the JVM halves."""
        for task in self._tasks:
            task.cancel()
        if self._program is not None and self._membership.joined:
            with contextlib.suppress(AminoError):
                await self._program.unregister_all()
        await self._membership.leave()
        await self._server.stop(STOP_SECONDS)
        self._incoming.close()
        await self._chains.close()
        await self._peers.close()
        if hasattr(self, "_pool"):
            await self._pool.close()
        await self._oms.close()
        self._sockets.remove()
        if self._ended.done() and self._ended.result() == 0:
            self._running.remove()  # else its supervisor reads what ran
        self._identity.lock.close()

    async def _prepare(self, languages: Sequence[str]) -> Preparation:
        return await asyncio.to_thread(prepare_for, self._settings, languages, self._identity.folder)

    async def _first_backend(self) -> tuple[JvmBackend, tuple[str, ...]]:
        settings = self._settings
        if self._jvm is None:
            return Py4jBackend(settings.py4j_port, settings.py4j_token), settings.py4j_languages
        preparation, backend = await self._jvm.done()
        for notice in preparation.notices:
            log.warning(notice)
        return backend, preparation.languages

    async def _open_lanes(self, main: Runtime, token: str) -> str:
        settings = self._settings
        host, port = await main.bridge.listen("tcp", settings.host, settings.lane_port, token)
        self._endpoints.lane_tcp = join(host, port)
        path, _ = await main.bridge.listen("unix", self._sockets.fresh("lane"), 0, token)
        self._endpoints.lane_unix = path
        # Behind the door that only this user can open; sessions were let in by gRPC already.
        session_socket, _ = await main.bridge.listen("unix", self._sockets.fresh("session"), 0, None)
        return session_socket

    async def _offer(self, session_socket: str, token: str) -> None:
        arrivals = Arrivals(self._table, self._hosting, self._oms, self.kernel_id)
        deadlocks = DeadlockWatch(Surroundings(self.kernel_id, self._pool.running, self._kernels), self._peers)
        hello = client_pb2.HelloResponse(
            kernel_id=self.kernel_id, endpoints=self._endpoints, lane_token=token, version=VERSION, languages=self._languages()
        )
        parts = ClientParts(
            oms=self._oms,
            membership=self._membership,
            router=self._router,
            guests=self._guests,
            records=self._records,
            table=self._table,
            chains=self._chains,
            peers=self._peers,
            logs=self._logs,
            session_socket=session_socket,
            hello=hello,
            host_id=self._identity.host_id,
            allowed=frozenset(self._settings.allow),
        )
        kernels = KernelService(
            self._hosting, self._mover, arrivals, self._table, deadlocks, self._chains, self._questions, self._membership
        )
        self._oms.offer(self.address, kernels)
        await self._server.start(ClientService(parts), kernels)
        memory = MemoryWatch(self._pool.running, lambda: self._chains.has_parts, self._chains.low_memory)
        self._tasks.extend(asyncio.ensure_future(watch.run()) for watch in (deadlocks, memory))

    async def _prewarm(self, main: Runtime) -> None:
        """A JVM that was there before could not be told of the languages at its start."""
        if self._settings.isolate == "none":
            await main.bridge.prewarm([language for language in self._settings.languages if language in self._languages()])

    async def _kernels(self) -> Sequence[common_pb2.KernelRecord]:
        answer: client_pb2.KernelsResponse = await self._oms.ask(self._oms.stub.Kernels, client_pb2.KernelsRequest())
        return list(answer.kernels)

    def _languages(self) -> list[str]:
        return self._settings.offered + ([HOST_LANGUAGE] if self._settings.py4j_port else [])

    def _labels(self) -> dict[str, str]:
        # An instance of a program is nowhere but in it, so its kernel must be one that a selector can name.
        own = {KERNEL_LABEL: self.kernel_id} if self._settings.py4j_port else {}
        return {**self._settings.labels, **own}

    def _describe(self) -> oms_pb2.RegisterKernelRequest:
        return oms_pb2.RegisterKernelRequest(
            kernel_id=self.kernel_id,
            endpoints=self._endpoints,
            labels=self._labels(),
            languages=self._languages(),
            version=VERSION,
            objects=len(self._table),
        )

    def _instances(self, after: str, limit: int) -> list[common_pb2.InstanceState]:
        return [local.reported() for local in self._table.behind(after, limit)]

    def _load(self) -> tuple[float, int]:
        return self._meter.read(len(self._table)), len(self._table)

    async def _drop(self, listed: Sequence[common_pb2.InstanceState]) -> None:
        await self._hosting.drop_listed(listed)

    async def _serve(self) -> None:
        # Until then no object can be made here, whatever a client that has found the port may think.
        await self._membership.wait_joined(None)
        await self._server.serving(True)

    async def _fence(self) -> None:
        await self._server.serving(False)
        await asyncio.gather(*(runtime.bridge.fence(None) for runtime in self._pool.running()))

    async def _resume(self) -> None:
        await self._server.serving(True)
        self._records.clear()
        # What is on the move stays held; its own move lets it go.
        active = [local for local in self._table if local.standing is Standing.ACTIVE]
        await _all(local.runtime.bridge.resume(local.id) for local in active)

    def _lost(self, object_ids: Sequence[str]) -> None:
        gone = [local for object_id in object_ids if (local := self._table.remove(object_id)) is not None]
        for local in gone:
            self._records.forget(local.id)
        log.warning("objects were lost with their context", objects=[local.record.name or local.id for local in gone])
        lost = [local.reported() for local in gone]
        self._membership.report_lost(lost)

    def _stuck(self, bridge: Bridge | None, guest: Stuck) -> None:
        record = self._records.peek(guest.object_id)
        name = (record.name if record is not None else "") or guest.object_id
        log.error("a guest cannot be ended inside its process, which is killed", object=name, method=guest.method, artifact=guest.artifact)
        runtime = next((each for each in self._pool.running() if each.bridge is bridge), None)
        if runtime is None or not self._pool.kill(runtime):
            self.end(exit_status.GUEST)

    def _runtime_ended(self, runtime: Runtime, reason: str) -> None:
        gone = [local.id for local in self._table.of_runtime(runtime)]
        running = [str(call) for call in self._running.read(runtime.number)]
        log.error("a JVM half has ended", purpose=runtime.key or "main", reason=reason, objects=len(gone), running=running)
        if gone:
            self._lost(gone)
        if runtime.key:
            self._running.forget(runtime.number)
        else:
            self.end(exit_status.GUEST)


def _process_backend(preparation: Preparation) -> JvmBackend:
    return ProcessBackend(preparation.options)


async def _all(work: Any) -> None:
    awaited: list[Awaitable[Any]] = list(work)
    await asyncio.gather(*awaited)
