"""Deployment managers in real kernels: attached by one line, run on the way of a call, moved along."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from amino_wire.errors import ChainInvalid
from amino_wire.pb import client_pb2, common_pb2

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import Cluster, cluster

pytestmark = [pytest.mark.cluster, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(200)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Cluster]:
    async with cluster(Path(tmp_path_factory.mktemp("pair")), "north", "south") as made:
        yield made


def managers(*names: str) -> list[common_pb2.DeploymentManagerSpec]:
    return [common_pb2.DeploymentManagerSpec(name=name) for name in names]


@pytest.mark.parametrize("place", ["north", "south"])
@pytest.mark.parametrize("chain", [("Retry",), ("AtMostOnceRPC",), ("Retry", "AtMostOnceRPC"), ("SerializableRPC",)])
async def test_calls_pass_the_chain_and_reach_the_object(pair: Cluster, place: str, chain: tuple[str, ...]) -> None:
    async with Client(pair.kernels["north"].address) as client:
        record = await client.register(f"counter-{uuid.uuid4().hex[:6]}", COUNTER_JS, on=place, deployment_managers=managers(*chain))
        results = await asyncio.gather(*(client.call(record.id, "incr") for _ in range(50)))
        assert sorted(results) == list(range(1, 51))
        assert await client.invoke(record.id, "get") == 50


async def test_moves_under_fire_with_a_chain_lose_and_repeat_nothing(pair: Cluster) -> None:
    north, south = pair.kernels["north"], pair.kernels["south"]
    async with Client(north.address) as client:
        record = await client.register(
            f"counter-{uuid.uuid4().hex[:6]}", COUNTER_JS, on="north", deployment_managers=managers("Retry", "AtMostOnceRPC")
        )
        left = iter(range(1000))
        done = 0

        async def hammer() -> None:
            nonlocal done
            for _ in left:
                await client.call(record.id, "incr")
                done += 1

        async def move() -> None:
            for number in range(4):
                await until(lambda number=number: reached(number))  # type: ignore[misc]
                await client.move(record.id, (south if number % 2 == 0 else north).kernel_id)

        async def reached(number: int) -> bool:
            return done >= number * 200

        await asyncio.gather(move(), *(hammer() for _ in range(8)))
        assert await client.call(record.id, "get") == 1000


async def test_the_chain_of_a_living_object_is_changed_by_one_request(pair: Cluster) -> None:
    async with Client(pair.kernels["north"].address) as client:
        record = await client.register(f"counter-{uuid.uuid4().hex[:6]}", COUNTER_JS, on="south")
        assert await client.call(record.id, "incr") == 1
        await client.ask("Attach", client_pb2.AttachRequest(name_or_id=record.id, deployment_managers=managers("Retry", "AtMostOnceRPC")))
        assert await client.call(record.id, "incr") == 2
        told: client_pb2.ExplainResponse = await client.ask("Explain", client_pb2.ExplainRequest(name_or_id=record.id))
        assert "AtMostOnceRPC" in told.text
        await client.ask("Attach", client_pb2.AttachRequest(name_or_id=record.id))
        assert await client.call(record.id, "incr") == 3


async def test_a_chain_is_explained(pair: Cluster) -> None:
    async with Client(pair.kernels["north"].address) as client:
        record = await client.register(
            f"counter-{uuid.uuid4().hex[:6]}", COUNTER_JS, deployment_managers=managers("Retry", "AtMostOnceRPC")
        )
        told: client_pb2.ExplainResponse = await client.ask("Explain", client_pb2.ExplainRequest(name_or_id=record.name))
        assert "Retry" in told.text and "AtMostOnceRPC" in told.text and record.name in told.text
        with pytest.raises(ChainInvalid, match="Rtry"):
            await client.ask("Explain", client_pb2.ExplainRequest(deployment_managers=managers("Rtry")))
