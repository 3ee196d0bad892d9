"""Calls that the object's gate lets in without the managers keep all that the managers promise: each runs once, in its client's order."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import amino
import pytest
import pytest_asyncio
from amino_wire.errors import AminoError, TransactionConflict

from tests.cluster.processes import Cluster, cluster

pytestmark = [pytest.mark.cluster, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

LOG = {
    "log.js": """export default class Log {
  static readOnly = ['all', 'size'];
  constructor() { this.lines = []; this.inside = 0; this.most = 0; }
  add(client, number) { this.lines.push([client, number]); return this.lines.length; }
  async slowly(client, number) {
    this.most = Math.max(this.most, ++this.inside);
    await null;
    this.lines.push([client, number]);
    this.inside -= 1;
    return this.lines.length;
  }
  async pause(milliseconds) { await new Promise((go) => setTimeout(go, milliseconds)); return this.lines.length; }
  fail(number) { throw new Error(`failed ${number}`); }
  all() { return this.lines; }
  size() { return this.lines.length; }
}"""
}
CALLS = 600
"""Calls of each client: many times those that go by before the first offer."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Cluster]:
    async with cluster(Path(tmp_path_factory.mktemp("delegations")), "north", "south") as made:
        yield made


async def made(client: amino.Client, managers: str, *, concurrent: bool = False, name: str = "") -> amino.Stub:
    name = name or f"log-{uuid.uuid4().hex[:6]}"
    return await client.register(LOG, name, deployment_managers=managers, concurrent=concurrent, select={"name": "north"})


async def write(stub: amino.Stub, client: int, member: str = "add") -> None:
    """Calls of one client, 32 under way."""
    under_way: list[Awaitable[object]] = []
    for number in range(CALLS):
        under_way.append(getattr(stub, member)(client, number))
        if len(under_way) == 32:
            await asyncio.gather(*under_way)
            under_way.clear()
    await asyncio.gather(*under_way)


async def every_now_and_then(done: asyncio.Event, disturb: Callable[[], Awaitable[object]]) -> int:
    """How often the log was disturbed until then."""
    times = 0
    while not done.is_set():
        await disturb()
        times += 1
        await asyncio.sleep(0.005)
    return times


async def read(stub: amino.Stub) -> None:
    assert await stub.size() >= 0


async def save(stub: amino.Stub) -> None:
    await stub.dm.checkpoint()


async def transact(stub: amino.Stub) -> None:
    """A transaction that changes nothing may meet a conflict, and is rolled back."""
    name = await stub.dm.start_transaction()
    try:
        await stub.dm.commit(name)
    except TransactionConflict:
        return


DISTURBED = {
    "ExplicitCheckpoint": save,
    "PeriodicCheckpoint(every=50)": read,
    "LockingTransactions": transact,
    "OptimisticTransactions": transact,
    "AtMostOnceRPC": read,
    "Retry,AtMostOnceRPC": read,
    "LeaseCaching(lease=50ms)": read,
    "ConsistentCaching(lease=200ms)": read,
    "WriteThroughCaching(stale=10ms)": read,
    "Retry,AtMostOnceRPC,PeriodicCheckpoint(every=100)": read,
    "DurableSerializableRPC": read,
    "DurableTransactions": transact,
}


@pytest.mark.parametrize("concurrent", [False, True])
@pytest.mark.parametrize("chain", DISTURBED)
async def test_calls_run_once_and_in_their_order_while_managers_act_between_them(pair: Cluster, chain: str, concurrent: bool) -> None:
    address = pair.kernels["north"].address
    async with amino.connect(address) as one, amino.connect(address) as other:
        name = f"log-{uuid.uuid4().hex[:6]}"
        stub = await made(one, chain, concurrent=concurrent, name=name)
        beside = await other.get(name)
        done = asyncio.Event()
        disturbing = asyncio.ensure_future(every_now_and_then(done, lambda: DISTURBED[chain](stub)))
        await asyncio.gather(write(stub, 1), write(beside, 2))
        done.set()
        assert await disturbing > 0
        lines = await stub.all()
        for client in (1, 2):
            ran = [number for whose, number in lines if whose == client]
            # A write that waits for callers with a cache may be overtaken by the next one.
            assert (sorted(ran) if chain.startswith(("Lease", "Consistent")) else ran) == list(range(CALLS))


async def test_a_move_under_fire_takes_along_what_ran_without_the_managers(pair: Cluster) -> None:
    async with amino.connect(pair.kernels["north"].address) as client:
        stub = await made(client, "Retry,AtMostOnceRPC")
        writing = asyncio.ensure_future(write(stub, 1))
        for kernel in ("south", "north", "south"):
            await client.move(stub, pair.kernels[kernel].kernel_id)
        await writing
        assert [number for _, number in await stub.all()] == list(range(CALLS))


async def test_a_command_waits_for_calls_that_were_let_in_before(pair: Cluster) -> None:
    async with amino.connect(pair.kernels["north"].address) as client:
        stub = await made(client, "ExplicitCheckpoint", concurrent=True)
        await write(stub, 1)
        pausing = asyncio.ensure_future(stub.pause(400))
        await write(stub, 2)
        assert not pausing.done(), "the pause was too short for this machine"
        await stub.dm.checkpoint()
        assert pausing.done()


async def test_errors_are_those_of_the_object(pair: Cluster) -> None:
    async with amino.connect(pair.kernels["north"].address) as client:
        for chain in ("ExplicitCheckpoint", "AtMostOnceRPC"):
            stub = await made(client, chain)
            await write(stub, 1)
            for number in range(20):
                with pytest.raises(AminoError, match=f"failed {number}"):
                    await stub.fail(number)
            with pytest.raises(AminoError, match="no member"):
                await stub.nothing()
            assert await stub.size() == CALLS
