"""Replicated objects in regions and at their callers, on real kernels: a region ends and comes back, and replicas follow."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from amino_dms.chain import Chain, Registry
from amino_wire.pb import common_pb2

from tests.cluster.client import Client, until
from tests.cluster.maps import ClusterMap, put_map, register_map
from tests.cluster.processes import Cluster, cluster
from tests.cluster.runs import WITHOUT_JIT

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(180)]

REGISTRY = Registry.installed()
REGIONS = {"oslo": "north", "turku": "north", "rome": "south", "perth": "far"}
WIDE = "ConsensusRSM-Geo(log=kernels,read=local,age=300ms)"
CALLERS, COUNT = ("oslo", "turku", "rome"), 60
NEAR = "ConsensusRSM-P2P(log=kernels,read=quorum)"


async def test_a_region_ends_and_comes_back_and_replicas_follow_their_callers(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made, AsyncExitStack() as stack:
        labels = {name: {"name": name, "region": region} for name, region in REGIONS.items()}
        await asyncio.gather(*(made.add(name, labels=labels[name], jvm_options=WITHOUT_JIT) for name in REGIONS))
        clients = {name: await stack.enter_async_context(Client(kernel.address)) for name, kernel in made.kernels.items()}
        artifact = await put_map(clients["oslo"], "js")
        home = clients["oslo"]
        wide, near = [await register_map(home, artifact, Chain.parse(chain, REGISTRY), {"x": 0}) for chain in (WIDE, NEAR)]
        calling = asyncio.ensure_future(calls(clients, CALLERS, near))
        await the_end_of_a_region(made, clients, wide)
        await calling
        await until(lambda: lives(home, near, set(CALLERS)), 60)
        assert await ClusterMap(clients["rome"], near.id).call("get", "x") == len(CALLERS) * COUNT


async def calls(clients: Mapping[str, Client], names: tuple[str, ...], record: common_pb2.ObjectRecord) -> None:
    """Clients at some kernels, and at no other one, use an object."""

    async def use(name: str) -> None:
        for _ in range(COUNT):
            await ClusterMap(clients[name], record.id).call("add", "x", 1)
            await asyncio.sleep(0.25)

    await asyncio.gather(*map(use, names))


async def lives(client: Client, record: common_pb2.ObjectRecord, names: set[str]) -> bool:
    """Whether a group is whole on these kernels."""
    told: dict[str, Any] = await ClusterMap(client, record.id).command("members")
    return bool(told["whole"]) and {name for name in REGIONS if any(name in node for node in told["replicas"].values())} == names


async def the_end_of_a_region(made: Cluster, clients: Mapping[str, Client], record: common_pb2.ObjectRecord) -> None:
    """The group goes on, says that a region is missing, and is whole again when that is back."""
    map_ = ClusterMap(clients["turku"], record.id)
    far = ClusterMap(clients["rome"], record.id)
    await until(lambda: spread(map_, {"north", "south", "far"}), 30)
    for number in range(5):
        assert await map_.call("add", "x", 1) == number + 1
    assert await map_.call("get", "x") == 5
    await until(lambda: reads(far, 5), 5)
    await made.kernels["perth"].kill()
    assert await far.call("add", "x", 1) == 6
    assert await far.call("get", "x") == 6
    await until(lambda: lacking(map_, "1 of 3 regions are missing"), 30)
    await made.kernels["perth"].start()
    await until(lambda: spread(map_, {"north", "south", "far"}), 60)
    assert await far.call("add", "x", 1) == 7


async def spread(map_: ClusterMap, regions: set[str]) -> bool:
    """Whether a group is whole in these regions."""
    told: dict[str, Any] = await map_.command("members")
    return bool(told["whole"]) and set(told["regions"].values()) == regions


async def lacking(map_: ClusterMap, text: str) -> bool:
    """Whether a group says that it lacks something."""
    return text in (await map_.command("members"))["lacks"]


async def reads(map_: ClusterMap, value: int) -> bool:
    """Whether a client reads a value."""
    return bool(await map_.call("get", "x") == value)
