"""The simulated OMS: the real service over a store in memory, in a process that can be paused, killed and started again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from random import Random
from typing import Any, cast

from amino_oms.main import assemble_oms
from amino_oms.oms import Oms
from amino_oms.registry import records
from amino_oms.registry.keys import ARTIFACTS, last_part, name_key, object_key
from amino_oms.service.kernel_connections import KernelConnections
from amino_oms.service.server import add_to_server
from amino_oms.settings import OmsSettings
from amino_oms.storage import Storage
from amino_store.blobs.memory import MemoryBlobs
from amino_store.marks import MemoryMarks
from amino_store.memory.disk import MemoryDisk
from amino_store.memory.store import MemoryStore
from amino_store.store import PAGE_LIMIT
from amino_wire.errors import ObjectNotFound
from amino_wire.pb import common_pb2
from amino_wire.proof import ClusterSecret

from amino_testkit.cluster.kernel import OMS
from amino_testkit.cluster.surroundings import Surroundings
from amino_testkit.network.rpc_server import RpcServer
from amino_testkit.world.clock import MachineClock
from amino_testkit.world.process import Process

LEASE, MARGIN = 3.0, 1.0
DETECTION = LEASE + MARGIN + LEASE / 10
"""Simulated seconds from a kernel's last sign of life until the OMS declares it dead, at most."""
STOP_SECONDS = 1.0
"""Seconds that requests which wait may still take when the service cannot go on."""
RESTART_AFTER = 0.5
"""Seconds after which its supervisor starts a service again that has ended by itself."""
_EPOCH_MS = 1_700_000_000_000
DISK = (0.0001, 0.0006)
"""Shortest and longest time of a commit, in seconds, before and after it is on the disk."""


_NOBODY: Mapping[str, str] = {}


class _Clock:
    """See `amino_oms.clock.Clock`."""

    def __init__(self, process: Process) -> None:
        self.monotonic = process.clock.now
        self._process = process

    def time_ms(self) -> int:
        """Milliseconds since 1970, by the machine's own idea of the time."""
        return _EPOCH_MS + int(self._process.clock.awake() * 1000)

    async def sleep(self, seconds: float) -> None:
        """Returns after so many seconds of the clock."""
        await asyncio.sleep(max(0.0, seconds))


class SimulatedOms:
    """The object management service. Its disk outlives its process.

    Arguments:
        around: the cluster that it is in.
        clock: of its machine.
        random: its chance.
    """

    def __init__(self, around: Surroundings, clock: MachineClock, random: Random) -> None:
        self.disk = MemoryDisk()
        self.commit_seconds: tuple[float, float] = DISK
        self.artifact_grace = 600.0
        """Seconds that an artifact of no object stays, for processes that start from now on."""
        self.preferred = ""
        """The kernel that gets the next object, as if all others were full; empty: the least loaded one."""
        self.clock = clock
        self._artifacts, self._marks = MemoryBlobs(), MemoryMarks()
        self._around = around
        self._random = random
        self.start()

    @property
    def alive(self) -> bool:
        """Whether its process is there."""
        return self.process.alive

    @property
    def service(self) -> Oms:
        """The service in its present process."""
        return self._service

    @property
    def artifacts(self) -> tuple[set[str], set[str]]:
        """The hashes of the artifacts that have a record on the disk, and of those whose bytes are there."""
        recorded = {last_part(entry.key) for entry in self.disk.range(ARTIFACTS, "", PAGE_LIMIT).entries}
        return recorded, self._artifacts.hashes

    def start(self) -> None:
        """Starts the service over its disk."""
        self.process = Process(self._around.scheduler, OMS, self.clock, Random(self._random.getrandbits(64)))
        self.process.at_end(lambda: self.disk.process_ended(doubtful_is_there=self._random.random() < 0.5))
        self.process.spawn(self._boot)

    def kill(self) -> None:
        """Ends the process at once."""
        self.process.kill()

    def lose_power(self) -> None:
        """Ends the machine at once: what was not durable is lost."""
        self.process.kill()
        self.disk.power_lost()

    async def stop(self) -> None:
        """Ends the service gracefully."""
        await self.process.ask(self._service.close)
        self.process.kill()

    def record(self, name_or_id: str) -> common_pb2.ObjectRecord:
        """The record of an object as it is on the disk. Raises ObjectNotFound."""
        named = self.disk.get(name_key(name_or_id))
        entry = self.disk.get(object_key(named.value.decode() if named is not None else name_or_id))
        if entry is None:
            raise ObjectNotFound(f"there is no object {name_or_id}")
        record, _ = records.unpack(entry.value)
        return record

    async def _boot(self) -> None:
        process, around = self.process, self._around
        dial = around.dial(process)
        store = MemoryStore(self.disk, clock=process.clock.now, delay=self._delay)
        secret = ClusterSecret()
        settings = OmsSettings(Path("in memory"), lease=LEASE, margin=MARGIN, artifact_grace=self.artifact_grace)
        service = self._service = assemble_oms(
            Storage(store, self._artifacts, None, self._marks),
            clock=_Clock(process),
            settings=settings,
            kernels=KernelConnections(secret, dial.channel),
            managers=around.registry,
            random=process.random,
            secret=secret,
        )
        self._prefer(service)
        server = RpcServer(around.network, process, OMS, around.places)
        add_to_server(service, cast("Any", server))
        await service.start()
        around.secret.take(secret.text)
        server.listen()
        await service.failed()
        # As the real process: requests that wait are answered, then it ends, and its supervisor starts it again.
        await server.stop(STOP_SECONDS)
        scheduler = around.scheduler
        scheduler.after(0.0, process.kill)
        scheduler.after(RESTART_AFTER, self._start_again)

    def _prefer(self, service: Oms) -> None:
        directory = service.services.directory
        place: Callable[..., common_pb2.KernelRecord] = directory.place

        def preferring(
            selector: common_pb2.Selector,
            language: str,
            excluded: Collection[str] = (),
            refusals: Mapping[str, str] = _NOBODY,
            avoided: Collection[str] = (),
        ) -> common_pb2.KernelRecord:
            if self.preferred and self.preferred not in {*excluded, *avoided}:
                others = {kernel.id for kernel in directory.all(include_dead=False)} - {self.preferred}
                excluded = {*excluded, *others}
            return place(selector, language, excluded, refusals, avoided)

        directory.place = preferring  # type: ignore[method-assign]

    def _delay(self) -> tuple[float, float]:
        return self._random.uniform(*self.commit_seconds), self._random.uniform(*self.commit_seconds)

    def _start_again(self) -> None:
        if not self.alive:
            self.start()
