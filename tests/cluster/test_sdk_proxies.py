"""Proxies in the Python client's own process, against real kernels: caches, transactions, retries, moves, exchanged chains."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from pathlib import Path

import amino
import pytest
import pytest_asyncio

from tests.cluster.processes import Cluster, cluster

pytestmark = [pytest.mark.cluster, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(200)]

COUNTER = {
    "counter.js": """export default class Counter {
  static readOnly = ['get', 'other'];
  constructor() { this.value = 0; this.calls = 0; this.friend = null; }
  incr(n = 1) { this.calls += 1; this.value += n; return this.value; }
  meet(friend) { this.friend = friend; return null; }
  get() { return this.value; }
  other() { return [this.friend]; }
}"""
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Cluster]:
    async with cluster(Path(tmp_path_factory.mktemp("pair")), "north", "south") as made:
        yield made


def new_name() -> str:
    return f"counter-{uuid.uuid4().hex[:6]}"


async def register(client: amino.Client, managers: str, place: str = "north") -> amino.Stub:
    return await client.register(COUNTER, new_name(), deployment_managers=managers, select={"name": place})


@pytest.mark.parametrize("place", ["north", "south"])
async def test_a_cached_read_is_answered_before_the_loop_turns(pair: Cluster, place: str) -> None:
    async with amino.connect(pair.kernels["north"].address) as client:
        counter = await register(client, "Retry,LeaseCaching(lease=60s)", place)
        assert await counter.incr(5) == 5
        assert await counter.get() == 5
        now = counter.get()
        assert now.done() and now.result() == 5
        writing = counter.incr(1)
        later = counter.get()
        assert not later.done()  # behind a write of ours, results come in the order of the calls
        assert [await writing, await later] == [6, 6]


async def test_who_writes_waits_for_the_leases_of_others_so_nobody_reads_a_stale_value(pair: Cluster) -> None:
    async with amino.connect(pair.kernels["north"].address) as reader, amino.connect(pair.kernels["south"].address) as writer:
        mine = await register(reader, "LeaseCaching(lease=1s)")
        theirs = await writer.get(amino.reference_of(mine).id)
        assert await mine.get() == 0
        writing = theirs.incr(1)
        while not writing.done():
            seen = await mine.get()
            assert seen == 0 or writing.done() or (await mine.get()) == 1
            await asyncio.sleep(0)
        assert await mine.get() == 1


async def test_results_with_stubs_are_cached_too(pair: Cluster) -> None:
    async with amino.connect(pair.kernels["north"].address) as client:
        counter, friend = await register(client, "LeaseCaching"), await register(client, "Retry")
        await counter.meet(friend)
        assert await counter.other() == [friend]
        again = counter.other()
        assert again.done() and await again.result()[0].incr(2) == 2


@pytest.mark.parametrize("proxies", ["here", "kernel"])
async def test_moves_under_fire_lose_and_repeat_nothing(pair: Cluster, proxies: str) -> None:
    north, south = pair.kernels["north"], pair.kernels["south"]
    async with amino.connect(north.address, proxies=proxies) as client:  # type: ignore[arg-type]
        counter = await register(client, "Retry,AtMostOnceRPC")
        left = iter(range(400))

        async def hammer() -> None:
            for _ in left:
                await counter.incr(1)

        async def move() -> None:
            for kernel in (south, north, south):
                await client.move(counter, kernel.kernel_id)

        await asyncio.gather(move(), *(hammer() for _ in range(8)))
        assert await counter.get() == 400


async def test_transactions_commit_or_leave_nothing(pair: Cluster) -> None:
    async with amino.connect(pair.kernels["north"].address) as client, amino.connect(pair.kernels["south"].address) as other:
        counter = await register(client, "AtMostOnceRPC,Retry,LeaseCaching(lease=1s),LockingTransactions")
        theirs = await other.get(amino.reference_of(counter).id)
        async with counter.dm.transaction():
            assert await counter.incr(1) == 1
            outside = theirs.incr(10)
            assert await counter.incr(1) == 2
            assert not outside.done()
        assert await outside == 12
        with pytest.raises(ZeroDivisionError):
            async with counter.dm.transaction():
                await counter.incr(100)
                raise ZeroDivisionError
        assert await counter.get() == 12


async def test_another_chain_takes_over_while_the_client_lives(pair: Cluster) -> None:
    async with amino.connect(pair.kernels["north"].address) as client, amino.connect(pair.kernels["south"].address) as other:
        counter = await register(client, "LeaseCaching(lease=1s)")
        assert await counter.get() == 0
        await client.attach(counter, "AtMostOnceRPC")
        fresh = counter.get()
        assert not fresh.done() and await fresh == 0
        theirs = await other.get(amino.reference_of(counter).id)
        await client.attach(counter, "LeaseCaching(lease=1s)")
        # The other client was not told; it finds out by itself.
        async with asyncio.timeout(30):
            while True:
                assert await theirs.get() == 0
                if theirs.get().done():
                    break
                await asyncio.sleep(0.05)


async def test_a_chain_that_is_changed_keeps_the_leases_that_were_granted(pair: Cluster) -> None:
    async with amino.connect(pair.kernels["north"].address) as reader, amino.connect(pair.kernels["south"].address) as writer:
        mine = await register(reader, "LeaseCaching(lease=2s)")
        theirs = await writer.get(amino.reference_of(mine).id)
        assert [await mine.get(), await mine.get()] == [0, 0]
        await writer.attach(theirs, "Retry,LeaseCaching(lease=2s)")
        writing = theirs.incr(1)
        held = mine.get()
        while held.done() and not writing.done():
            assert held.result() == 0
            await asyncio.sleep(0.01)
            held = mine.get()
        # Either the reader's lease has ended first, or the writer waited for it: what is read now is what was written.
        assert await writing == 1
        assert await mine.get() == 1


async def test_commands_of_a_proxy_run_in_this_process(pair: Cluster) -> None:
    async with amino.connect(pair.kernels["north"].address) as client:
        counter = await client.register(COUNTER, new_name(), deployment_managers=[("ExplicitCaching", {"defer": ["incr"]})])
        assert await counter.incr(3) is None
        async with amino.connect(pair.kernels["south"].address) as other:
            theirs = await other.get(amino.reference_of(counter).id)
            assert await theirs.get() == 0
            await counter.dm.push()
            await theirs.dm.pull()
            assert await theirs.get() == 3


async def test_without_async(pair: Cluster) -> None:
    def work() -> None:
        with amino.connect(pair.kernels["north"].address) as client:
            counter = client.register(COUNTER, new_name(), deployment_managers="LeaseCaching,LockingTransactions")
            assert counter.incr(2) == 2
            assert [counter.get() for _ in range(100)] == [2] * 100
            with counter.dm.transaction() as transaction:
                assert transaction.id and counter.incr(1) == 3
            assert counter.get() == 3

    await asyncio.to_thread(work)
