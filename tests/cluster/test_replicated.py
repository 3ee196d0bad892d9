"""Replicated objects in real kernels, which are killed and stopped: what callers are told is linearizable, and calls go on."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio
from amino_dms.chain import Chain, Registry
from amino_testkit import Porcupine
from amino_testkit.suites.histories import ACTS, read_all
from amino_wire.errors import AminoError
from amino_wire.pb import client_pb2

from tests.cluster.client import Client, until
from tests.cluster.maps import ClusterMap, labelled, put_map, register_map
from tests.cluster.processes import cluster
from tests.cluster.runs import WITHOUT_JIT, DoubtfulMap, Run, Used, more
from tests.support.histories import judge_long

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

REGISTRY = Registry.installed()
STORE = "ConsensusRSM(compare=20,snapshot=50)"
KERNELS = "ConsensusRSM(log=kernels,compare=20,snapshot=50)"
DURABLE = "ConsensusRSM(log=kernels,durable=true,compare=20,snapshot=50)"
LONG = 30_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def four(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Used]:
    """A kernel for clients only, with clients, and three that have replicas."""
    async with cluster(Path(tmp_path_factory.mktemp("four"))) as made, AsyncExitStack() as stack:
        await asyncio.gather(
            made.add("north", labels={"name": "north"}, jvm_options=WITHOUT_JIT),
            *(made.add(name, labels={"name": name, "objects": "yes"}, jvm_options=WITHOUT_JIT) for name in ("south", "west", "east")),
        )
        clients = [await stack.enter_async_context(Client(made.kernels["north"].address)) for _ in range(4)]
        yield Used(made, tuple(clients))


async def places(four: Used, object_id: str) -> dict[str, str]:
    """The kernel of each replica, by its path."""
    return {replica.path: replica.kernel_id for replica in (await four.home.get(object_id)).status.replicas}


async def whole(map_: ClusterMap) -> bool:
    """Whether one more failure would cost the group nothing."""
    try:
        return bool((await map_.command("members"))["whole"])
    except AminoError:
        return False


@pytest.mark.parametrize(("language", "chain"), [("js", STORE), ("python", STORE), ("ruby", STORE), ("js", KERNELS)])
async def test_replicas_take_over(four: Used, language: str, chain: str) -> None:
    """The first replica's kernel ends; calls go on at once, nothing is lost, and the group is whole again."""
    artifact = await put_map(four.home, language)
    record = await register_map(four.home, artifact, Chain.parse(chain, REGISTRY), {}, labelled("objects", "yes"))
    map_ = ClusterMap(four.home, record.id, budget_ms=LONG)
    for number in range(60):
        assert await map_.call("add", "x", 1) == number + 1
    before = await places(four, record.id)
    assert len(set(before.values())) == 3
    victim = four.kernel(before["0"])
    await victim.kill()
    assert await map_.call("add", "x", 1) == 61
    assert await map_.call("get", "x") == 61
    await victim.start()
    await until(lambda: whole(map_), 60)
    assert len(set((await places(four, record.id)).values())) == 3
    assert await map_.call("add", "x", 1) == 62
    await four.home.ask("Delete", client_pb2.DeleteRequest(name_or_id=record.id))


async def test_all_kernels_of_a_group_are_killed_at_once(four: Used) -> None:
    """While writes are under way; each write that was answered is there once when they are started again."""
    artifact = await put_map(four.home, "js")
    record = await register_map(four.home, artifact, Chain.parse(DURABLE, REGISTRY), {}, labelled("objects", "yes"))
    map_ = ClusterMap(four.home, record.id, budget_ms=LONG)
    for number in range(60):
        assert await map_.call("add", "x", 1) == number + 1
    sent, answered, over = 60, 60, asyncio.Event()

    async def use(client: Client) -> None:
        nonlocal sent, answered
        own = ClusterMap(client, record.id, budget_ms=2000)
        while not over.is_set():
            sent += 1
            try:
                await own.call("add", "x", 1)
            except AminoError:
                await asyncio.sleep(0.05)
            else:
                answered += 1

    users = [asyncio.ensure_future(use(client)) for client in four.clients]

    async def used() -> bool:
        return answered > 200

    await until(used, 30)
    victims = [four.cluster.kernels[name] for name in ("south", "west", "east")]
    await asyncio.gather(*(victim.kill() for victim in victims))
    over.set()
    await asyncio.gather(*users)
    await asyncio.gather(*(victim.start() for victim in victims))
    await until(lambda: whole(map_), 60)
    found = await map_.call("get", "x")
    assert answered <= found <= sent
    assert await map_.call("add", "x", 1) == found + 1
    await four.home.ask("Delete", client_pb2.DeleteRequest(name_or_id=record.id))


@pytest.mark.parametrize("seed", [1])
async def test_histories_are_linearizable(four: Used, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    """While each kernel that has a replica is killed or stopped in turn."""
    print("seed", seed)
    random = Random(seed)
    runs = [Run(STORE, "kv", True), Run(f"AtMostOnceRPC,{STORE}", "counter", True), Run(KERNELS, "kv", True), Run(KERNELS, "counter", True)]
    artifact = await put_map(four.home, "js")
    for run in runs:
        run.record = await register_map(four.home, artifact, Chain.parse(run.text, REGISTRY), {}, labelled("objects", "yes"))
    over = asyncio.Event()
    users = [
        asyncio.ensure_future(run.use(client, number, Random(random.random()), over))
        for run in runs
        for number, client in enumerate(four.clients)
    ]
    await more(runs, 10)
    names = ["south", "west", "east"]
    random.shuffle(names)
    for name, deed in zip(names, ("kill", "stop", "kill"), strict=True):
        kernel = four.cluster.kernels[name]
        if deed == "kill":
            await kernel.kill()
            await more(runs, 10)
            await kernel.start()
        else:
            kernel.signal(signal.SIGSTOP)
            try:
                await more(runs, 20)
            finally:
                kernel.signal(signal.SIGCONT)
        # Of three that keep their log in memory one may fail at a time.
        for run in runs:
            await until(partial(whole, ClusterMap(four.home, run.record.id)), 60)
        await more(runs, 10)
    over.set()
    await asyncio.gather(*users)
    for run in runs:
        last = DoubtfulMap(four.home, run.record.id, budget_ms=LONG)
        await read_all(last, run.history, len(four.clients), ACTS[run.model])
        assert run.history.operations[-1].status == "ok", f"{run.text} did not come back"
    found = {f"{run.text} {run.model}": judge_long(run.history, run.model, porcupine, tmp_path) for run in runs}
    assert not any(found.values()), "\n".join(f"{text} {wrong}" for text, wrong in found.items() if wrong)
