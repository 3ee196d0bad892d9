"""Proxies in the client's own process, against a real server of counters."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import amino
import pytest
import pytest_asyncio
from amino.location import NO_ANSWER
from amino.proxies.values import ChainValues, holds
from amino.transaction_scope import enter, leave, transaction_of, transactions_for
from amino_wire import errors
from amino_wire.frames import FLAG_PROXIES_DONE
from amino_wire.values import Codec, Reference

from tests.unit.counter_kernel import Counter, CounterKernel, counter_kernel, counter_kernel_thread

CACHED = [("ExplicitCaching", {})]


@pytest_asyncio.fixture
async def kernel(tmp_path: Path) -> AsyncIterator[CounterKernel]:
    async with counter_kernel(tmp_path) as kernel:
        yield kernel


@pytest_asyncio.fixture
async def client(kernel: CounterKernel) -> AsyncIterator[amino.Client]:
    async with amino.connect(kernel.address) as client:
        yield client


async def register(client: amino.Client, managers: Any, name: str = "managed") -> amino.Stub:
    return await client.register({"c.js": "class C {}"}, name, deployment_managers=managers)


def object_of(kernel: CounterKernel, stub: amino.Stub) -> Counter:
    return kernel.objects[amino.reference_of(stub).id]


async def test_a_cached_read_asks_nobody(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, CACHED)
    assert await counter.incr(3) == 3
    assert await counter.get() == 3
    seen = len(object_of(kernel, counter).seen)
    found = counter.get()
    assert found.done() and await found == 3
    assert await counter.get.many([()] * 10) == [3] * 10
    assert len(object_of(kernel, counter).seen) == seen
    object_of(kernel, counter).value = 7
    await counter.dm.pull()
    assert await counter.get() == 7


async def test_calls_say_that_proxies_have_run_and_which_epoch_they_know(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, "Retry,ExplicitCaching")
    await counter.incr(1)
    await counter.with_options(transaction="tx-1").incr(by=1)
    first, second = object_of(kernel, counter).seen
    assert first.flags & FLAG_PROXIES_DONE and first.epoch == 1 and first.request_id
    assert second.transaction_id == "tx-1" and second.request_id != first.request_id


async def test_proxies_stay_in_the_kernel_where_that_is_wanted_or_their_manager_is_not_installed(kernel: CounterKernel) -> None:
    async with amino.connect(kernel.address, proxies="kernel") as client:
        counter = await register(client, CACHED)
        await counter.get()
        assert not counter.get().done()
        assert object_of(kernel, counter).seen[0].flags == 0
    async with amino.connect(kernel.address) as client:
        counter = await register(client, "NobodysManager", "other")
        assert await counter.incr(1) == 1
        assert object_of(kernel, counter).seen[0].flags == 0
        assert await counter.dm.push() == ["", "push", [], {}]


async def test_a_command_of_a_proxy_runs_here(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, [("ExplicitCaching", {"defer": ["incr"]})])
    assert await counter.incr(1) is None and await counter.incr(2) is None
    assert object_of(kernel, counter).value == 0
    assert await client.command("managed", "push", (), {}) == [1, 3]
    assert await counter.dm["ExplicitCaching"].push() == []
    assert await counter.dm["Other"].push() == ["Other", "push", [], {}]


async def test_stubs_pass_through_proxies_and_caches(client: amino.Client) -> None:
    counter = await register(client, CACHED)
    assert await counter.echo([counter, {"self": counter}]) == [counter, {"self": counter}]
    with pytest.raises(errors.ValueInvalid):
        await counter.echo(object())


async def test_what_is_passed_is_copied_at_once(client: amino.Client) -> None:
    counter = await register(client, "Retry")
    items = [1]
    answer = counter.echo(items)
    items.append(2)
    assert await answer == [1]


async def test_errors_and_deadlines_end_calls(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, "Retry")
    with pytest.raises(amino.GuestException, match="empty"):
        await counter.fail("empty")
    with pytest.raises(errors.DeadlineExceeded):
        await counter.with_options(deadline=0.5).wait()
    waiting = counter.wait()
    await counter.get()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    async with asyncio.timeout(10):
        while object_of(kernel, counter).cancelled < 2:
            await asyncio.sleep(0.01)


async def test_a_call_follows_its_object(kernel: CounterKernel, client: amino.Client, tmp_path: Path) -> None:
    async with counter_kernel(tmp_path, "k2") as other:
        counter = await register(client, "Retry")
        assert await counter.incr(1) == 1
        object_id = amino.reference_of(counter).id
        other.objects[object_id] = kernel.objects.pop(object_id)
        kernel.elsewhere[object_id] = other
        assert await counter.incr(1) == 2
        assert other.objects[object_id].value == 2
        straight = len(kernel.connections), kernel.frames
        assert await counter.incr(1) == 3
        assert (len(kernel.connections), kernel.frames) == straight


async def test_another_chain_takes_over(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, CACHED)
    assert await counter.get() == 0
    object_of(kernel, counter).value = 5
    assert await counter.get() == 0
    await client.attach(counter, "Retry")
    assert await counter.get() == 5
    await client.attach(counter, [])
    await counter.get()
    assert object_of(kernel, counter).seen[-1].flags == 0


async def test_a_change_that_others_made_is_found_out(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, CACHED)
    assert await counter.get() == 0
    async with amino.connect(kernel.address) as other:
        await other.attach("managed", "Retry")
    object_of(kernel, counter).value = 5
    async with asyncio.timeout(30):
        while await counter.get() != 5:
            await asyncio.sleep(0.02)
    object_id = amino.reference_of(counter).id
    await client.attach(counter, CACHED)
    assert await counter.get() == 5
    del kernel.objects[object_id], kernel.names["managed"]
    async with asyncio.timeout(30):
        with pytest.raises(errors.ObjectNotFound):
            while await counter.get() == 5:
                await asyncio.sleep(0.02)


async def test_closing_ends_what_waits_and_what_was_cached(kernel: CounterKernel) -> None:
    async with amino.connect(kernel.address) as client:
        counter = await register(client, "Retry,ExplicitCaching")
        assert await counter.get() == 0
        waiting = counter.wait()
        await asyncio.sleep(0)
    with pytest.raises(errors.KernelUnavailable, match="closed"):
        await waiting
    with pytest.raises(errors.KernelUnavailable):
        await counter.get()


def test_without_async_a_cached_read_is_a_plain_return(tmp_path: Path) -> None:
    with counter_kernel_thread(tmp_path) as kernel:
        with amino.connect(kernel.address) as client:
            counter = client.register({"c.js": "class C {}"}, "managed", deployment_managers=CACHED)
            assert counter.incr(2) == 2
            assert counter.get() == 2
            seen = len(kernel.objects[amino.reference_of(counter).id].seen)
            assert [counter.get() for _ in range(50)] == [2] * 50
            assert len(kernel.objects[amino.reference_of(counter).id].seen) == seen
            counter.dm.pull()
            assert counter.get() == 2
        with pytest.raises(errors.ArgumentInvalid, match="not open"):
            counter.get()


async def test_transactions_are_of_the_block_that_opened_them() -> None:
    async def elsewhere(go: asyncio.Event) -> str:
        await go.wait()
        return transaction_of("o")

    go = asyncio.Event()
    outside = asyncio.create_task(elsewhere(go))
    await asyncio.sleep(0)
    token = enter("o", "tx-1")
    inner = enter("p", "tx-2")
    go.set()
    assert [transaction_of("o"), transaction_of("p"), transaction_of("q")] == ["tx-1", "tx-2", ""]
    assert await outside == ""
    assert transactions_for("o") == "tx-1", "names without an object travel to their own only"
    third = enter("q", "tx-3@q")
    assert [transactions_for("o"), transactions_for("q"), transactions_for("r")] == ["tx-1 tx-3@q", "tx-3@q", "tx-3@q"]
    leave(third)
    leave(inner)
    leave(token)
    assert transaction_of("o") == ""


def test_values() -> None:
    loop: list[Any] = [1]
    loop.append(loop)
    reference = Reference("o", None, 1, None)
    assert not holds(loop, Reference)
    assert holds([{"a": (reference,)}], Reference) and holds({reference: 1}, Reference) and not holds("text", str)
    values = ChainValues(Codec())
    args = ([1],)
    assert values.arguments(args) == args and values.arguments(args)[0] is not args[0]
    assert values.outward([reference]) == [reference]
    assert NO_ANSWER is not None


def test_who_meets_no_managers_pays_for_none() -> None:
    program = "import amino, sys; print([name for name in sys.modules if name.startswith(('amino_dms', 'amino.proxies'))])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert done.stdout.strip() == "[]"
