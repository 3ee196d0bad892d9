"""One master and its slaves in real kernels: the master's kernel is killed, and objects in three languages go on with what was answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from amino_dms.chain import Chain, Registry
from amino_wire.errors import AminoError
from amino_wire.pb import client_pb2, common_pb2

from tests.cluster.client import Client, until
from tests.cluster.maps import ClusterMap, labelled, put_map, register_map
from tests.cluster.processes import cluster
from tests.cluster.runs import WITHOUT_JIT, Used

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(200)]

CHAINS = {
    "js": "LoadBalancedMasterSlave(min=2,acks=all)",
    "ruby": "LoadBalancedMasterSlave(min=2)",
    "python": "AtMostOnceRPC,LoadBalancedMasterSlave(min=2,acks=all)",
}
LONG = 30_000
WRITES = 30


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def four(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Used]:
    """A kernel for clients only, with clients, and three that have replicas."""
    async with cluster(Path(tmp_path_factory.mktemp("slaves"))) as made, AsyncExitStack() as stack:
        await asyncio.gather(
            made.add("north", labels={"name": "north"}, jvm_options=WITHOUT_JIT),
            *(made.add(name, labels={"name": name, "objects": "yes"}, jvm_options=WITHOUT_JIT) for name in ("south", "west", "east")),
        )
        clients = [await stack.enter_async_context(Client(made.kernels["north"].address)) for _ in range(2)]
        yield Used(made, tuple(clients))


async def whole(map_: ClusterMap) -> bool:
    """Whether all slaves are in place."""
    try:
        return bool((await map_.command("replicas"))["whole"])
    except AminoError:
        return False


async def has(map_: ClusterMap, value: int) -> bool:
    """Whether that is what a client reads."""
    return bool(await map_.call("get", "x") == value)


async def test_a_slave_takes_over_with_all_that_was_answered(four: Used) -> None:
    """While clients read their own writes; then there are as many slaves as before. One object at least loses its master."""
    records: dict[str, common_pb2.ObjectRecord] = {}
    for language, text in CHAINS.items():
        artifact = await put_map(four.home, language)
        records[language] = await register_map(four.home, artifact, Chain.parse(text, Registry.installed()), {}, labelled("objects", "yes"))
    maps = [ClusterMap(four.clients[0], record.id, budget_ms=LONG) for record in records.values()]
    for map_ in maps:
        assert await map_.command("replicas")
        await until(lambda map_=map_: whole(map_), 60)
    told = [await map_.command("replicas") for map_ in maps]
    victim = four.kernel(told[0]["replicas"][told[0]["master"]])

    async def write(map_: ClusterMap) -> int:
        for number in range(WRITES):
            assert await map_.call("add", "x", 1) == number + 1, "each runs once"
            assert await map_.call("get", "x") == number + 1, "its own writes are there"
        return WRITES

    writing = asyncio.gather(*(write(map_) for map_ in maps))
    for map_ in maps:
        await until(lambda map_=map_: map_.call("size"))
    await victim.kill()
    assert await writing == [WRITES] * len(maps)
    for other in [ClusterMap(four.clients[1], record.id, budget_ms=LONG) for record in records.values()]:
        # Somebody else reads it when it was answered longer ago than `stale`.
        await until(lambda map_=other: has(map_, WRITES), 5)
    await victim.start()
    for map_ in maps:
        await until(lambda map_=map_: whole(map_), 60)
        assert await map_.call("add", "x", 1) == WRITES + 1
        await four.home.ask("Delete", client_pb2.DeleteRequest(name_or_id=map_.object_id))
