"""Calls that leave at once, whose proxies are asked when they have failed: against a real server of counters."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import amino
import pytest
import pytest_asyncio
from amino.proxies.watched import WatchedCall
from amino_wire import errors
from amino_wire.errors import Outcome
from amino_wire.frames import FLAG_PROXIES_DONE
from amino_wire.pb import client_pb2

from tests.unit.counter_kernel import Counter, CounterKernel, counter_kernel


@pytest_asyncio.fixture
async def kernel(tmp_path: Path) -> AsyncIterator[CounterKernel]:
    async with counter_kernel(tmp_path) as kernel:
        yield kernel


@pytest_asyncio.fixture
async def client(kernel: CounterKernel) -> AsyncIterator[amino.Client]:
    async with amino.connect(kernel.address) as client:
        yield client


async def register(client: amino.Client, managers: Any) -> amino.Stub:
    return await client.register({"c.js": "class C {}"}, "managed", deployment_managers=managers)


def object_of(kernel: CounterKernel, stub: amino.Stub) -> Counter:
    return kernel.objects[amino.reference_of(stub).id]


def unavailable() -> errors.KernelUnavailable:
    return errors.KernelUnavailable("nobody knows whether it ran", outcome=Outcome.UNKNOWN)


async def test_a_call_whose_proxies_only_look_at_failures_leaves_at_once(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, "Retry")
    call = counter.incr(1)
    assert isinstance(call, WatchedCall)
    assert await call == 1
    assert [each.flags for each in object_of(kernel, counter).seen] == [FLAG_PROXIES_DONE]


async def test_a_call_that_its_proxy_numbers_leaves_at_once_and_is_tried_again_under_its_number(
    kernel: CounterKernel, client: amino.Client
) -> None:
    counter = await register(client, "Retry,AtMostOnceRPC")
    call = counter.incr(1)
    assert isinstance(call, WatchedCall)
    assert await call == 1
    kernel.refusals += [unavailable(), unavailable()]
    assert await counter.incr(1) == 2
    assert await counter.incr(1) == 3
    first, last = kernel.refusals.refused
    session, number, _ = first.options.headers["AtMostOnceRPC"]
    assert number == 2 and last.options.headers["AtMostOnceRPC"][:2] == [session, 2]
    seen = [each.headers["AtMostOnceRPC"] for each in object_of(kernel, counter).seen]
    assert [each[:2] for each in seen] == [[session, 1], [session, 2], [session, 3]]


async def test_a_write_that_nobody_has_to_hear_of_leaves_at_once_after_its_first(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, "LeaseCaching")
    for number in range(1, 4):
        call = counter.incr(1)
        assert isinstance(call, WatchedCall) == (number > 1)
        assert await call == number
    flags = [each.flags & FLAG_PROXIES_DONE for each in object_of(kernel, counter).seen]
    assert flags == 3 * [FLAG_PROXIES_DONE]


async def test_a_call_that_cannot_travel_raises_and_leaves_nothing_behind(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, "Retry,AtMostOnceRPC")
    with pytest.raises(errors.ValueInvalid):
        await counter.echo(object())
    assert await counter.incr(1) == 1
    seen = object_of(kernel, counter).seen
    assert len(seen) == 1 and seen[0].headers["AtMostOnceRPC"][1:] == [2, 2 - 128]


async def test_writes_of_explicit_caching_pass_their_proxy_each_time(client: amino.Client) -> None:
    counter = await register(client, "ExplicitCaching")
    for number in range(1, 4):
        call = counter.incr(1)
        assert not isinstance(call, WatchedCall)
        assert await call == number


@pytest.mark.parametrize("managers", ["Retry,ExplicitCaching", "AtMostOnceRPC,LeaseCaching"])
async def test_others_pass_their_proxies_first(client: amino.Client, managers: str) -> None:
    """Proxies that have something to say of each call, and calls that two proxies would note."""
    counter = await register(client, managers)
    call = counter.incr(1)
    assert not isinstance(call, WatchedCall)
    assert await call == 1


async def test_a_failure_is_tried_again_by_the_proxy_with_the_arguments_of_then(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, "Retry")
    kernel.refusals += [unavailable(), unavailable()]
    items = [counter, {"n": 1}]
    call = counter.echo(items)
    items.clear()
    assert await call == [counter, {"n": 1}]
    first, second = kernel.refusals.refused
    assert [first.method, second.method] == ["echo", "echo"]
    assert second.options.flags & FLAG_PROXIES_DONE


async def test_calls_beside_the_one_that_fails_are_answered_and_those_after_it_too(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, "Retry")
    kernel.refusals.append(unavailable())
    calls = [counter.incr(1) for _ in range(20)]
    await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    calls += [counter.incr(1) for _ in range(20)]
    assert sorted(await asyncio.gather(*calls)) == list(range(1, 41))


@pytest.mark.parametrize("managers", ["Retry", "Retry,AtMostOnceRPC", "AtMostOnceRPC"])
async def test_calls_whose_object_is_on_its_way_run_in_their_order(kernel: CounterKernel, client: amino.Client, managers: str) -> None:
    counter = await register(client, managers)
    kernel.refusals += [errors.Moved("not here at the moment") for _ in range(30)]
    assert await asyncio.gather(*[counter.incr(1) for _ in range(10)]) == list(range(1, 11))
    assert len(kernel.refusals.refused) == 30


async def test_calls_whose_object_has_other_managers_now_pass_those(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, "Retry,AtMostOnceRPC")
    kernel.refusals += [errors.Moved("not here at the moment") for _ in range(10)]
    attached = asyncio.Event()

    async def wait(request: object, _: object) -> None:
        if isinstance(request, client_pb2.GetRequest):
            await attached.wait()

    kernel.before_answering = wait
    calls = [counter.incr(1) for _ in range(10)]
    await client.attach(counter, "Retry")
    attached.set()
    assert sorted(await asyncio.gather(*calls)) == list(range(1, 11))
    assert [each.headers for each in object_of(kernel, counter).seen] == [{}] * 10


async def test_what_the_application_raises_is_raised_once(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, "Retry")
    with pytest.raises(amino.GuestException, match="empty"):
        await counter.fail("empty")
    assert len(object_of(kernel, counter).seen) == 1


async def test_the_last_failure_is_raised_when_the_time_is_over(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, [("Retry", {"timeout": 0.3, "longest": 0.01})])
    kernel.refusals += [unavailable() for _ in range(1000)]
    with pytest.raises(errors.KernelUnavailable, match="nobody knows"):
        await counter.incr(1)
    assert len(kernel.refusals.refused) > 2


async def test_a_caller_gives_up_while_its_call_is_tried_again(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, [("Retry", {"first": 20, "longest": 20})])
    kernel.refusals += [unavailable() for _ in range(1000)]
    call = counter.incr(1)
    async with asyncio.timeout(10):
        while not kernel.refusals.refused:
            await asyncio.sleep(0.01)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    kernel.refusals.clear()
    assert await counter.incr(1) == 1
    assert len(object_of(kernel, counter).seen) == 1


async def test_a_client_that_closes_ends_calls_that_are_tried_again(kernel: CounterKernel) -> None:
    async with amino.connect(kernel.address) as client:
        counter = await register(client, [("Retry", {"first": 20, "longest": 20})])
        kernel.refusals += [unavailable() for _ in range(1000)]
        tried, waiting = counter.incr(1), counter.incr(1)
        async with asyncio.timeout(10):
            while not kernel.refusals.refused:
                await asyncio.sleep(0.01)
    for call in (tried, waiting):
        with pytest.raises(errors.KernelUnavailable):
            await call


async def test_a_chain_that_is_changed_meanwhile_answers_what_is_on_its_way(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await register(client, "Retry")
    waiting = counter.wait()
    await client.attach(counter, [])
    plain = counter.incr(1)
    assert await plain == 1 and not isinstance(plain, WatchedCall)
    waiting.cancel()
    await client.attach(counter, "Retry")
    kernel.refusals.append(unavailable())
    assert await counter.incr(1) == 2


async def test_a_device_asks_for_the_object_before_its_first_call(client: amino.Client) -> None:
    counter = await register(client, "KeepOnDevice")
    assert isinstance(counter.incr(1), WatchedCall), "a client is no device, so there is nothing to ask"
