"""What concurrent clients are told while kernels are killed, or stopped for longer than their lease, is linearizable.

All chains are used at once, each on an object of its own. A failure names the chain, and holds the history.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio
from amino_dms.chain import Chain, Registry
from amino_testkit import Porcupine
from amino_testkit.suites.histories import ACTS, read_all
from amino_wire.pb import client_pb2

from tests.cluster.client import Client, until
from tests.cluster.maps import labelled, put_map, register_map
from tests.cluster.processes import KernelProcess, cluster
from tests.cluster.runs import BUDGET_MS, MORTAL, SURVIVING, WITHOUT_JIT, DoubtfulMap, Run, Used, more
from tests.support.histories import judge_long

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

REGISTRY = Registry.installed()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def trio(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Used]:
    """A kernel for clients only, and two that have objects; clients at all three."""
    async with cluster(Path(tmp_path_factory.mktemp("trio"))) as made, AsyncExitStack() as stack:
        await asyncio.gather(
            made.add("north", labels={"name": "north"}, jvm_options=WITHOUT_JIT),
            *(made.add(name, labels={"name": name, "objects": "yes"}, jvm_options=WITHOUT_JIT) for name in ("south", "west")),
        )
        places = ("north", "north", "south", "west")
        clients = [await stack.enter_async_context(Client(made.kernels[name].address)) for name in places]
        yield Used(made, tuple(clients))


@pytest.mark.parametrize(("deed", "seed"), [("killed", 1), ("stopped", 2)])
async def test_histories_are_linearizable_while_a_kernel_is(
    trio: Used, deed: str, seed: int, porcupine: Porcupine | None, tmp_path: Path
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
    await more(runs, random.randint(5, 15))
    await (_kill if deed == "killed" else _stop)(trio, victim, runs)
    await more([run for run in runs if run.survives], 15)
    over.set()
    await asyncio.gather(*users)
    for run in runs:
        last = DoubtfulMap(trio.home, run.record.id, budget_ms=20_000 if run.survives else BUDGET_MS)
        await read_all(last, run.history, len(trio.clients), ACTS[run.model])
        if run.survives:
            assert run.history.operations[-1].status == "ok", f"{run.text} did not come back"
    found = {run.text: judge_long(run.history, run.model, porcupine, tmp_path) for run in runs}
    assert not any(found.values()), "\n".join(f"{text} {wrong}" for text, wrong in found.items() if wrong)


async def _make(trio: Used, runs: list[Run]) -> KernelProcess:
    """Makes the objects, all on one kernel; that kernel."""
    artifact = await put_map(trio.home, "js")
    victim = trio.cluster.kernels["south"]

    async def make(run: Run) -> None:
        run.record = await register_map(trio.home, artifact, Chain.parse(run.text, REGISTRY), {}, labelled("objects", "yes"))
        if run.record.status.replicas[0].kernel_id != victim.kernel_id:
            await trio.home.move(run.record.id, victim.kernel_id)

    await asyncio.gather(*(make(run) for run in runs))
    return victim


async def _kill(trio: Used, victim: KernelProcess, runs: list[Run]) -> None:
    await victim.kill()
    await victim.start()


async def _stop(trio: Used, victim: KernelProcess, runs: list[Run]) -> None:
    """Stops a kernel until its objects live elsewhere and have been used there, and lets it go on."""
    survivors = [run for run in runs if run.survives]
    victim.signal(signal.SIGSTOP)
    try:

        async def elsewhere() -> bool:
            records = [await trio.home.get(run.record.id) for run in survivors]
            return all(record.status.replicas[0].kernel_id != victim.kernel_id for record in records)

        await until(elsewhere, 60)
        await more(survivors, 10)
    finally:
        victim.signal(signal.SIGCONT)

    async def back() -> bool:
        answer: client_pb2.KernelsResponse = await trio.home.ask("Kernels", client_pb2.KernelsRequest(), timeout=5)
        return sum(kernel.alive for kernel in answer.kernels) == 3

    await until(back, 60)
