"""Calls of the async client that did not run: sent again in their order, within their time, and never when they may have run."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import amino
import pytest
from amino.following import Following
from amino_wire.batch import FailedCall
from amino_wire.errors import BY_CODE, AminoError, DeadlineExceeded, KernelUnavailable, Moved, NotFound
from amino_wire.protocol import Outcome

from tests.unit.counter_kernel import CounterKernel, counter_kernel


class Held:
    """Keeps a kernel's answers to control requests back."""

    def __init__(self, kernel: CounterKernel) -> None:
        self._asked, self._free = asyncio.Event(), asyncio.Event()
        kernel.before_answering = self._wait

    async def _wait(self, *_: object) -> None:
        self._asked.set()
        await self._free.wait()

    async def asked(self) -> None:
        """Returns when somebody has asked."""
        await asyncio.wait_for(self._asked.wait(), 10)

    def let_go(self) -> None:
        """All are answered from now on."""
        self._free.set()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.fixture
async def kernel(tmp_path: Path) -> AsyncIterator[CounterKernel]:
    async with counter_kernel(tmp_path) as kernel:
        yield kernel


@pytest.fixture
async def counter(kernel: CounterKernel) -> AsyncIterator[amino.Stub]:
    async with amino.connect(kernel.address) as client:
        yield await client.get("counter")


async def test_calls_that_fail_together_run_in_their_order(kernel: CounterKernel, counter: amino.Stub) -> None:
    kernel.refusals += [Moved("not here at the moment") for _ in range(30)]
    assert await asyncio.gather(*[counter.incr(1) for _ in range(10)]) == list(range(1, 11))
    assert len(kernel.refusals.refused) == 30


async def test_a_call_that_fails_behind_others_does_not_overtake_them(kernel: CounterKernel, counter: amino.Stub) -> None:
    kernel.refusals += [Moved("not here at the moment") for _ in range(2)]
    held = Held(kernel)
    first = counter.incr(1)
    await held.asked()
    second = counter.incr(1)
    await until(lambda: len(kernel.refusals.refused) == 2)
    held.let_go()
    assert await asyncio.gather(first, second) == [1, 2]


class Sent:
    """A place where calls are sent to, as soon as the test says where it is."""

    def __init__(self) -> None:
        self.targets: list[FailedCall] = []
        self.found = asyncio.Event()
        self.following = Following(self._where, str)

    async def _where(self, target: str) -> tuple[Any, tuple[str, int]]:
        await self.found.wait()
        self.found.clear()
        return self, ("elsewhere", 2)

    def send_later(self, call: FailedCall) -> None:
        self.targets.append(call)

    async def until_sent(self, calls: int) -> list[str]:
        """The methods of the calls that are sent then, once there are so many."""
        self.found.set()
        await until(lambda: len(self.targets) >= calls)
        sent, self.targets = self.targets, []
        return [each.method for each in sent]


def failed(method: str) -> FailedCall:
    loop = asyncio.get_running_loop()
    return FailedCall(loop.create_future(), "id", method, [], {}, Moved("not here"), loop.time() + 10)


async def test_a_call_that_fails_again_stands_before_those_that_failed_since() -> None:
    sent = Sent()
    first, second, third = (failed(method) for method in ("first", "second", "third"))
    assert sent.following.take(first, ("here", 1)) and sent.following.take(second, ("here", 1))
    assert await sent.until_sent(2) == ["first", "second"]
    for call in (third, second, first):
        assert sent.following.take(call, ("elsewhere", 1))
    assert await sent.until_sent(3) == ["first", "second", "third"]
    await sent.following.close()


async def test_each_attempt_has_the_time_that_is_left(kernel: CounterKernel, counter: amino.Stub) -> None:
    kernel.refusals += [Moved("not here at the moment") for _ in range(4)]
    assert await counter.with_options(deadline=20.0).incr(1) == 1
    budgets = [call.options.budget_ms for call in kernel.refusals.refused] + [kernel.counter.seen[0].budget_ms]
    assert budgets[0] == 20_000
    pauses = (10, 20, 40, 80)
    assert all(later <= earlier - pause for pause, (earlier, later) in zip(pauses, itertools.pairwise(budgets), strict=True))


async def test_an_object_that_stays_away_ends_the_call_with_its_time(kernel: CounterKernel, counter: amino.Stub) -> None:
    kernel.refusals += [Moved("not here at the moment") for _ in range(100)]
    with pytest.raises(DeadlineExceeded, match=r"incr of object counter \(id-counter\) did not run.*not here at the moment") as ended:
        await counter.with_options(deadline=0.3).incr(1)
    assert ended.value.outcome is Outcome.NOT_RUN
    assert len(kernel.refusals.refused) <= 6
    kernel.refusals.clear()
    assert await counter.incr(1) == 1


async def test_a_kernel_that_cannot_reach_the_object_is_asked_once_more(kernel: CounterKernel, counter: amino.Stub) -> None:
    kernel.refusals += [KernelUnavailable("the other kernel does not answer", outcome=Outcome.NOT_RUN)]
    assert await counter.incr(1) == 1
    kernel.refusals.refused.clear()
    kernel.refusals += [KernelUnavailable("the other kernel does not answer", outcome=Outcome.NOT_RUN) for _ in range(3)]
    with pytest.raises(KernelUnavailable, match="the other kernel does not answer"):
        await counter.incr(1)
    assert len(kernel.refusals.refused) == 2


@pytest.mark.parametrize("code", ["MOVED", "KERNEL_UNAVAILABLE", "OBJECT_NOT_FOUND"])
@pytest.mark.parametrize("outcome", Outcome)
async def test_what_may_have_run_is_not_sent_again(kernel: CounterKernel, counter: amino.Stub, code: str, outcome: Outcome) -> None:
    if outcome is Outcome.NOT_RUN and code != "OBJECT_NOT_FOUND":
        return
    kernel.refusals += [BY_CODE[code]("it is over", outcome=outcome)]
    with pytest.raises(AminoError, match="it is over") as ended:
        await counter.incr(1)
    assert (ended.value.code, ended.value.outcome, len(kernel.refusals.refused)) == (code, outcome, 1)


async def test_a_question_that_fails_ends_the_call(kernel: CounterKernel, counter: amino.Stub) -> None:
    kernel.refusals += [Moved("not here at the moment")]
    kernel.names.clear()
    del kernel.objects["id-counter"]
    with pytest.raises(NotFound) as ended:
        await counter.incr(1)
    assert ended.value.outcome is Outcome.NOT_RUN


async def test_a_call_that_was_given_up_is_not_sent_again(kernel: CounterKernel, counter: amino.Stub) -> None:
    kernel.refusals += [Moved("not here at the moment")]
    held = Held(kernel)
    call = counter.incr(1)
    await held.asked()
    call.cancel()
    held.let_go()
    assert await counter.incr(10) == 10


async def test_a_client_that_is_closed_ends_the_calls_that_wait(kernel: CounterKernel) -> None:
    kernel.refusals += [Moved("not here at the moment")]
    async with amino.connect(kernel.address) as client:
        counter = await client.get("counter")
        held = Held(kernel)
        call = counter.incr(1)
        await held.asked()
    with pytest.raises(KernelUnavailable, match="this client was closed"):
        await call
