"""Freezes of a chain: each waits until no call is inside, and a thaw of one does not open the chain while another holds it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from amino_dms.runtime import InstanceChain
from amino_wire.errors import Moved
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import sampled_from

from tests.unit.played_host import PlayedHost, PlayedObjects, PlayedStore, chain_over, raised_by, request, until

OWNERS = ("move", "exchange", "opening")


async def frozen_chain() -> tuple[InstanceChain, PlayedObjects, asyncio.Task[Any]]:
    """A chain with one call inside that does not end by itself."""
    objects = PlayedObjects()
    chain = chain_over(PlayedHost(objects, PlayedStore()), "SerializableRPC")
    call = asyncio.ensure_future(chain.call(request("block", name="first")))
    await until(lambda: "first" in objects.blocked)
    return chain, objects, call


async def test_a_second_freezer_waits_for_the_drain_too() -> None:
    chain, objects, call = await frozen_chain()
    freezers = [asyncio.ensure_future(chain.freeze(owner)) for owner in OWNERS]
    for _ in range(50):
        await asyncio.sleep(0)
    assert not any(freezer.done() for freezer in freezers)
    objects.blocked["first"].set_result(None)
    await asyncio.gather(call, *freezers)


async def test_a_thaw_does_not_open_what_another_holds() -> None:
    chain, objects, call = await frozen_chain()
    objects.blocked["first"].set_result(None)
    await chain.freeze("move")
    await chain.freeze("exchange")
    waiting = asyncio.ensure_future(chain.call(request("add", "x", 1)))
    chain.thaw("move")
    chain.thaw("move")
    for _ in range(50):
        await asyncio.sleep(0)
    assert not waiting.done()
    chain.thaw("exchange")
    assert await waiting == 1
    await call


async def test_without_names_freezes_are_counted() -> None:
    chain, objects, call = await frozen_chain()
    objects.blocked["first"].set_result(None)
    await chain.freeze()
    await chain.freeze()
    waiting = asyncio.ensure_future(chain.call(request("add", "x", 1)))
    chain.thaw()
    for _ in range(50):
        await asyncio.sleep(0)
    assert not waiting.done()
    chain.thaw()
    assert await waiting == 1
    await call


async def test_a_freeze_that_is_cut_off_cuts_off_no_other_and_holds_until_its_thaw() -> None:
    """A kernel gives up a move whose drain takes too long, and thaws."""
    chain, objects, call = await frozen_chain()
    moving, exchanging = (asyncio.ensure_future(chain.freeze(owner)) for owner in OWNERS[:2])
    await asyncio.sleep(0)
    moving.cancel()
    for _ in range(50):
        await asyncio.sleep(0)
    assert moving.cancelled() and not exchanging.done()
    objects.blocked["first"].set_result(None)
    await exchanging
    chain.thaw("exchange")
    waiting = asyncio.ensure_future(chain.call(request("add", "x", 1)))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not waiting.done()
    chain.thaw("move")
    assert await waiting == 1
    await call


async def test_a_released_chain_stays_closed() -> None:
    chain, objects, call = await frozen_chain()
    objects.blocked["first"].set_result(None)
    await chain.freeze("move")
    waiting = asyncio.ensure_future(raised_by(chain.call(request("add", "x", 1))))
    chain.release(Moved("the object is elsewhere"))
    chain.thaw("move")
    assert isinstance(await waiting, Moved)
    assert isinstance(await raised_by(chain.call(request("add", "x", 1))), Moved)
    await chain.freeze("move")
    chain.thaw("move")
    assert isinstance(await raised_by(chain.call(request("add", "x", 1))), Moved)
    assert objects.ran == ["first"]
    await call


async def test_a_block_that_freezes_thaws_whatever_happens() -> None:
    chain, objects, call = await frozen_chain()
    objects.blocked["first"].set_result(None)
    with pytest.raises(ValueError, match="within"):
        async with chain.frozen("move"):
            raise ValueError("within")
    assert await chain.call(request("add", "x", 1)) == 1
    await call


class FrozenChain(RuleBasedStateMachine):
    """Freezers, calls, calls within calls, and the end, in any order."""

    @initialize(managers=sampled_from(("SerializableRPC", "AtMostOnceRPC", "SerializableRPC,AtMostOnceRPC")))
    def begin(self, managers: str) -> None:
        """An open chain."""
        self.loop = asyncio.new_event_loop()
        self.objects = PlayedObjects()
        self.chain = chain_over(PlayedHost(self.objects, PlayedStore()), managers)
        self.freezes: dict[str, asyncio.Task[None]] = {}
        self.calls: dict[str, asyncio.Task[Any]] = {}
        self.released = False
        self.number = 0

    def settle(self, work: Any = None, now: Callable[[], None] | None = None) -> Any:
        """Starts `work` or does `now`, and lets everything happen that can."""

        async def turn() -> Any:
            if now is not None:
                now()
            started = asyncio.ensure_future(work) if work is not None else None
            for _ in range(40):
                await asyncio.sleep(0)
            return started

        return self.loop.run_until_complete(turn())

    @rule(owner=sampled_from(OWNERS))
    def freeze(self, owner: str) -> None:
        """An owner that does not hold the chain freezes it."""
        if owner not in self.freezes:
            self.freezes[owner] = self.settle(self.chain.freeze(owner))

    @rule(owner=sampled_from(OWNERS))
    def cut_off(self, owner: str) -> None:
        """A freeze is cancelled; it holds until its thaw."""
        if owner in self.freezes:
            self.freezes[owner].cancel()
            self.settle()

    @rule(owner=sampled_from(OWNERS))
    def thaw(self, owner: str) -> None:
        """An owner thaws, whether it holds the chain or not."""
        self.settle(now=lambda: self.chain.thaw(owner))
        self.freezes.pop(owner, None)

    @rule(nested=sampled_from((False, False, True)))
    def call(self, nested: bool) -> None:
        """A call that stays in the object until it is let go; a nested one belongs to a call that is inside."""
        inside = [name for name, future in self.objects.blocked.items() if not future.done()]
        if nested and not inside:
            return
        self.number += 1
        name = f"call {self.number}"
        self.calls[name] = self.settle(self.chain.call(request("block", name=name, chain=(inside[0] if nested else name,))))

    @rule(first=sampled_from((True, False)))
    def let_go(self, first: bool) -> None:
        """A call that is inside the object comes to its end."""
        inside = [future for future in self.objects.blocked.values() if not future.done()]
        if inside:
            inside[0 if first else -1].set_result(None)
            self.settle()

    @precondition(lambda self: not self.released and self.number > 3)
    @rule()
    def release(self) -> None:
        """The object is elsewhere."""
        self.released = True
        self.settle(now=lambda: self.chain.release(Moved("the object is elsewhere")))

    @invariant()
    def nothing_is_inside_while_somebody_holds_it(self) -> None:
        """For everyone whose freeze has returned and who has not thawed."""
        if any(task.done() and not task.cancelled() for task in self.freezes.values()):
            assert self.objects.inside == 0

    @invariant()
    def a_freeze_ends_when_nothing_is_inside(self) -> None:
        """None waits for ever."""
        if self.objects.inside == 0:
            assert all(task.done() for task in self.freezes.values())

    @invariant()
    def calls_go_on_when_nobody_holds_it(self) -> None:
        """A call waits only for a call that is inside, and a chain that was released keeps none."""
        if self.objects.inside == 0 and (not self.freezes or self.released):
            assert all(task.done() for task in self.calls.values())

    @invariant()
    def each_call_runs_once_or_not_at_all(self) -> None:
        """A call that came back as Moved has not run."""
        assert len(set(self.objects.ran)) == len(self.objects.ran)
        for name, task in self.calls.items():
            if task.done() and isinstance(task.exception(), Moved):
                assert name not in self.objects.ran

    def teardown(self) -> None:
        """Ends what waits."""
        if not hasattr(self, "loop"):
            return
        for task in (*self.calls.values(), *self.freezes.values()):
            task.cancel()
        self.settle()
        for task in self.calls.values():
            if task.done() and not task.cancelled():
                task.exception()
        self.loop.close()


FrozenChain.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestFrozenChain = FrozenChain.TestCase
