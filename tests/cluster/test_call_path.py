"""Calls from every entrance to objects here and elsewhere."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from amino_wire.errors import ArgumentInvalid, DeadlineExceeded, GuestException, MemberNotFound, NameNotFound, NotFound
from amino_wire.pb import client_pb2
from amino_wire.values import Reference

from tests.cluster.client import Client, until
from tests.cluster.objects import CALLER_JS, COUNTER_JS
from tests.cluster.processes import Cluster, cluster

pytestmark = [pytest.mark.cluster, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Cluster]:
    async with cluster(Path(tmp_path_factory.mktemp("pair")), "north", "south") as made:
        yield made


def fresh(name: str) -> str:
    return f"{name}-{uuid.uuid4().hex[:6]}"


@pytest.mark.parametrize("place", ["north", "south"])
async def test_every_entrance_reaches_the_object_wherever_it_is(pair: Cluster, place: str) -> None:
    async with Client(pair.kernels["north"].address) as client:
        name = fresh("counter")
        record = await client.register(name, COUNTER_JS, "js", 10, on=place)
        assert record.status.replicas[0].kernel_id == pair.kernels[place].kernel_id
        assert {member.name for member in record.interface.members} >= {"incr", "get"}
        assert await client.invoke(name, "incr", 5) == 15
        assert await client.invoke(record.id, "incr", 5) == 20
        assert await client.call(record.id, "incr", 5) == 25
        session = await client.session()
        assert await session.invoke(record.id, "incr", [5]) == 30
        session.close()


async def test_further_instances_of_a_class_have_their_own_state(pair: Cluster) -> None:
    async with Client(pair.kernels["north"].address) as client:
        name = fresh("counter")
        await client.register(name, COUNTER_JS)
        first = await client.create(name, 100, on="north")
        second = await client.create(name, 200, on="south")
        assert [await client.call(each.id, "incr") for each in (first, second)] == [101, 201]


async def test_errors_reach_the_caller_from_either_kernel(pair: Cluster) -> None:
    async with Client(pair.kernels["north"].address) as client:
        for place in ("north", "south"):
            record = await client.register(fresh("counter"), COUNTER_JS, on=place)
            with pytest.raises(GuestException, match="not today") as caught:
                await client.call(record.id, "fail")
            assert caught.value.type == "TypeError" and "fail" in caught.value.stack
            with pytest.raises(MemberNotFound, match="incr"):
                await client.call(record.id, "inc")
            with pytest.raises(GuestException):
                await client.invoke(record.id, "fail")


async def test_unknown_targets_are_named(pair: Cluster) -> None:
    async with Client(pair.kernels["north"].address) as client:
        with pytest.raises(NotFound, match="nobody"):
            await client.call("nobody", "incr")
        with pytest.raises(NameNotFound, match="nobody"):
            await client.invoke("nobody", "incr")
        with pytest.raises(ArgumentInvalid):
            await client.invoke("", "incr")


async def test_objects_call_objects_on_the_other_kernel(pair: Cluster) -> None:
    async with Client(pair.kernels["north"].address) as client:
        name = fresh("counter")
        counter = await client.register(name, COUNTER_JS, on="south")
        caller = await client.register(fresh("caller"), CALLER_JS, on="north")
        assert await client.call(caller.id, "through", name, 7) == 7
        await client.call(caller.id, "hold", Reference(counter.id, None, counter.status.epoch))
        assert await client.call(caller.id, "pass", 3) == 10
        made = await client.call(caller.id, "make", name, 50)
        assert isinstance(made, Reference)
        assert await client.call(made.id, "incr", 1) == 51


async def test_a_thousand_calls_to_the_other_kernel_are_all_answered(pair: Cluster) -> None:
    async with Client(pair.kernels["north"].address) as client:
        record = await client.register(fresh("counter"), COUNTER_JS, on="south")
        results = await asyncio.gather(*(client.call(record.id, "incr") for _ in range(1000)))
        assert sorted(results) == list(range(1, 1001))


async def test_an_endless_loop_ends_at_its_deadline_and_the_kernel_lives(pair: Cluster) -> None:
    async with Client(pair.kernels["north"].address) as client:
        record = await client.register(fresh("counter"), COUNTER_JS, on="north")
        with pytest.raises(DeadlineExceeded):
            await client.call(record.id, "spin", budget_ms=300)

        async def answers() -> bool:
            other = await client.register(fresh("counter"), COUNTER_JS, on="north")
            return await client.call(other.id, "incr") == 1

        assert await until(answers)


async def test_what_a_guest_prints_can_be_read_from_any_kernel(pair: Cluster) -> None:
    async with Client(pair.kernels["north"].address) as client:
        record = await client.register(fresh("counter"), COUNTER_JS, on="south")
        await client.call(record.id, "say", "hello from the south")

        async def printed() -> list[str]:
            stream = client.service.Logs(client_pb2.LogsRequest(name_or_id=record.id, tail=10))
            return [response.text async for response in stream]

        assert "hello from the south" in await until(printed)
