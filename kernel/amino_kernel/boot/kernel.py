"""A kernel as a process: the JVM halves, sockets and files below the parts that `assembly` puts together."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import secrets
import time
from collections.abc import Sequence
from random import Random

import structlog
from amino_dms.api import SystemClock
from amino_graal import JvmBackend
from amino_graal.launch import Preparation
from amino_graal.process_backend import ProcessBackend
from amino_graal.py4j_backend import Py4jBackend
from amino_kernel.boot import exit_status
from amino_kernel.boot.assembly import Assembly
from amino_kernel.boot.identity import take_identity
from amino_kernel.boot.jvm_start import JvmStart, make_temporary, prepare_for
from amino_kernel.boot.outside import Description, Doors, Outside
from amino_kernel.boot.settings import KEPT_FILE, KernelSettings
from amino_kernel.boot.supervision import Life, Supervision
from amino_kernel.boot.version import VERSION
from amino_kernel.calls.guest_requests import Stuck
from amino_kernel.calls.host_program import KERNEL_LABEL
from amino_kernel.halves.bridge import Bridge
from amino_kernel.halves.memory_watch import MemoryWatch
from amino_kernel.halves.running_calls import RunningCallsFolder
from amino_kernel.halves.runtime import Runtime
from amino_kernel.halves.runtime_key import HOST_LANGUAGE
from amino_kernel.halves.runtime_pool import PoolEvents, PoolPlaces, RuntimePool
from amino_kernel.halves.sockets import SocketFolder
from amino_kernel.halves.stuck_guests import StuckGuests
from amino_kernel.instances.artifact_cache import ArtifactCache
from amino_kernel.instances.kept_states import KeptFile
from amino_kernel.instances.load_options import LoadOptions
from amino_kernel.links.dial import SocketDial
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.links.own_address import own_address_towards
from amino_kernel.links.peers import Peers
from amino_kernel.membership.address_watch import AddressWatch
from amino_kernel.membership.lease_clock import SystemLeaseClock
from amino_kernel.membership.load_meter import LoadMeter
from amino_kernel.membership.seen_store import SeenStore
from amino_kernel.replication.frame_sockets import FrameSockets
from amino_kernel.replication.kernel_disk import KernelDisk
from amino_kernel.service.addresses import advertised, check_address, is_wildcard, join
from amino_kernel.service.server import KernelServer
from amino_wire.errors import AminoError
from amino_wire.pb import common_pb2
from amino_wire.proof import OMS

log = structlog.get_logger(__name__)

JOIN_SECONDS = 15.0
RETURN_SECONDS = 30.0
ISOLATE = "restart the kernel when it may; with --isolate artifact only the guest's own process would end"
SEEN_FILE = "oms-store.json"
"""In the kernel's data folder: how far the OMS's store had come."""
LOG_FOLDER = "replication"
"""In the kernel's data folder: what durable replicated objects need after the end of all kernels."""


