"""What concurrent clients are told while kernels are killed, or stopped for longer than their lease, is linearizable.

All chains are used at once, each on an object of its own. A failure names the chain, and holds the history.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator, Awaitable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from amino_dms.chain import Chain, Registry
from amino_testkit import History, Porcupine
from amino_testkit.histories.history import UNCERTAIN
from amino_testkit.suites.histories import ACTS, read_all
from amino_wire.errors import AminoError, KernelUnavailable, ObjectAwaitsKernel, ObjectLost, TransactionConflict, TransactionInvalid
from amino_wire.pb import client_pb2, common_pb2

from tests.cluster.client import Client, until
from tests.cluster.maps import ClusterMap, labelled, put_map, register_map
from tests.cluster.processes import Cluster, KernelProcess, cluster
from tests.support.histories import judge_long

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

REGISTRY = Registry.installed()
WITHOUT_JIT = ("-Dpolyglot.engine.Compilation=false", "-XX:TieredStopAtLevel=1")
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


@dataclass(frozen=True)
class Trio:
    """A kernel for clients only, and two that have objects; clients at all three."""

    cluster: Cluster
    clients: tuple[Client, ...]

    @property
    def home(self) -> Client:
        return self.clients[0]

    def kernel(self, kernel_id: str) -> KernelProcess:
        return next(kernel for kernel in self.cluster.kernels.values() if kernel.kernel_id == kernel_id)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def trio(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Trio]:
    async with cluster(Path(tmp_path_factory.mktemp("trio"))) as made, AsyncExitStack() as stack:
        await asyncio.gather(
            made.add("north", labels={"name": "north"}, jvm_options=WITHOUT_JIT),
            *(made.add(name, labels={"name": name, "objects": "yes"}, jvm_options=WITHOUT_JIT) for name in ("south", "west")),
        )
        places = ("north", "north", "south", "west")
        clients = [await stack.enter_async_context(Client(made.kernels[name].address)) for name in places]
        yield Trio(made, tuple(clients))


@pytest.mark.parametrize(("deed", "seed"), [("killed", 1), ("stopped", 2)])
async def test_histories_are_linearizable_while_a_kernel_is(
    trio: Trio, deed: str, seed: int, porcupine: Porcupine | None, tmp_path: Path
) -> None:
    print("seed", seed)
    random = Random(seed)
    runs = [Run(text, model, survives) for chains, survives in ((SURVIVING, True), (MORTAL, False)) for text, model in chains]
    victim = await _make(trio, runs)
    over = asyncio.Event()
    users = [
        asyncio.ensure_future(run.use(client, number, Random(random.random()), over))
        for run in runs
        for number, client in enumerate(trio.clients)
    ]
    await _more(runs, random.randint(5, 15))
    await (_kill if deed == "killed" else _stop)(trio, victim, runs)
    await _more([run for run in runs if run.survives], 15)
    over.set()
    await asyncio.gather(*users)
    for run in runs:
        last = DoubtfulMap(trio.home, run.record.id, budget_ms=20_000 if run.survives else BUDGET_MS)
        await read_all(last, run.history, len(trio.clients), ACTS[run.model])
        if run.survives:
            assert run.history.operations[-1].status == "ok", f"{run.text} did not come back"
    found = {run.text: judge_long(run.history, run.model, porcupine, tmp_path) for run in runs}
    assert not any(found.values()), "\n".join(f"{text} {wrong}" for text, wrong in found.items() if wrong)


async def _make(trio: Trio, runs: list[Run]) -> KernelProcess:
    """Makes the objects, all on one kernel; that kernel."""
    artifact = await put_map(trio.home, "js")
    victim = trio.cluster.kernels["south"]

    async def make(run: Run) -> None:
        run.record = await register_map(trio.home, artifact, Chain.parse(run.text, REGISTRY), {}, labelled("objects", "yes"))
        if run.record.status.replicas[0].kernel_id != victim.kernel_id:
            await trio.home.move(run.record.id, victim.kernel_id)

    await asyncio.gather(*(make(run) for run in runs))
    return victim


async def _kill(trio: Trio, victim: KernelProcess, runs: list[Run]) -> None:
    await victim.kill()
    await victim.start()


async def _stop(trio: Trio, victim: KernelProcess, runs: list[Run]) -> None:
    """Stops a kernel until its objects live elsewhere and have been used there, and lets it go on."""
    survivors = [run for run in runs if run.survives]
    victim.signal(signal.SIGSTOP)
    try:

        async def elsewhere() -> bool:
            records = [await trio.home.get(run.record.id) for run in survivors]
            return all(record.status.replicas[0].kernel_id != victim.kernel_id for record in records)

        await until(elsewhere, 60)
        await _more(survivors, 10)
    finally:
        victim.signal(signal.SIGCONT)

    async def back() -> bool:
        answer: client_pb2.KernelsResponse = await trio.home.ask("Kernels", client_pb2.KernelsRequest(), timeout=5)
        return sum(kernel.alive for kernel in answer.kernels) == 3

    await until(back, 60)


async def _more(runs: list[Run], count: int) -> None:
    """Waits until each history has so many more operations that are known to have happened."""
    before = [run.history.count("ok") for run in runs]

    async def enough() -> bool:
        return all(run.history.count("ok") >= had + count for run, had in zip(runs, before, strict=True))

    await until(enough, 120)
