"""Transactions and a cache before ConsensusRSM in real kernels, whose leader is killed in the middle."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import amino
import pytest
import pytest_asyncio
from amino_dms.chain import Chain, Registry
from amino_wire.errors import AminoError, GuestException, TransactionConflict, TransactionInvalid
from amino_wire.pb import client_pb2

from tests.cluster.client import Client, until
from tests.cluster.maps import ClusterMap, labelled, put_map, register_map
from tests.cluster.processes import KernelProcess, cluster
from tests.cluster.runs import WITHOUT_JIT, Used

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

REGISTRY = Registry.installed()
LONG = 30_000
CHAINS = {
    "js": "LockingTransactions,ConsensusRSM(log=kernels,compare=5)",
    "python": "OptimisticTransactions,ConsensusRSM(log=kernels,compare=5)",
    "ruby": "OptimisticTransactions,ConsensusRSM(compare=5)",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def four(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Used]:
    """A kernel for clients only, with two clients, one for objects without replicas, and three that have replicas."""
    async with cluster(Path(tmp_path_factory.mktemp("transactions"))) as made, AsyncExitStack() as stack:
        await asyncio.gather(
            made.add("north", labels={"name": "north"}, jvm_options=WITHOUT_JIT),
            made.add("alone", labels={"name": "alone"}, jvm_options=WITHOUT_JIT),
            *(made.add(name, labels={"name": name, "objects": "yes"}, jvm_options=WITHOUT_JIT) for name in ("south", "west", "east")),
        )
        clients = [await stack.enter_async_context(Client(made.kernels["north"].address)) for _ in range(2)]
        yield Used(made, tuple(clients))


async def leader(four: Used, map_: ClusterMap) -> KernelProcess:
    """The kernel whose replica orders calls, once the group is whole."""
    told: dict[str, Any] = {}

    async def whole() -> bool:
        told.update(await map_.command("members"))
        return bool(told["whole"])

    await until(whole, 60)
    return four.kernel(told["replicas"][told["leader"]])


@pytest.mark.parametrize("language", sorted(CHAINS))
async def test_a_transaction_goes_on_when_the_leader_is_killed(four: Used, language: str) -> None:
    """Nobody sees a half of it before, and all of it when it is committed; a transaction that is rolled back has not been."""
    artifact = await put_map(four.home, language)
    chain = Chain.parse(CHAINS[language], REGISTRY)
    record = await register_map(four.home, artifact, chain, {"x": 0, "y": 0}, labelled("objects", "yes"))
    map_ = ClusterMap(four.home, record.id, budget_ms=LONG)
    other = ClusterMap(four.clients[1], record.id, budget_ms=LONG)
    victim = await leader(four, map_)
    name = await map_.command("start_transaction")
    inside = map_.within(name)
    assert await inside.call("add", "x", 1) == 1
    with pytest.raises(GuestException):
        await inside.call("fail", "so")
    reading = asyncio.ensure_future(other.call("get", "x"))
    await victim.kill()
    assert await inside.call("add", "x", 1) == 2
    assert await inside.call("add", "y", 2) == 2
    await map_.command("commit", name)
    assert await reading == (2 if language == "js" else 0)
    assert [await other.call("get", key) for key in ("x", "y")] == [2, 2]
    await victim.start()
    await leader(four, map_)
    rolled_back = await map_.command("start_transaction")
    await map_.within(rolled_back).call("put", "x", 100)
    await map_.command("rollback", rolled_back)
    assert await other.call("get", "x") == 2
    with pytest.raises(TransactionInvalid):
        await map_.command("commit", rolled_back)
    if language != "js":
        first, second = [await map_.command("start_transaction") for _ in range(2)]
        for each in (first, second):
            await map_.within(each).call("add", "x", 1)
        await map_.command("commit", first)
        with pytest.raises(TransactionConflict):
            await map_.command("commit", second)
    await four.home.ask("Delete", client_pb2.DeleteRequest(name_or_id=record.id))


@pytest.mark.parametrize("language", sorted(CHAINS))
async def test_the_leader_is_killed_between_vote_and_decision(four: Used, language: str) -> None:
    """Of a transaction over two objects: the next leader finds the vote in the log, and does what the OMS has decided."""
    artifact = await put_map(four.home, language)
    records = [
        await register_map(four.home, artifact, Chain.parse(chain, REGISTRY), {"x": 0}, where)
        for chain, where in ((CHAINS[language], labelled("objects", "yes")), ("DurableTransactions", labelled("name", "alone")))
    ]
    group, other = [ClusterMap(four.clients[1], record.id, budget_ms=LONG) for record in records]
    victim, silent = await leader(four, group), four.cluster.kernels["alone"]
    async with amino.connect(four.cluster.kernels["north"].address, deadline=30) as client:
        stubs = [await client.get(record.name) for record in records]

        async def voted() -> bool:
            return any(part.state == "prepared" for each in await client.transactions() for part in each.parts)

        async def transfer() -> None:
            async with client.transaction():
                await stubs[0].add("x", -3)
                await stubs[1].add("x", 3)
                silent.signal(signal.SIGSTOP)

        running = asyncio.ensure_future(transfer())
        try:
            await until(voted, 20)
            await victim.kill()
        finally:
            silent.signal(signal.SIGCONT)
        await running
        assert [await each.call("get", "x") for each in (group, other)] == [-3, 3]

        async def known() -> bool:
            return not await client.transactions()

        await until(known, 60)
        await victim.start()
        await leader(four, group)
        with pytest.raises(AminoError, match="for nothing"):
            async with client.transaction():
                await stubs[0].add("x", -3)
                await stubs[1].fail("for nothing")
        assert [await each.call("get", "x") for each in (group, other)] == [-3, 3]
    for record in records:
        await four.home.ask("Delete", client_pb2.DeleteRequest(name_or_id=record.id))


async def test_caches_are_told_of_writes_when_the_leader_is_killed(four: Used) -> None:
    """A reader that keeps results never answers an older one than a write that was answered."""
    artifact = await put_map(four.home, "js")
    chain = Chain.parse("ConsistentCaching(lease=1s),ConsensusRSM(log=kernels,compare=5)", REGISTRY)
    record = await register_map(four.home, artifact, chain, {"x": 0}, labelled("objects", "yes"))
    map_ = ClusterMap(four.home, record.id, budget_ms=LONG)
    other = ClusterMap(four.clients[1], record.id, budget_ms=LONG)
    victim = await leader(four, map_)
    for number in range(1, 30):
        if number == 15:
            await victim.kill()
        await map_.call("put", "x", number)
        for _ in range(5):
            assert await other.call("get", "x") == number
    await victim.start()
    await leader(four, map_)
    await four.home.ask("Delete", client_pb2.DeleteRequest(name_or_id=record.id))
