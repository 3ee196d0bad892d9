"""A client and forks: the parent's is refused in the child, the child's own works, and neither hears the other's answers.

Each test runs a program of its own, as a forked pytest would not be a program of a user.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.waiting import wait_until
from tests.unit.counter_kernel import CounterKernel, counter_kernel_thread

pytestmark = [pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork"), pytest.mark.timeout(120)]

SECONDS = 60
HEAD = """
import asyncio, multiprocessing, os, signal, sys, threading
import amino
from amino.errors import ClientForked

def refused(work):
    try:
        work()
    except ClientForked as error:
        assert "open a client in the child" in error.message, error
        return
    raise AssertionError("it was not refused")

def in_child(work):
    child = os.fork()
    if child == 0:
        signal.alarm(40)
        status = 1
        try:
            work()
            status = 0
        except BaseException:
            import traceback
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    status = os.waitpid(child, 0)[1]
    assert status == 0, f"the child ended with {status}"
"""


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[CounterKernel]:
    with counter_kernel_thread(tmp_path) as kernel:
        yield kernel


def run(kernel: CounterKernel, program: str) -> None:
    environment = {**os.environ, "AMINO_ADDRESS": kernel.address, "PYTHONWARNINGS": "ignore::DeprecationWarning"}
    command = [sys.executable, "-c", HEAD + program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr


def test_whatever_is_asked_of_the_parents_client_is_refused_in_the_child(kernel: CounterKernel) -> None:
    run(
        kernel,
        """
client = amino.connect().blocking().open()
counter = client.get("counter")
method = counter.incr

def child():
    for work in (
        lambda: counter.incr(1), lambda: method(1), lambda: counter["get"](), lambda: counter.incr.many([(1,)]),
        lambda: client.get("counter"), lambda: client.list(), lambda: client.create("counter"), lambda: counter.dm.push(),
        lambda: client.stub(amino.reference_of(counter)).get(), lambda: counter.dm.transaction().__enter__(), client.open,
        lambda: next(client.watch()),
    ):
        refused(work)
    repr(counter), hash(counter), dir(counter)
    client.close()
    client.close()

assert counter.incr(1) == 1
in_child(child)
assert counter.incr(1) == 2, "the child's close has not touched the parent's connection"
client.close()
""",
    )
    assert kernel.counter.value == 2


def test_a_client_of_the_childs_own_works(kernel: CounterKernel) -> None:
    run(
        kernel,
        """
client = amino.connect().blocking().open()
counter = client.get("counter")
counter.incr(1)

def child():
    with amino.connect() as own:
        mine = own.get("counter")
        assert mine.incr.many([(1,)] * 100) == list(range(2, 102))
        assert mine.echo(counter) == counter, "a stub of the parent's is a reference still"
        made = own.register({"other.js": "class Other {}" + "x" * 5_000_000}, "other", args=[7])
        assert made.get() == 7
        assert [one.name for one in own.list()] == ["counter", "other"]
        try:
            own.get("nobody")
        except amino.errors.NameNotFound as error:
            assert error.details == {"name": "nobody"}
        events = own.watch()
        assert next(events).kind == "put"
        events.close()
        in_child(grandchild)
        assert mine.get() == 102

def grandchild():
    refused(counter.get)
    with amino.connect() as own:
        assert own.get("counter").incr(1) == 102

in_child(child)
assert counter.get() == 102
client.close()
""",
    )


def test_parent_and_children_get_their_own_answers(kernel: CounterKernel) -> None:
    """As gunicorn does with --preload: what was made at import is there in every worker, and each opens a client of its own."""
    run(
        kernel,
        """
shared = amino.connect().blocking().open()
counter = shared.get("counter")
made_at_import = amino.connect().blocking()

def ask(stub, name):
    for number in range(300):
        assert stub.echo([name, number]) == [name, number]

workers = []
for name in ("one", "two", "three"):
    worker = os.fork()
    if worker == 0:
        signal.alarm(40)
        refused(lambda: counter.echo(1))
        with made_at_import as own:
            ask(own.get("counter"), name)
        sys.exit(0)
    workers.append(worker)
ask(counter, "parent")
for worker in workers:
    assert os.waitpid(worker, 0)[1] == 0, "a worker ends as a program does"
shared.close()
""",
    )


def test_a_pool_of_multiprocessing(kernel: CounterKernel) -> None:
    run(
        kernel,
        """
def begin():
    global client
    client = amino.connect().blocking().open()

def work(number):
    return client.get("counter").echo(number)

if __name__ == "__main__":
    with amino.connect() as parent:
        parent.get("counter").incr(1)
        with multiprocessing.get_context("fork").Pool(3, begin) as pool:
            assert pool.map(work, range(40)) == list(range(40))
        assert parent.get("counter").get() == 1
""",
    )


def test_a_client_with_async(kernel: CounterKernel) -> None:
    run(
        kernel,
        """
async def main():
    async with amino.connect() as client:
        counter = await client.get("counter")
        await counter.incr(1)
        in_child(lambda: child(client, counter))
        assert await counter.get() == 2

def child(client, counter):
    refused(lambda: counter.incr(1))
    asyncio.run(own(client, counter))

async def own(client, counter):
    refused(lambda: counter.incr(1))
    refused(lambda: client.stub(amino.reference_of(counter)))
    try:
        await client.get("counter")
    except ClientForked:
        pass
    await client.close()
    async with amino.connect() as mine:
        assert await (await mine.get("counter")).incr(1) == 2

asyncio.run(main())
""",
    )


def test_the_kernel_hears_that_the_parent_closes_while_a_child_lives_on(kernel: CounterKernel) -> None:
    program = """
client = amino.connect(transport="lane").blocking().open()
client.get("counter").incr(1)
child = os.fork()
if child == 0:
    sys.stdin.read()
    os._exit(0)
client.close()
assert os.waitpid(child, 0)[1] == 0
"""
    environment = {**os.environ, "AMINO_ADDRESS": kernel.address}
    with subprocess.Popen([sys.executable, "-c", HEAD + program], env=environment, stdin=subprocess.PIPE) as running:
        wait_until(lambda: kernel.counter.value == 1, "the program has called")
        wait_until(lambda: all(connection.closed for connection in kernel.connections), "its connection has ended")
        assert running.poll() is None, "the child is still there"
        running.communicate(timeout=SECONDS)
    assert running.returncode == 0
