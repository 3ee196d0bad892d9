"""A replicated object under measurement: an OMS, a kernel that only has the client, and three that have replicas."""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from itertools import cycle
from types import TracebackType
from typing import Any, Self, TypeVar

import amino
from amino.errors import AminoError
from amino.testing import LocalCluster, LocalProcess

from benchmarks.amino_host import OBJECTS
from benchmarks.replication_peers import rate_of

T = TypeVar("T")

KERNELS = "ConsensusRSM(log=kernels)"
STORE = "ConsensusRSM(log=store)"
MEMBERS = ("one", "two", "three")
PADDING = "x" * 40
WARM_SECONDS = 8.0
"""The engine compiles what replicas run while calls are made, on the cores that they need."""
PATIENCE = 120.0
AT_ONCE = 16
"""Groups that are made beside one another."""
_PAUSE = 0.05


class ReplicatedGroup:
    """`with ReplicatedGroup() as group:`. Its loop is its own, so that turns of several can be compared.

    Arguments:
        store: arguments of the OMS about its store; none: SQLite.
        home: whether the client has a kernel without replicas, which no fault of a row meets.
        warm: seconds of calls before an object is measured.
    """

    def __init__(self, store: Sequence[str] = (), *, home: bool = False, warm: float = WARM_SECONDS) -> None:
        self._store, self._home, self._warm = store, home, warm
        self._cluster = LocalCluster()
        self._loop = asyncio.new_event_loop()
        self.kernels: dict[str, LocalProcess] = {}

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._cluster.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.run(self.client.__aexit__(None, None, None))
        self._cluster.__exit__(kind, error, trace)
        self._loop.close()

    def _start(self) -> None:
        cluster = self._cluster
        cluster.start_oms(self._store)
        cluster.wait_until_up()
        self.kernels = {name: cluster.start_kernel(name, {"objects": "yes", "name": name}) for name in MEMBERS}
        home = cluster.start_kernel("home", {"objects": "no"}) if self._home else self.kernels["one"]
        cluster.wait_until_up()
        self.client = self.run(self._connected(home.address))

    async def _connected(self, address: str) -> amino.Client:
        return await amino.connect(address).__aenter__()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs something on the loop of the client."""
        return self._loop.run_until_complete(work)

    def register(self, name: str, chain: str, *, warm: bool = True) -> Any:
        """An object that counts, on the kernels for objects; called until it is warm."""
        select = {"objects": ["yes"]}
        stub = self.run(self.client.register(OBJECTS / "counter.js", name=name, deployment_managers=chain, select=select))
        if chain:
            self.run(self.whole(stub))
        if warm:
            self.rate([stub], 256, self._warm)
        return stub

    def many(self, name: str, chain: str, objects: int, seconds: float) -> list[Any]:
        """So many objects of one kind, each of them a group that would survive a failure.

        Raises:
            RuntimeError: they were not there within so many seconds; it says how far it came.
        """
        stubs = [self.register(name, chain, warm=False)]
        self.run(self._join(stubs, name, objects, seconds))
        return stubs

    async def _join(self, stubs: list[Any], name: str, objects: int, seconds: float) -> None:
        left = iter(range(objects - len(stubs)))

        async def work() -> None:
            for _ in left:
                stub = await self.client.create(name)
                await self.whole(stub)
                stubs.append(stub)

        try:
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as tasks:
                for _ in range(AT_ONCE):
                    tasks.create_task(work())
        except TimeoutError:
            raise RuntimeError(f"{len(stubs)} of {objects} groups of {name} were made within {seconds:.0f} s") from None

    async def whole(self, stub: Any) -> dict[str, Any]:
        """Waits until a group would survive a failure; what it says of itself."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                found: dict[str, Any] = await stub.dm.members()
            except AminoError:
                found = {}
            if found.get("whole") and found.get("leader", -1) >= 0:
                return found
            await asyncio.sleep(_PAUSE)
        raise RuntimeError(f"the group is not whole after {PATIENCE:.0f} s")

    def rate(self, stubs: Sequence[Any], calls: int, seconds: float) -> dict[str, float]:
        """Writes a second with so many under way over the objects in turn, and the client's processor time for each in seconds."""
        turns = cycle(stubs)
        return self.run(rate_of(lambda: next(turns).incr(1, PADDING), calls, seconds))

    def latency(self, call: Callable[[], Awaitable[Any]], seconds: float, calls: int = 1) -> float:
        """Microseconds of a call, the median, with so many under way."""
        return statistics.median(self.samples(call, seconds, calls))

    def samples(self, call: Callable[[], Awaitable[Any]], seconds: float, calls: int = 1) -> list[float]:
        """Microseconds of each call."""
        return self.run(_samples(call, seconds, calls))

    def leading(self, stub: Any) -> tuple[LocalProcess, list[LocalProcess]]:
        """The kernel of the replica that leads, and the others'."""
        found = self.run(self.whole(stub))
        kernels = self.run(self.client.kernels())
        names = {kernel.id: kernel.labels.get("name", "") for kernel in kernels}
        at = {number: self.kernels[names[kernel]] for number, kernel in found["replicas"].items()}
        return at.pop(found["leader"]), list(at.values())

    def first_write(self, stub: Any) -> float:
        """Seconds from kill -9 of the leader's kernel to the first acknowledged write; the kernel is back when this returns."""
        leader, _ = self.leading(stub)
        self.rate([stub], 1, 1.0)
        leader.kill()
        begun = time.perf_counter()
        self.run(_written(stub))
        seconds = time.perf_counter() - begun
        leader.start()
        self._cluster.wait_until_up()
        self.run(self.whole(stub))
        return seconds


def stop(process: LocalProcess, *, stops: bool) -> None:
    """Has a process stand still, or go on."""
    assert process.process is not None
    os.killpg(process.process.pid, signal.SIGSTOP if stops else signal.SIGCONT)


async def _written(stub: Any) -> None:
    await stub.incr(1, PADDING)


async def _samples(call: Callable[[], Awaitable[Any]], seconds: float, calls: int) -> list[float]:
    found: list[float] = []
    end = time.perf_counter() + seconds

    async def work() -> None:
        while (before := time.perf_counter()) < end:
            await call()
            found.append((time.perf_counter() - before) * 1e6)

    await asyncio.gather(*(work() for _ in range(calls)))
    return found