class Kernel:
    """One kernel. `await start()`, `await run()` until it is to end, `await stop()`.

    Arguments:
        settings: The operator's.
        oms: How to reach the OMS; by the address in the settings if None.
        jvm: The JVM of this process, which may still be starting; None attaches to the one at the settings' `py4j_port`.
        supervision: Of this process.
    """

    def __init__(
        self,
        settings: KernelSettings,
        oms: OmsClient | None = None,
        jvm: JvmStart | None = None,
        supervision: Supervision | None = None,
    ) -> None:
        warning = check_address(settings.host, settings.insecure)
        if warning:
            log.warning(warning)
        self._settings, self._jvm, self._supervision = settings, jvm, supervision or Supervision()
        self._life: Life | None = None
        self._oms = oms or OmsClient(settings.oms)
        self._identity = take_identity(settings.data_dir)
        self._server = KernelServer(settings.host, settings.port)
        self._sockets = SocketFolder.make()
        self._temporary = make_temporary() if jvm is None else jvm.temporary
        self._running = RunningCallsFolder.make(self._identity.folder)
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._host = advertised(settings.host, settings.advertise, self._seen_host())
        self._endpoints = common_pb2.Endpoints(grpc=join(self._host, self._server.port), host_id=self._identity.host_id)
        self._parts = Assembly(self._description(), self._outside())
        self._pool: RuntimePool | None = None
        self._stuck_guests = StuckGuests()

    @property
    def address(self) -> str:
        """Where clients reach it: `host:port`."""
        return self._endpoints.grpc

    @property
    def kernel_id(self) -> str:
        return self._identity.kernel_id

    def _description(self) -> Description:
        settings = self._settings
        return Description(
            kernel_id=self.kernel_id,
            host_id=self._identity.host_id,
            labels=self._labels(),
            languages=self._languages(),
            allowed=frozenset(settings.allow),
            has_program=bool(settings.py4j_port),
            drain_seconds=settings.drain_timeout,
        )

    def _outside(self) -> Outside:
        return Outside(
            oms=self._oms,
            peers=Peers(self.kernel_id, self._identity.host_id, VERSION, SocketDial(), self._oms.secret),
            server=self._server,
            clock=SystemClock(),
            lease_clock=SystemLeaseClock(),
            random=Random(),
            load=LoadMeter().read,
            superseded=functools.partial(self.end, exit_status.CONFIGURATION),
            stuck=self._stuck,
            kept=KeptFile(self._identity.folder / KEPT_FILE),
            seen=SeenStore(self._identity.folder / SEEN_FILE, time.monotonic),
            registered=self._registered,
            disk=KernelDisk(self._identity.folder / LOG_FOLDER),
            frames=FrameSockets(self._sockets.fresh, self._settings.host, self._reached_at),
        )

    async def start(self) -> None:
        """Starts the JVM half, opens the lanes, offers the services, joins the OMS.

        Raises:
            JvmNotFound, JvmUnusable, JarsMissing: There is no JVM half.
        """
        settings = self._settings
        events = PoolEvents(self._parts.incoming.take, self._runtime_ended)
        first = await self._first_backend()
        places = PoolPlaces(self._sockets, self._running)
        pool = self._pool = RuntimePool(self.kernel_id, settings.isolate, first, self._prepare, self._further, places, events)
        artifacts = ArtifactCache(self._identity.folder / "artifacts", self._oms, grace=settings.artifact_grace)
        main = await pool.main()
        doors = await self._open_lanes(main, secrets.token_urlsafe(24))
        await self._parts.start(pool, artifacts, LoadOptions(settings.allow, settings.contexts), doors)
        chains = self._parts.chains
        memory = MemoryWatch(pool.running, lambda: chains.has_parts, chains.low_memory, idle_seconds=settings.unload_after)
        copies = artifacts.run(lambda: set[str]().union(*(runtime.loaded_hashes() for runtime in pool.running())))
        self._parts.run(self._parts.deadlocks.run(), memory.run(), copies)
        self._parts.run(self._prewarm(main))
        if is_wildcard(settings.host) and not settings.advertise and self._oms.remote:
            self._parts.run(AddressWatch(self._look, self._parts.moved, SystemClock()).run(self._host))

    async def joined(self) -> None:
        """Waits until the OMS knows this kernel.

        Raises:
            OmsUnavailable: It does not answer.
        """
        await self._parts.membership.wait_joined(JOIN_SECONDS)

    async def returned(self) -> None:
        """Waits until the objects that the kernel kept at its last stop are back; where they are many, for a while."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._parts.returned(), RETURN_SECONDS)

    async def run(self) -> int:
        """Waits until the kernel must end, and answers the exit status."""
        return await asyncio.shield(self._ended)

    def end(self, status: int = 0) -> None:
        """Makes `run` return."""
        if not self._ended.done():
            self._ended.set_result(status)

    async def stop(self) -> None:
        """Leaves the OMS, closes the lanes, stops the JVM halves."""
        await self._parts.stop()
        if self._pool is not None:
            await self._pool.close()
        self._sockets.remove()
        self._temporary.remove()
        if self._ended.done() and self._ended.result() == 0:
            self._running.remove()  # else its supervisor reads what ran
        self._identity.lock.close()

    def _reached_at(self, port: int) -> str:
        # The host may become another one.
        return join(self._endpoints.grpc.rpartition(":")[0], port)

    def _seen_host(self) -> str:
        return own_address_towards(self._oms.asked) if is_wildcard(self._settings.host) and self._oms.remote else ""

    async def _look(self) -> str:
        return await asyncio.to_thread(self._seen_host)  # a name is looked up

    async def _prepare(self, languages: Sequence[str]) -> Preparation:
        return await asyncio.to_thread(prepare_for, self._settings, languages, self._identity.folder, self._temporary.path)

    def _further(self, preparation: Preparation) -> JvmBackend:
        return ProcessBackend(preparation.options, self._supervision.halves)

    def _registered(self, incarnation: int) -> None:
        """Tells the supervisor which life the OMS knows, so that it can say when that has ended. The JVM of a host program outlives us."""
        life = Life(self.kernel_id, incarnation, self._oms.secret.token(OMS))
        if life != self._life and not self._settings.py4j_port:
            self._life = life
            self._supervision.tell_life(life)

    async def _first_backend(self) -> tuple[JvmBackend, tuple[str, ...]]:
        settings = self._settings
        if self._jvm is None:
            return Py4jBackend(settings.py4j_port, settings.py4j_token), settings.py4j_languages
        preparation, backend = await self._jvm.done()
        for notice in preparation.notices:
            log.warning(notice)
        return backend, preparation.languages

    async def _open_lanes(self, main: Runtime, token: str) -> Doors:
        settings = self._settings
        _, port = await main.bridge.listen("tcp", settings.host, settings.lane_port, token)
        self._endpoints.lane_tcp = join(self._host, port)
        path, _ = await main.bridge.listen("unix", self._sockets.fresh("lane"), 0, token)
        self._endpoints.lane_unix = path
        # Behind the door that only this user can open; sessions were let in by gRPC already.
        session_socket, _ = await main.bridge.listen("unix", self._sockets.fresh("session"), 0, None)
        return Doors(self._endpoints, token, session_socket)

    async def _prewarm(self, main: Runtime) -> None:
        """Loads languages beside the thread that has begun with the first one when the JVM started: from the last one on.

        A failure with one of them is told to the caller that asks for it.
        """
        if self._settings.isolate == "none":
            languages = [language for language in self._settings.languages if language in self._languages()]
            with contextlib.suppress(AminoError):
                await main.bridge.prewarm(languages[::-1])

    def _languages(self) -> list[str]:
        return self._settings.offered + ([HOST_LANGUAGE] if self._settings.py4j_port else [])

    def _labels(self) -> dict[str, str]:
        # An instance of a program is nowhere but in it, so a selector must be able to name its kernel.
        own = {KERNEL_LABEL: self.kernel_id} if self._settings.py4j_port else {}
        return {**self._settings.labels, **own}

    def _stuck(self, bridge: Bridge | None, guest: Stuck) -> None:
        about = log.bind(object=guest.name or guest.object_id, instance=guest.object_id, method=guest.method, artifact=guest.artifact)
        pool = self._pool
        runtime = next((each for each in pool.running() if each.bridge is bridge), None) if pool is not None else None
        if guest.over:
            self._stuck_guests.ended()
            about.info("a guest that could not be ended has ended by itself")
        elif pool is not None and runtime is not None and pool.kill(runtime):
            about.error("a guest cannot be ended inside its process, which is killed; the other processes of this kernel go on")
        elif self._stuck_guests.begun():
            about.error("a guest cannot be ended and goes on in the kernel's process", remedy=ISOLATE)
        else:
            about.error("guests that cannot be ended take every processor: the kernel ends and is started again", remedy=ISOLATE)
            self.end(exit_status.GUEST)

    def _runtime_ended(self, runtime: Runtime, reason: str) -> None:
        running = [str(call) for call in self._running.read(runtime.number)]
        gone = self._parts.half_ended(runtime)
        log.error("a JVM half has ended", purpose=runtime.key or "main", reason=reason, objects=gone, running=running)
        if runtime.key:
            self._running.forget(runtime.number)
        else:
            self.end(exit_status.GUEST)
