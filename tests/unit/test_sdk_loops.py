"""Clients and event loops: another loop, a closed loop, a client made before any loop, and a client that nobody closes."""

from __future__ import annotations

import asyncio
import gc
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import amino
import pytest
from amino_wire import errors

from tests.support.waiting import wait_until
from tests.unit.counter_kernel import CounterKernel, counter_kernel_thread

# Clients are dropped on purpose. (uvloop never closes a loop where such a warning is an error.)
pytestmark = [pytest.mark.filterwarnings("default::ResourceWarning"), pytest.mark.timeout(60)]


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[CounterKernel]:
    with counter_kernel_thread(tmp_path) as kernel:
        yield kernel


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def clients_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "amino-client"]


async def opened(kernel: CounterKernel) -> tuple[amino.Client, amino.Stub]:
    client = await amino.connect(kernel.address).client().open()
    counter = await client.get("counter")
    assert await counter.incr(1) >= 1
    return client, counter


@pytest.mark.parametrize("made", [amino.run, asyncio.run])
def test_a_client_of_a_closed_loop_says_so(kernel: CounterKernel, made: type) -> None:
    client, counter = made(opened(kernel))

    async def use() -> None:
        with pytest.raises(errors.ArgumentInvalid, match=r"belongs to the event loop it was opened on, which is closed: open a client"):
            counter.incr(1)
        for request in (client.get("counter"), client.list(), counter.incr.many([(1,)]), counter.dm.push()):
            with pytest.raises(errors.ArgumentInvalid, match="which is closed"):
                await request
        await client.close()
        await client.close()

    made(use())
    assert kernel.counter.value == 1, "nothing has run"
    wait_until(lambda: all(connection.closed for connection in kernel.connections), "the connection has ended")


async def test_a_client_of_another_loop_says_so(kernel: CounterKernel) -> None:
    client, counter = await opened(kernel)

    async def elsewhere() -> None:
        with pytest.raises(errors.ArgumentInvalid, match="another one than this"):
            counter.incr(1)
        for request in (client.get("counter"), client.close()):
            with pytest.raises(errors.ArgumentInvalid, match="another one than this"):
                await request

    await asyncio.to_thread(lambda: asyncio.run(elsewhere()))
    assert await counter.get() == 1
    await client.close()


async def test_a_blocking_client_may_be_used_on_any_loop_and_thread(kernel: CounterKernel) -> None:
    made = amino.connect(kernel.address).blocking()

    def use() -> int:
        with made as client:
            return int(client.get("counter").incr(1))

    assert await asyncio.to_thread(use) == 1
    assert use() == 2


def test_a_client_that_is_made_before_any_loop_opens_on_the_one_that_runs(kernel: CounterKernel) -> None:
    client = amino.connect(kernel.address).client()

    async def use() -> int:
        async with client:
            return int(await (await client.get("counter")).incr(1))

    assert asyncio.run(use()) == 1
    assert asyncio.run(use()) == 2, "and, once it is closed, on another one"


def test_a_blocking_client_that_nobody_closes_leaves_nothing(kernel: CounterKernel) -> None:
    with amino.connect(kernel.address) as client:
        client.get("counter").incr(1)
    before, threads = descriptors(), len(clients_threads())
    for _ in range(5):
        dropped = amino.connect(kernel.address).blocking().open()
        stub = dropped.get("counter")
        del dropped
        gc.collect()
        assert stub.echo(stub) == stub, "a stub keeps its client"
        del stub
    gc.collect()
    wait_until(lambda: len(clients_threads()) == threads, "their threads have ended")
    wait_until(lambda: descriptors() <= before, "their sockets are closed")
    wait_until(lambda: all(connection.closed for connection in kernel.connections), "the kernel has no connection any more")


def test_a_client_with_async_that_nobody_closes_is_told_and_leaves_nothing(kernel: CounterKernel) -> None:
    asyncio.run(opened(kernel))
    gc.collect()
    before = descriptors()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in range(5):
            amino.run(opened(kernel))
        gc.collect()
    assert sum("was dropped without close; use `async with amino.connect() as client`" in str(each.message) for each in told) == 5
    wait_until(lambda: descriptors() <= before, "their sockets are closed")
