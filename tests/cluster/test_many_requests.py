"""More requests at once than gRPC lets wait by itself, from a user's own program, and many objects of which one cannot be made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import amino
import pytest
import pytest_asyncio
from amino.errors import ArgumentInvalid, GuestException, NameTaken, ValueInvalid

from tests.cluster.processes import cluster

COUNTER = """
module.exports = class Counter {
  constructor(start = 0) { if (start < 0) throw new RangeError('too small'); this.value = start }
  incr(by) { return this.value += by }
}
"""
MANY = 2000

pytestmark = [pytest.mark.cluster, pytest.mark.jvm, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[amino.Client]:
    folder = Path(tmp_path_factory.mktemp("many"))
    (folder / "counter.js").write_text(COUNTER)
    async with cluster(folder, "k1") as made, amino.connect(made.kernels["k1"].address) as client:
        await client.register(folder / "counter.js", name="counter")
        yield client


async def names(client: amino.Client, prefix: str) -> list[str]:
    return [each.name for each in await client.list(prefix)]


async def test_all_of_many_requests_at_once_are_answered(client: amino.Client) -> None:
    counter = await client.get("counter")
    assert await asyncio.gather(*(client.get("counter") for _ in range(2 * MANY))) == [counter] * 2 * MANY


async def test_all_of_many_objects_asked_for_one_by_one_are_made(client: amino.Client) -> None:
    made = await asyncio.gather(*(client.create("counter", number, name=f"single-{number}") for number in range(MANY)))
    assert await asyncio.gather(*(counter.incr(1) for counter in made)) == list(range(1, MANY + 1))
    await asyncio.gather(*map(client.delete, made))
    assert await names(client, "single-") == []


async def test_many_objects_are_made_in_order_under_their_names(client: amino.Client) -> None:
    wanted = [f"several-{number:04}" for number in range(1200)]
    made = await client.create_many("counter", ([number] for number in range(1200)), names=wanted)
    assert await asyncio.gather(*(counter.incr(1) for counter in made)) == list(range(1, 1201))
    assert sorted(await names(client, "several-")) == wanted
    assert await client.get("several-1199") == made[-1]


@pytest.mark.parametrize("at_fault", ["name", "constructor"])
async def test_where_one_of_many_cannot_be_made_none_is(client: amino.Client, at_fault: str) -> None:
    starts = [[0] for _ in range(MANY)]
    wanted = [f"never-{number}" for number in range(MANY)]
    if at_fault == "name":
        wanted[-1] = "counter"
    else:
        starts[-1] = [-1]
    with pytest.raises(NameTaken if at_fault == "name" else GuestException):
        await client.create_many("counter", starts, names=wanted)
    assert await names(client, "never-") == []


async def test_bad_lists_are_refused_before_anything_is_made(client: amino.Client) -> None:
    with pytest.raises(ArgumentInvalid, match="1 names were given for 600 objects"):
        await client.create_many("counter", [[0]] * 600, names=["never"])
    with pytest.raises(ArgumentInvalid, match=r"arguments\[1\]"):
        await client.create_many("counter", [[0], 5], names=["never-1", "never-2"])  # type: ignore[list-item]
    with pytest.raises(ArgumentInvalid, match=r"arguments\[0\]"):
        await client.create_many("counter", "ab")
    with pytest.raises(ValueInvalid, match=r"arguments\[1\]\[0\]"):
        await client.create_many("counter", [[0], [object()]], names=["never-1", "never-2"])
    assert await client.create_many("counter", []) == []
    assert await names(client, "never-") == []
