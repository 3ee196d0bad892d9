"""The JVM halves of this kernel: the first one, and further processes where objects are to be kept apart."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import count

import structlog
from amino_graal import JvmBackend
from amino_graal.launch import Preparation
from amino_kernel.halves.bridge import Bridge
from amino_kernel.halves.running_calls import RunningCallsFolder
from amino_kernel.halves.runtime import Runtime
from amino_kernel.halves.runtime_key import Isolation, runtime_key
from amino_kernel.halves.sockets import SocketFolder
from amino_wire.errors import AminoError
from amino_wire.lane import IncomingCall
from amino_wire.pb import common_pb2

log = structlog.get_logger(__name__)

SHUTDOWN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class PoolEvents:
    """Whom a pool tells: about calls out of a JVM half, and about the end of one."""

    on_request: Callable[[Bridge, list[IncomingCall]], None]
    on_end: Callable[[Runtime, str], None]


@dataclass(frozen=True, slots=True)
class PoolPlaces:
    """Where JVM halves listen, and where they show which calls run."""

    sockets: SocketFolder
    running: RunningCallsFolder


class RuntimePool:
    """See `Pool`. Starts JVM halves when they are first needed.

    Args:
        kernel_id: The kernel's id.
        isolation: Whether artifacts or tenants get processes of their own.
        first: The backend of the first JVM half, and the languages it will have.
        prepare: Prepares a further process for languages: fetches jars, answers what to start it with.
        further: Makes the backend of a further process.
    """

    def __init__(
        self,
        kernel_id: str,
        isolation: Isolation,
        first: tuple[JvmBackend, tuple[str, ...]],
        prepare: Callable[[Sequence[str]], Awaitable[Preparation]],
        further: Callable[[Preparation], JvmBackend],
        places: PoolPlaces,
        events: PoolEvents,
    ) -> None:
        self._kernel_id = kernel_id
        self._isolation: Isolation = isolation
        self._first = first
        self._prepare = prepare
        self._further = further
        self._places = places
        self._events = events
        self._runtimes: dict[str, asyncio.Future[Runtime]] = {}
        self._watches: set[asyncio.Task[None]] = set()
        self._closing = False
        self._numbers = count()

    async def main(self) -> Runtime:
        """Answers the first JVM half, which also serves the clients' lanes."""
        backend, languages = self._first
        return await self._started("", lambda: self._start("", backend, languages))

    async def runtime_for(self, artifact: common_pb2.Artifact, tenant: str) -> Runtime:
        """Answers the JVM half that an object belongs to, starting it if need be.

        Raises:
            JvmUnusable, JarsMissing: It cannot be started.
        """
        key = runtime_key(self._isolation, artifact, tenant, self._first[1])
        if not key:
            return await self.main()
        return await self._started(key, lambda: self._start_further(key, artifact.language))

    def running(self) -> list[Runtime]:
        """The JVM halves that are up."""
        done = [each for each in self._runtimes.values() if each.done() and not each.cancelled() and each.exception() is None]
        return [each.result() for each in done]

    async def close(self) -> None:
        """Stops all of them, the further processes first."""
        self._closing = True
        for task in self._watches:
            task.cancel()
        for runtime in sorted(self.running(), key=lambda runtime: runtime.key, reverse=True):
            with contextlib.suppress(AminoError, TimeoutError):
                await asyncio.wait_for(runtime.bridge.shutdown(), SHUTDOWN_SECONDS)
            runtime.bridge.close()
            await runtime.handle.stop()

    def kill(self, runtime: Runtime) -> bool:
        """Ends the process of a JVM half at once; answers False when that would be this process."""
        return runtime.handle.kill()

    async def _started(self, key: str, start: Callable[[], Awaitable[Runtime]]) -> Runtime:
        known = self._runtimes.get(key)
        if known is None:
            known = asyncio.ensure_future(start())
            self._runtimes[key] = known
            known.add_done_callback(lambda done: self._forget_failure(key, done))
        return await asyncio.shield(known)

    def _forget_failure(self, key: str, done: asyncio.Future[Runtime]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._runtimes.pop(key, None)

    async def _start_further(self, key: str, language: str) -> Runtime:
        preparation = await self._prepare([language])
        log.info("a JVM process of its own starts", purpose=key)
        return await self._start(key, self._further(preparation), preparation.languages)

    async def _start(self, key: str, backend: JvmBackend, languages: tuple[str, ...]) -> Runtime:
        token = secrets.token_urlsafe(24)
        handle = await backend.start_runtime(self._places.sockets.fresh("bridge"), token, self._kernel_id)
        made: list[Runtime] = []

        def lost(reason: AminoError) -> None:
            if made:
                self._ended(made[0], reason.message)

        try:
            bridge = await Bridge.connect(handle.socket_path, token, self._kernel_id, self._events.on_request, lost)
        except BaseException:
            handle.kill()
            raise
        runtime = Runtime(next(self._numbers), key, handle, bridge, languages)
        made.append(runtime)
        await self._record(runtime)
        watch = asyncio.ensure_future(self._watch(runtime))
        self._watches.add(watch)
        watch.add_done_callback(self._watches.discard)
        return runtime

    async def _record(self, runtime: Runtime) -> None:
        try:
            await runtime.bridge.record(str(self._places.running.path(runtime.number)))
        except AminoError as error:
            log.warning("should this JVM half die, the log cannot name what ran in it", purpose=runtime.key or "main", error=error.message)

    async def _watch(self, runtime: Runtime) -> None:
        status = await runtime.handle.ended()
        self._ended(runtime, f"its process ended with status {status}")

    def _ended(self, runtime: Runtime, reason: str) -> None:
        known = self._runtimes.get(runtime.key)
        if self._closing or known is None or not known.done() or known.result() is not runtime:
            return
        del self._runtimes[runtime.key]
        runtime.bridge.close()
        self.kill(runtime)
        self._events.on_end(runtime, reason)
