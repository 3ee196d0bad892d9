"""What becomes of control requests whose connection is lost before the answer came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import amino
import pytest
import pytest_asyncio
from amino.attempts import Lost, repeat
from amino_wire.errors import AminoError, DeadlineExceeded, KernelUnavailable, abort
from amino_wire.pb import client_pb2

from tests.unit.counter_kernel import CounterKernel, counter_kernel
from tests.unit.cutting_proxy import CuttingProxy, cutting_proxy

Ask = Callable[[amino.Client], Awaitable[Any]]
Hook = Callable[[Any, Any], Awaitable[None]]
REPEATED: dict[str, Ask] = {
    "register": lambda client: client.register({"c.js": "class C {}"}, "other"),
    "create": lambda client: client.create("managed"),
    "delete": lambda client: client.delete("managed"),
    "move": lambda client: client.move("managed", "k2"),
    "restart": lambda client: client.restart("managed"),
    "attach": lambda client: client.attach("managed", "Retry"),
}


@pytest_asyncio.fixture
async def kernel(tmp_path: Path) -> AsyncIterator[CounterKernel]:
    async with counter_kernel(tmp_path) as kernel:
        yield kernel


@pytest_asyncio.fixture
async def proxy(kernel: CounterKernel) -> AsyncIterator[CuttingProxy]:
    async with cutting_proxy(kernel.address) as proxy:
        yield proxy


@pytest_asyncio.fixture
async def client(proxy: CuttingProxy) -> AsyncIterator[amino.Client]:
    """A client that has registered the object `managed`."""
    async with amino.connect(proxy.address) as client:
        await client.register({"c.js": "class C {}"}, "managed")
        yield client


def cut_at_first(proxy: CuttingProxy) -> Hook:
    """Cuts the connection while the first request is carried out."""
    cut = False

    async def before_answering(_request: Any, _context: Any) -> None:
        nonlocal cut
        if not cut:
            cut = True
            proxy.cut()
            await asyncio.Event().wait()

    return before_answering


def heard(kernel: CounterKernel) -> list[str]:
    """The ids of the requests that the kernel has heard."""
    return [request.request_id for request in kernel.requests if hasattr(request, "request_id")]


@pytest.mark.parametrize("name", REPEATED)
async def test_a_request_is_sent_again_with_the_same_id(
    kernel: CounterKernel, proxy: CuttingProxy, client: amino.Client, name: str
) -> None:
    kernel.requests.clear()
    kernel.before_answering = cut_at_first(proxy)
    await REPEATED[name](client)
    first, second = heard(kernel)
    assert first and first == second


async def test_each_request_of_the_user_has_an_id_of_its_own(kernel: CounterKernel, client: amino.Client) -> None:
    kernel.requests.clear()
    for _ in range(2):
        await client.attach("managed", "Retry")
    assert len(set(heard(kernel))) == 2


async def test_a_request_without_an_id_is_sent_once(
    kernel: CounterKernel,
    proxy: CuttingProxy,
    client: amino.Client,
) -> None:
    kernel.requests.clear()
    kernel.before_answering = cut_at_first(proxy)
    with pytest.raises(KernelUnavailable):
        await client.connections.request("Move", client_pb2.MoveRequest(name_or_id="managed", kernel_id="k2"))
    assert heard(kernel) == [""]


async def test_another_kernel_carries_on_under_the_same_id(kernel: CounterKernel, tmp_path: Path) -> None:
    async with counter_kernel(tmp_path, "k2") as second, cutting_proxy(kernel.address) as proxy:
        async with amino.connect(f"{proxy.address},{second.address}", transport="grpc") as client:
            stopping = asyncio.Event()

            async def hang(_request: Any, _context: Any) -> None:
                stopping.set()
                await asyncio.Event().wait()

            kernel.before_answering = hang
            moving = asyncio.ensure_future(client.move("counter", "k3"))
            await stopping.wait()
            await kernel.stop()
            assert (await moving).object.kernel == "k2"
        assert heard(kernel) == heard(second)


async def test_what_a_kernel_has_answered_is_not_asked_again(kernel: CounterKernel, client: amino.Client) -> None:
    async def refuse(_request: Any, context: Any) -> None:
        await abort(context, KernelUnavailable("the kernel of the object does not answer"))

    kernel.requests.clear()
    kernel.before_answering = refuse
    with pytest.raises(KernelUnavailable, match="the kernel of the object does not answer"):
        await client.move("managed", "k2")
    assert len(heard(kernel)) == 1


LOST, REFUSED = Lost(KernelUnavailable("lost"), sent=True), Lost(KernelUnavailable("refused"), sent=False)
ENDED = DeadlineExceeded("too late")


async def outcome(failures: list[Exception], seconds: float = 60.0) -> tuple[str, int]:
    """What comes of attempts that fail so, and how many fail."""
    attempts = 0

    async def send(_seconds: float) -> str:
        nonlocal attempts
        if attempts == len(failures):
            return "answer"
        attempts += 1
        raise failures[attempts - 1]

    try:
        return await repeat(send, seconds, [0.001] * 3), attempts
    except AminoError as error:
        return error.message, attempts


async def test_attempts_go_on_until_one_is_answered() -> None:
    assert await outcome([LOST, REFUSED, REFUSED]) == ("answer", 3)


async def test_attempts_end_with_what_the_first_one_said() -> None:
    assert await outcome([LOST, REFUSED, REFUSED, REFUSED]) == ("lost", 4)


async def test_attempts_end_at_once_where_nothing_was_sent_or_a_kernel_has_answered() -> None:
    assert await outcome([REFUSED]) == ("refused", 1)
    assert await outcome([LOST, ENDED]) == ("too late", 2)


async def test_attempts_end_when_no_time_is_left() -> None:
    assert await outcome([LOST], 0.0) == ("lost", 1)
