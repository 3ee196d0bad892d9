"""The client without async, from several threads, against a real server of counters."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import amino
import pytest
from amino_wire import errors

from tests.unit.counter_kernel import CounterKernel, counter_kernel_thread


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[CounterKernel]:
    with counter_kernel_thread(tmp_path) as kernel:
        yield kernel


@pytest.fixture
def client(kernel: CounterKernel) -> Iterator[amino.BlockingClient]:
    with amino.connect(kernel.address) as client:
        yield client


def test_calls(client: amino.BlockingClient) -> None:
    counter = client.get("counter")
    assert counter.incr(5) == 5
    assert counter.incr(by=2) == 7
    assert counter.incr.many([(1,), (1,)]) == [8, 9]
    assert counter.with_options(deadline=5).get() == 9
    assert counter.dm.push(1) == ["", "push", [1], {}]
    assert counter.dm["Locking"].start() == ["Locking", "start", [], {}]


def test_stubs(client: amino.BlockingClient) -> None:
    counter = client.get("counter")
    back = counter.echo([counter])
    assert isinstance(back[0], amino.BlockingStub)
    assert back == [counter]
    assert back[0].incr(1) == 1
    assert client.stub(amino.reference_of(counter)) == counter


def test_errors(client: amino.BlockingClient) -> None:
    with pytest.raises(errors.NameNotFound):
        client.get("nobody")
    with pytest.raises(amino.GuestException, match="CounterError: empty"):
        client.get("counter").fail("empty")
    with pytest.raises(errors.DeadlineExceeded):
        client.get("counter").with_options(deadline=0.05).wait()
    with pytest.raises(errors.ValueInvalid):
        client.get("counter").echo(object())


def test_objects(client: amino.BlockingClient) -> None:
    other = client.create("counter", 10, name="other")
    assert other.incr(1) == 11
    assert client.register({"c.js": "class C {}"}, "third", args=[3]).get() == 3
    assert [found.name for found in client.list()] == ["counter", "other", "third"]
    assert client.describe(other).name == "other"
    client.delete("other")
    assert [found.name for found in client.list()] == ["counter", "third"]
    assert client.kernels()[0].alive
    assert [line.text for line in client.logs()] == ["counted"]
    events = client.watch()
    assert [next(events).kind for _ in range(3)] == ["put", "put", "synced"]
    events.close()  # type: ignore[attr-defined]


def test_many_threads_share_a_client(client: amino.BlockingClient) -> None:
    counter = client.get("counter")

    def work(_: int) -> list[int]:
        return [counter.incr(1) for _ in range(200)]

    with ThreadPoolExecutor(8) as pool:
        results = [result for part in pool.map(work, range(8)) for result in part]
    assert sorted(results) == list(range(1, 1601))


def test_a_closed_client_says_so(kernel: CounterKernel) -> None:
    with amino.connect(kernel.address) as client:
        counter = client.get("counter")
    with pytest.raises(errors.ArgumentInvalid, match="not open"):
        counter.incr(1)
    client.close()
