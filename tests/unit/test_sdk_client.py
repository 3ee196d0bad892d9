"""The client with async against a real server of counters, over each carrier."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import amino
import pytest
from amino_wire import errors
from amino_wire.protocol import Outcome

from tests.unit.counter_kernel import CounterKernel, counter_kernel


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.fixture(params=["unix", "tcp", "grpc"])
async def kernel(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[CounterKernel]:
    async with counter_kernel(tmp_path, lanes=() if request.param == "grpc" else (request.param,)) as kernel:
        kernel.carrier = request.param  # type: ignore[attr-defined]
        yield kernel


@pytest.fixture
async def client(kernel: CounterKernel) -> AsyncIterator[amino.Client]:
    async with amino.connect(kernel.address) as client:
        yield client


async def test_calls_over_the_carrier_that_is_offered(kernel: CounterKernel, client: amino.Client) -> None:
    assert client.connections.home.carrier == kernel.carrier  # type: ignore[attr-defined]
    counter = await client.get("counter")
    assert await counter.incr(5) == 5
    assert await counter.incr() == 6
    assert await counter.incr(by=4) == 10
    assert await counter["get"]() == 10


async def test_calls_of_one_turn_share_frames_and_keep_their_order(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await client.get("counter")
    before = kernel.frames
    assert await asyncio.gather(*[counter.incr(1) for _ in range(1000)]) == list(range(1, 1001))
    assert kernel.frames - before <= 5
    assert await counter.incr.many([(1,), (2,), (3,)]) == [1001, 1003, 1006]


async def test_a_slow_call_holds_nobody_back(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await client.get("counter")
    slow = counter.wait()
    assert await asyncio.gather(*[counter.incr(1) for _ in range(10)]) == list(range(1, 11))
    assert not slow.done()
    kernel.counter.release.set()
    assert await slow == "released"


async def test_every_kind_of_value_comes_back(client: amino.Client) -> None:
    counter = await client.get("counter")
    loop: list[object] = [1]
    loop.append(loop)
    for value in (None, True, 2**100, -0.5, "ü", b"\0", [1, [2]], {"a": {1: {2, 3}}}, amino.Timestamp(1), amino.Duration(1)):
        assert await counter.echo(value) == value
    back = await counter.echo(loop)
    assert back[1] is back


async def test_arguments_are_taken_when_the_call_is_made(client: amino.Client) -> None:
    counter = await client.get("counter")
    batch = [1]
    call = counter.echo(batch)
    batch.append(2)
    assert await call == [1]


async def test_what_cannot_travel_is_refused_and_the_rest_of_the_frame_goes_on(client: amino.Client) -> None:
    counter = await client.get("counter")
    with pytest.raises(errors.ValueInvalid, match=r"args\[0\]\.handlers\.click"):
        counter.echo({"handlers": {"click": print}})
    bad, good = counter.echo("\ud800"), counter.incr(1)
    with pytest.raises(errors.ValueInvalid, match="surrogate"):
        await bad
    assert await good == 1
    huge, small = counter.echo(b"x" * (17 << 20)), counter.incr(1)
    with pytest.raises(errors.ValueInvalid, match="send them in parts"):
        await huge
    assert await small == 2


async def test_calls_that_are_too_long_together_go_in_several_frames(client: amino.Client) -> None:
    counter = await client.get("counter")
    parts = [bytes([number]) * (5 << 20) for number in range(5)]
    assert await asyncio.gather(*[counter.echo(part) for part in parts]) == parts


async def test_a_guest_exception_keeps_class_message_and_stack(client: amino.Client) -> None:
    counter = await client.get("counter")
    with pytest.raises(amino.GuestException) as caught:
        await counter.fail("empty")
    assert (caught.value.guest_class, caught.value.message) == ("CounterError", "empty")
    assert "counter.js:7:3" in caught.value.guest_stack
    assert caught.value.details == {"value": 0}
    results = await asyncio.gather(counter.incr(1), counter.fail("x"), counter.incr(1), return_exceptions=True)
    assert (results[0], results[2]) == (1, 2)
    with pytest.raises(amino.GuestException):
        await counter.fail.many([("a",), ("b",)])
    assert [type(one) for one in await counter.fail.many([("a",), ("b",)], return_exceptions=True)] == [amino.GuestException] * 2


async def test_missing_names_objects_and_members(client: amino.Client) -> None:
    with pytest.raises(errors.NameNotFound) as caught:
        await client.get("nobody")
    assert "nobody" in caught.value.message
    assert caught.value.details == {"name": "nobody"}
    with pytest.raises(errors.ObjectNotFound):
        await client.stub(amino.Reference("gone")).incr(1)
    counter = await client.get("counter")
    with pytest.raises(errors.MemberNotFound):
        await counter.nothing()


async def test_cancelling_the_task_cancels_the_call(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await client.get("counter")

    async def call() -> object:
        return await counter.wait()

    task = asyncio.ensure_future(call())
    await until(lambda: any(True for _ in kernel._tasks))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: kernel.counter.cancelled == 1)
    assert await counter.incr(1) == 1
    await until(lambda: client.connections.home.unanswered == 0)


async def test_a_call_past_its_deadline_ends(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await client.get("counter")
    with pytest.raises(errors.DeadlineExceeded, match=r"wait of object counter \(id-counter\) was not answered within 500 ms"):
        await counter.with_options(deadline=0.5).wait()
    await until(lambda: kernel.counter.cancelled == 1)
    for seconds in (0, -1, float("nan"), float("inf"), 2.0**70):
        with pytest.raises(errors.ArgumentInvalid, match="deadline"):
            counter.with_options(deadline=seconds)


async def test_options_travel(kernel: CounterKernel, client: amino.Client) -> None:
    counter = await client.get("counter")
    options = counter.with_options(deadline=5, read_only=True, request_id="r1", transaction="t1", headers={"h": [1]})
    await options.incr(by=2)
    seen = kernel.counter.seen[-1]
    assert (seen.budget_ms, seen.read_only, seen.request_id, seen.transaction_id) == (5000, True, "r1", "t1")
    assert seen.headers == {"h": [1]}
    await counter.incr(1)
    assert kernel.counter.seen[-1].request_id == ""


async def test_stubs_are_arguments_results_keys_and_never_pickles(client: amino.Client) -> None:
    counter = await client.get("counter")
    back = await counter.echo({"to": [counter]})
    assert isinstance(back["to"][0], amino.Stub)
    assert back["to"][0] == counter
    assert await back["to"][0].incr(3) == 3
    assert {counter: 1}[await client.get("id-counter")] == 1
    assert copy.deepcopy({"x": counter})["x"] is counter
    assert {"incr", "get", "dm"} <= set(dir(counter))
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(counter)
    with pytest.raises(AttributeError):
        _ = counter._private


async def test_objects_are_made_listed_described_and_deleted(kernel: CounterKernel, client: amino.Client, tmp_path: Path) -> None:
    other = await client.create("counter", 10, name="other")
    assert await other.incr(1) == 11
    source = tmp_path / "counter.js"
    source.write_text("export default class Counter {}")
    third = await client.register(
        source, "third", args=[7], deployment_managers="Retry,LeaseCaching(lease=10s)", select="region in (eu, us)"
    )
    assert await third.get() == 7
    request = kernel.requests[-1]
    assert [spec.name for spec in request.deployment_managers] == ["Retry", "LeaseCaching"]
    assert list(request.selector.terms[0].requirements[0].values) == ["eu", "us"]
    assert (request.artifact.language, request.artifact.entry) == ("js", "counter.js")
    with pytest.raises(errors.NameTaken):
        await client.register(source, "third")
    assert [found.name for found in await client.list()] == ["counter", "other", "third"]
    described = await client.describe(third)
    assert (described.class_name, described.language, described.status, described.kernel) == ("Counter", "js", "active", "k1")
    assert [member.name for member in described.members] == ["incr", "get"]
    await client.delete(other)
    with pytest.raises(errors.NameNotFound):
        await client.describe("other")
    assert [found.id for found in await client.kernels()] == ["k1"]
    assert (await client.move("third", "k1", replica="0.2")).lost == ("this.secret",)
    assert kernel.requests[-1].path == "0.2"
    assert (described.generation, described.epoch, described.replicas[0].path) == (1, 1, "0")
    kernel.pending = ["k2"]
    attached = await client.attach("third", "Retry")
    assert ([one.name for one in attached.object.deployment_managers], attached.pending) == (["Retry"], ("k2",))
    assert (await client.restart("third")).name == "third"
    assert (await client.explain(deployment_managers="Retry,Immutable")).text == "Retry → Immutable"
    for target in ("counter", await client.get("counter")):
        with pytest.raises(errors.ArgumentInvalid, match="an object or a chain, not both"):
            await client.explain(target, deployment_managers="Retry")


async def test_an_artifact_is_sent_once(kernel: CounterKernel, client: amino.Client) -> None:
    files = {"main.js": "x" * (3 << 20), "lib/a.js": "1"}
    await client.register(files, "one")
    await client.register(files, "two")
    assert len(kernel.artifacts) == 1


async def test_commands_watch_and_logs(client: amino.Client) -> None:
    counter = await client.get("counter")
    assert await counter.dm.push(1, force=True) == ["", "push", [1], {"force": True}]
    assert await counter.dm["Locking"].start() == ["Locking", "start", [], {}]
    events = client.watch()
    assert [(await anext(events)).kind for _ in range(2)] == ["put", "synced"]
    await events.aclose()  # type: ignore[attr-defined]
    assert [line.text async for line in client.logs("counter")] == ["counted"]


async def test_a_lost_connection_fails_what_waits_and_comes_back(tmp_path: Path) -> None:
    async with counter_kernel(tmp_path) as first, amino.connect(first.address) as client:
        counter = await client.get("counter")
        assert await counter.incr(1) == 1
        waiting = counter.wait()
        await until(lambda: any(True for _ in first._tasks))
        port = int(first.address.rpartition(":")[2])
        await first.stop()
        with pytest.raises(
            errors.KernelUnavailable, match=r"wait of object counter \(id-counter\) has no answer, it may have run"
        ) as caught:
            await waiting
        assert caught.value.outcome is Outcome.UNKNOWN
        with pytest.raises(errors.KernelUnavailable, match=r"incr of object counter \(id-counter\) was not sent") as refused:
            await counter.incr(1)
        assert refused.value.outcome is Outcome.NOT_RUN
        async with counter_kernel(tmp_path, port=port):
            assert await counter.incr(1) == 1
            assert await client.list()


async def test_calls_go_straight_to_the_objects_kernel_and_follow_it(tmp_path: Path) -> None:
    async with counter_kernel(tmp_path) as home, counter_kernel(tmp_path, "k2") as second, counter_kernel(tmp_path, "k3") as third:
        home.elsewhere["id-counter"] = second
        async with amino.connect(home.address) as client:
            counter = await client.get("counter")
            assert await asyncio.gather(*[counter.incr(1) for _ in range(10)]) == list(range(1, 11))
            assert (second.frames > 0, home.frames) == (True, 0)
            third.counter.value = second.counter.value
            second.elsewhere["id-counter"] = home.elsewhere["id-counter"] = third
            assert await asyncio.gather(*[counter.incr(1) for _ in range(10)]) == list(range(11, 21))
            assert third.frames > 0


async def test_a_lost_direct_kernel_falls_back_to_the_home_kernel(tmp_path: Path) -> None:
    async with counter_kernel(tmp_path) as home, counter_kernel(tmp_path, "k2") as second:
        home.elsewhere["id-counter"] = second
        async with amino.connect(home.address) as client:
            counter = await client.get("counter")
            assert await counter.incr(1) == 1
            del home.elsewhere["id-counter"]
            await second.stop()
            assert await counter.incr(1) == 1
            assert home.frames == 1


@pytest.mark.parametrize(("host", "why"), [("127.0.0.1", "connection refused"), ("nobody.invalid", "no host has that name")])
async def test_nobody_there(unused_tcp_port: int, host: str, why: str) -> None:
    address = f"{host}:{unused_tcp_port}"
    with pytest.raises(errors.KernelUnavailable) as refused:
        async with amino.connect(address):
            raise AssertionError("connected to nobody")
    assert refused.value.message == f"the kernel at {address} does not answer ({why}). Is it running? `amino up` starts one."
    assert refused.value.outcome is errors.Outcome.NOT_RUN


async def test_a_second_address_is_tried(tmp_path: Path, unused_tcp_port: int) -> None:
    async with counter_kernel(tmp_path) as kernel, amino.connect(f"127.0.0.1:{unused_tcp_port},{kernel.address}") as client:
        assert await (await client.get("counter")).incr(1) == 1
