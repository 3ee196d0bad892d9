"""Calls of one instance that wait for it go on in their order, each within its own time; the clock is played."""

from __future__ import annotations

import asyncio
import random

import pytest
from amino_kernel.calls.following import Failure, Follower, Following
from amino_wire.errors import AminoError, Cancelled, DeadlineExceeded, Moved, OmsUnavailable
from amino_wire.protocol import Outcome
from amino_wire.route import Route

ID = "object-1"
HERE, THERE = "here", "there"


class PlayedClock:
    """A pause is over when other work of the loop has had its turn."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        for _ in range(5):
            await asyncio.sleep(0)
        self.time += seconds


class Kernel:
    """Sends calls to the place where the object is, which refuses them until somebody has asked for it so many times."""

    def __init__(self, *, refuses: int = 1, looks: int = 1) -> None:
        self.clock = PlayedClock()
        self.following: Following[str] = Following(self.clock)
        self.place, self.refuses, self.looks = HERE, refuses, looks
        self.ran: list[int] = []
        self.asked = 0
        self.fails: AminoError | None = None

    async def look(self) -> str:
        self.asked += 1
        for _ in range(self.looks):
            await asyncio.sleep(0)
        if self.fails is not None:
            raise self.fails
        return self.place

    def attempt(self, number: int) -> None:
        if self.asked < self.refuses:
            raise Moved("it is elsewhere")
        self.ran.append(number)

    async def call(self, number: int, deadline: float = 30.0) -> None:
        """As a router sends a call: at once, unless others wait."""
        call = Follower(self.following.number(), f"call {number}", deadline, self.look)
        if self.following.waits(ID):
            await self.following.turn(ID, call, None)
        route, place = Route(deadline), self.place
        while True:
            try:
                return self.attempt(number)
            except Moved as error:
                await self.following.turn(ID, call, Failure(route, place, error))
                place = self.place


async def test_calls_that_fail_together_go_on_in_their_order_after_one_question() -> None:
    kernel = Kernel(refuses=3)
    await asyncio.gather(*(kernel.call(number) for number in range(20)))
    assert kernel.ran == list(range(20))
    assert kernel.asked == 3
    assert not kernel.following.waits(ID)


async def test_a_call_that_comes_while_others_wait_stands_behind_them() -> None:
    kernel = Kernel(refuses=1, looks=10)
    calls = [asyncio.ensure_future(kernel.call(number)) for number in range(3)]
    await asyncio.sleep(0)
    assert kernel.following.waits(ID)
    calls += [asyncio.ensure_future(kernel.call(number)) for number in range(3, 6)]
    await asyncio.gather(*calls)
    assert kernel.ran == list(range(6))


@pytest.mark.parametrize("seed", range(50))
async def test_order_holds_whenever_calls_come(seed: int) -> None:
    chance = random.Random(seed)
    kernel = Kernel(refuses=chance.randrange(1, 3), looks=chance.randrange(4))
    calls: list[asyncio.Future[None]] = []
    for number in range(200):
        calls.append(asyncio.ensure_future(kernel.call(number)))
        for _ in range(chance.choice((0, 0, 0, 1, 2))):
            await asyncio.sleep(0)
    await asyncio.gather(*calls)
    assert kernel.ran == list(range(200)), f"seed {seed}"


async def test_a_call_whose_time_is_over_ends_and_the_others_go_on() -> None:
    kernel = Kernel(refuses=4)
    ended = await asyncio.gather(kernel.call(0, deadline=0.03), kernel.call(1), kernel.call(2), return_exceptions=True)
    assert isinstance(ended[0], DeadlineExceeded) and ended[0].outcome is Outcome.NOT_RUN
    assert kernel.ran == [1, 2]


async def test_a_call_that_is_given_up_leaves_the_line() -> None:
    kernel = Kernel(refuses=1, looks=10)
    calls = [asyncio.ensure_future(kernel.call(number)) for number in range(3)]
    await asyncio.sleep(0)
    calls[0].cancel()
    await asyncio.wait(calls)
    assert calls[0].cancelled() and kernel.ran == [1, 2]
    assert not kernel.following.waits(ID)


async def test_when_nobody_knows_where_it_is_the_call_that_failed_ends_and_those_behind_it_are_sent_all_the_same() -> None:
    kernel = Kernel(refuses=1)
    kernel.fails = OmsUnavailable("the OMS does not answer")
    ended = await asyncio.gather(*(kernel.call(number) for number in range(3)), return_exceptions=True)
    assert isinstance(ended[0], OmsUnavailable) and ended[0].outcome is Outcome.NOT_RUN
    assert kernel.ran == [1, 2]
    assert not kernel.following.waits(ID)


async def test_a_call_that_waits_behind_others_has_its_own_time() -> None:
    kernel = Kernel(refuses=1, looks=10**9)
    first = asyncio.ensure_future(kernel.call(0))
    await asyncio.sleep(0)
    with pytest.raises(DeadlineExceeded, match="call 1 did not run") as ended:
        await kernel.call(1, deadline=0.02)
    assert ended.value.outcome is Outcome.NOT_RUN
    kernel.following.close()
    await asyncio.wait([first])


async def test_what_may_have_run_ends_at_once() -> None:
    following: Following[str] = Following(PlayedClock())
    with pytest.raises(Cancelled):
        await following.turn(ID, Follower(1, "call 0", 30.0, Kernel().look), Failure(Route(30.0), HERE, Cancelled("it may have run")))
    assert not following.waits(ID)


async def test_nobody_waits_in_a_kernel_that_has_stopped() -> None:
    kernel = Kernel(refuses=1, looks=1000)
    calls = [asyncio.ensure_future(kernel.call(number)) for number in range(3)]
    await asyncio.sleep(0)
    kernel.following.close()
    await asyncio.wait(calls, timeout=5)
    assert all(each.cancelled() for each in calls)
