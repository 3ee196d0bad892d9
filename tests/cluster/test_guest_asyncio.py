"""`asyncio` in a Python guest runs without threads and sockets: in `async def` members, and in loops of the guest itself."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from amino_wire.errors import DeadlineExceeded, GuestException
from amino_wire.pb import common_pb2

from tests.cluster.client import Client
from tests.cluster.processes import cluster

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(200)]

PATIENCE_MS = 120_000
"""A guest's library is read on first use, which takes long on a busy machine."""
LATER = '''
import asyncio
import contextlib
import amino

async def one(n):
    await asyncio.sleep(0.001)
    return n

class Later:
    def __init__(self):
        self.ended = []
        self.lock = asyncio.Lock()

    async def gathered(self):
        return await asyncio.gather(one(1), one(2))

    def own_loop(self):
        return asyncio.run(self.gathered())

    def kept_loop(self):
        return asyncio.get_event_loop().run_until_complete(one(3))

    async def grouped(self):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(n)) for n in range(3)]
        return [task.result() for task in tasks]

    async def late(self):
        try:
            await asyncio.wait_for(asyncio.sleep(1000), 0.01)
        except TimeoutError:
            return "late"

    async def in_turns(self):
        seen = []
        async def enter(n):
            async with self.lock:
                seen.append(n)
                await asyncio.sleep(0)
                seen.append(n)
        await asyncio.gather(enter(1), enter(2))
        return seen

    async def handed_over(self):
        queue = asyncio.Queue(1)
        async def put():
            for n in range(3):
                await queue.put(n)
        putting = asyncio.create_task(put())
        seen = [await queue.get() for _ in range(3)]
        await putting
        return seen

    async def generated(self):
        async def numbers():
            for n in range(3):
                yield await one(n)
        return [n async for n in numbers()]

    async def elsewhere(self):
        return await asyncio.to_thread(lambda: 4)

    async def through(self, name):
        """Calls an object of the same context while its own loop runs."""
        await asyncio.sleep(0)
        other = amino.get(name)
        return [await self.gathered(), other.gathered(), other.own_loop(), await self.gathered()]

    async def made(self, name):
        await asyncio.sleep(0)
        return await one(5), amino.create(name).gathered()

    async def never(self):
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self.ended.append("never")

    async def long(self):
        try:
            await asyncio.sleep(1000.5)
        finally:
            self.ended.append("long")

    async def leaves(self):
        async def left():
            with contextlib.suppress(ValueError):
                try:
                    await asyncio.sleep(1000)
                finally:
                    self.ended.append("left")
        asyncio.create_task(left())
        await asyncio.sleep(0)

    async def fails(self):
        await asyncio.sleep(0)
        raise ValueError("it fails")

    def trail(self):
        ended, self.ended = self.ended, []
        return ended
'''
PLAIN = """
class Plain:
    async def five(self):
        return 5
"""
RESULTS = {
    "gathered": [1, 2],
    "own_loop": [1, 2],
    "kept_loop": 3,
    "grouped": [0, 1, 2],
    "late": "late",
    "in_turns": [1, 1, 2, 2],
    "handed_over": [0, 1, 2],
    "generated": [0, 1, 2],
    "elsewhere": 4,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Client]:
    folder: Path = tmp_path_factory.mktemp("asyncio")
    async with cluster(folder, "north", languages=["python"]) as made, Client(made.kernels["north"].address) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def later(client: Client) -> common_pb2.ObjectRecord:
    await client.register("other", LATER, "python")
    return await client.register("later", LATER, "python")


@pytest.mark.parametrize("member", list(RESULTS))
async def test_a_loop_without_threads_and_sockets(client: Client, later: common_pb2.ObjectRecord, member: str) -> None:
    for _ in range(2):
        assert await client.call(later.id, member, budget_ms=PATIENCE_MS) == RESULTS[member]


async def test_objects_of_one_context_call_each_other_inside_their_loops(client: Client, later: common_pb2.ObjectRecord) -> None:
    assert await client.call(later.id, "through", "other", budget_ms=PATIENCE_MS) == [[1, 2]] * 4
    # The call comes back to the object itself, whose loop waits.
    assert await client.call(later.id, "through", "later", budget_ms=PATIENCE_MS) == [[1, 2]] * 4
    assert await client.call(later.id, "made", "other", budget_ms=PATIENCE_MS) == [5, [1, 2]]


async def test_a_member_ends_with_all_that_it_has_begun(client: Client, later: common_pb2.ObjectRecord) -> None:
    with pytest.raises(GuestException, match="never comes"):
        await client.call(later.id, "never", budget_ms=PATIENCE_MS)
    assert await client.call(later.id, "trail") == ["never"]
    await client.call(later.id, "leaves", budget_ms=PATIENCE_MS)
    assert await client.call(later.id, "trail") == ["left"]
    with pytest.raises(GuestException, match="it fails") as caught:
        await client.call(later.id, "fails", budget_ms=PATIENCE_MS)
    assert caught.value.type == "ValueError"
    assert await client.call(later.id, "gathered") == [1, 2]


async def test_a_loop_that_waits_ends_at_its_deadline(client: Client, later: common_pb2.ObjectRecord) -> None:
    assert await client.call(later.id, "gathered", budget_ms=PATIENCE_MS) == [1, 2]
    with pytest.raises(DeadlineExceeded):
        await client.call(later.id, "long", budget_ms=1_500)
    for member in ("gathered", "own_loop"):
        assert await client.call(later.id, member, budget_ms=PATIENCE_MS) == [1, 2]
    assert await client.call(later.id, "trail") == ["long"]


async def test_an_async_member_needs_no_asyncio(client: Client) -> None:
    plain = await client.register("plain", PLAIN, "python")
    assert await client.call(plain.id, "five", budget_ms=PATIENCE_MS) == 5
