"""Objects with chains that promise to be linearizable, used by clients all the time, with a history each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from amino_testkit import History
from amino_testkit.histories.history import UNCERTAIN
from amino_testkit.suites.histories import ACTS
from amino_wire.errors import AminoError, KernelUnavailable, ObjectAwaitsKernel, ObjectLost, TransactionConflict, TransactionInvalid
from amino_wire.pb import common_pb2

from tests.cluster.client import Client, until
from tests.cluster.maps import ClusterMap
from tests.cluster.processes import Cluster, KernelProcess

WITHOUT_JIT = ("-Dpolyglot.engine.Compilation=false", "-XX:TieredStopAtLevel=1")
"""Options of a JVM that shares two cores with many others."""
ARGUMENTS_WITHOUT_JIT = tuple(f"--jvm-option={option}" for option in WITHOUT_JIT)
"""The same for the command line."""
BUDGET_MS = 2500
PAUSE = 0.25
"""The longest wait of a client between two operations, in seconds."""
AFTER_DOUBT = 1.0
"""Its wait after an operation of which it does not know whether it happened; twice as long after the next one. Judging takes time that
doubles with every such operation."""

SURVIVING = (
    ("DurableSerializableRPC", "kv"),
    ("DurableSerializableRPC,LeaseCaching(lease=1s)", "kv"),
    ("ConsistentCaching(lease=1s),DurableSerializableRPC", "kv"),
    ("DurableTransactions(lease=5s)", "txn"),
    ("LeaseCaching(lease=1s),DurableTransactions(lease=5s)", "txn"),
    ("AtMostOnceRPC,DurableSerializableRPC", "counter"),
    ("AtMostOnceRPC,Retry(timeout=30s),DurableSerializableRPC", "counter"),
)
"""Linearizable, also across the end of the object's kernel."""
MORTAL = (
    ("SerializableRPC", "kv"),
    ("LeaseCaching(lease=1s)", "kv"),
    ("ConsistentCaching(lease=1s)", "kv"),
    ("AtMostOnceRPC,Retry(timeout=5s)", "counter"),
    ("LockingTransactions(lease=5s)", "txn"),
    ("OptimisticTransactions(lease=5s)", "txn"),
)
"""Linearizable as long as the object lives; when its kernel ends, the object is lost and nobody is told anything else."""


@dataclass(frozen=True, slots=True)
class DoubtfulMap(ClusterMap):
    """A map whose calls end in time; after any error but the end of a transaction, the call may have run."""

    doubts: list[AminoError] = field(default_factory=list[AminoError])

    async def call(self, method: str, *args: Any, request_id: str = "") -> Any:
        return await self._doubtful(ClusterMap.call(self, method, *args, request_id=request_id))

    async def command(self, name: str, *args: Any) -> Any:
        return await self._doubtful(ClusterMap.command(self, name, *args))

    def within(self, transaction: str) -> DoubtfulMap:
        return replace(self, transaction=transaction)

    async def _doubtful(self, asked: Awaitable[Any]) -> Any:
        try:
            async with asyncio.timeout(self.budget_ms / 1000 + 0.5):
                return await asked
        except (TransactionConflict, TransactionInvalid):
            raise
        except (AminoError, TimeoutError) as error:
            known = error if isinstance(error, UNCERTAIN) else KernelUnavailable(f"no answer: {error}")
            self.doubts.append(known)
            raise known from None


@dataclass(frozen=True)
class Used:
    """A cluster, and the clients that use it, the first of them at a kernel that has no objects of theirs."""

    cluster: Cluster
    clients: tuple[Client, ...]

    @property
    def home(self) -> Client:
        return self.clients[0]

    def kernel(self, kernel_id: str) -> KernelProcess:
        return next(kernel for kernel in self.cluster.kernels.values() if kernel.kernel_id == kernel_id)


@dataclass(eq=False)
class Run:
    """One chain in use."""

    text: str
    model: str
    survives: bool
    history: History = field(default_factory=History)
    record: common_pb2.ObjectRecord = field(default_factory=common_pb2.ObjectRecord)

    async def use(self, client: Client, number: int, random: Random, over: asyncio.Event) -> None:
        """What one client does until it is over."""
        budget = 30_000 if "Retry(timeout=30s)" in self.text else BUDGET_MS
        map_ = DoubtfulMap(client, self.record.id, budget_ms=budget)
        pause = AFTER_DOUBT
        while not over.is_set():
            await ACTS[self.model](map_, number, random, self.history)
            if not map_.doubts:
                pause = AFTER_DOUBT
                await asyncio.sleep(random.uniform(0, PAUSE))
                continue
            if not self.survives and any(isinstance(doubt, ObjectLost | ObjectAwaitsKernel) for doubt in map_.doubts):
                return
            map_.doubts.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), pause)
            pause *= 2


async def more(runs: list[Run], count: int) -> None:
    """Waits until each history has so many more operations that are known to have happened."""
    before = [run.history.count("ok") for run in runs]

    async def enough() -> bool:
        return all(run.history.count("ok") >= had + count for run, had in zip(runs, before, strict=True))

    await until(enough, 120)
