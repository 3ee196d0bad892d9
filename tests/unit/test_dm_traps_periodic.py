"""Traps: PeriodicCheckpoint answers more calls than it may before it saves."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest
from amino_dms.api import Arrival, Purpose
from amino_dms.runtime import InstanceChain
from amino_dms.testkit.simulation import simulate
from amino_wire.errors import AminoError, Moved, OmsUnavailable

from tests.unit.played_host import PlayedHost, PlayedObjects, PlayedStore, opened, raised_by, request, until

EVERY = 10


class Watched:
    """A chain whose answers are compared with the checkpoint, each at the moment when it comes."""

    def __init__(self, chain: InstanceChain, store: PlayedStore) -> None:
        self.chain, self.store = chain, store
        self.unsaved: list[int] = []
        self.answered = 0
        self.sent = 0

    async def add(self) -> BaseException | None:
        """One call; what it raised."""
        self.sent += 1
        error = await raised_by(self._add(f"call {self.sent}"))
        assert error is None or isinstance(error, AminoError), error
        saved = self.saved()
        self.unsaved = [value for value in self.unsaved if value > saved]
        assert len(self.unsaved) <= EVERY, f"{len(self.unsaved)} answered calls are not in the checkpoint"
        return error

    async def _add(self, name: str) -> None:
        self.unsaved.append(await self.chain.call(request("add", "x", 1, name=name)))
        self.answered += 1

    def saved(self) -> int:
        """How many calls are in the checkpoint."""
        return int(self.store.under("/checkpoint")["snapshot"]["state"]["data"]["x"])


async def watched(store: PlayedStore, every: int = EVERY, objects: PlayedObjects | None = None) -> Watched:
    """A chain of PeriodicCheckpoint alone."""
    made = await opened(PlayedHost(objects or PlayedObjects(), store), f"PeriodicCheckpoint(every={every})")
    return Watched(made, store)


async def test_while_the_store_is_away_at_most_so_many_calls_are_answered() -> None:
    store = PlayedStore()
    map_ = await watched(store)
    store.away = True
    for _ in range(100):
        await map_.add()
    assert map_.answered == EVERY - 1
    store.away = False
    assert await map_.add() is None
    assert map_.saved() >= EVERY, "the next call that counts has saved first"


async def test_a_call_that_is_due_ends_with_the_error_and_the_next_one_saves_first() -> None:
    store, objects = PlayedStore(), PlayedObjects()
    map_ = await watched(store, objects=objects)
    for _ in range(EVERY - 1):
        assert await map_.add() is None
    store.away = True
    assert isinstance(await map_.add(), OmsUnavailable)
    assert objects.entries["x"] == EVERY
    assert isinstance(await map_.add(), OmsUnavailable)
    assert objects.entries["x"] == EVERY, "a call that cannot save first does not run"
    assert await map_.chain.call(request("get", "x")) == EVERY, "reads do not count"
    store.away = False
    assert await map_.add() is None
    assert map_.saved() == EVERY
    assert objects.entries["x"] == EVERY + 1


@pytest.mark.parametrize("seed", range(8))
def test_the_bound_holds_with_many_callers_at_once(seed: int) -> None:
    """32 callers pass together, while the store comes and goes and forgets answers."""

    async def scenario(random: Random) -> None:
        store = PlayedStore()
        map_ = await watched(store)
        done = asyncio.Event()

        async def disturb() -> None:
            while not done.is_set():
                await asyncio.sleep(random.uniform(0, 0.02))
                store.away = random.random() < 0.6
                store.forgets_answers = random.random() < 0.2

        async def caller(number: int) -> None:
            chance = Random(f"{seed}/{number}")
            for _ in range(20):
                await asyncio.sleep(chance.uniform(0, 0.01) if chance.random() < 0.5 else 0)
                await map_.add()

        disturbing = asyncio.ensure_future(disturb())
        await asyncio.gather(*(caller(number) for number in range(32)))
        done.set()
        await disturbing
        store.away = store.forgets_answers = False
        for _ in range(EVERY):
            assert await map_.add() is None
        assert len(map_.unsaved) < EVERY

    simulate(scenario, seed)


async def test_siblings_count_and_save_like_all_others() -> None:
    """An object calls another many times at once; the calls belong to one chain."""
    store, objects = PlayedStore(), PlayedObjects()
    map_ = await watched(store, every=3, objects=objects)
    chain = ("c", "other.m")
    await asyncio.gather(*(map_.chain.call(request("add", "x", 1, name=f"{n}", chain=chain)) for n in range(50)))
    assert objects.entries["x"] - map_.saved() < 3


async def test_a_call_inside_another_counts_and_the_outer_one_saves() -> None:
    store, objects = PlayedStore(), PlayedObjects()
    map_ = await watched(store, every=2, objects=objects)
    outer = asyncio.ensure_future(map_.chain.call(request("block", name="outer", chain=("c",))))
    await until(lambda: "outer" in objects.blocked)
    assert await map_.chain.call(request("add", "x", 1, name="inner", chain=("c", "map.block"))) == 1
    assert map_.saved() == 0
    objects.blocked["outer"].set_result(None)
    await outer
    assert map_.saved() == 1


async def test_a_call_that_ran_does_not_run_again_since_the_object_prepares_to_move() -> None:
    """It waits for the calls beside it, to be saved without them in its way."""
    store, objects = PlayedStore(), PlayedObjects()
    map_ = await watched(store, every=1, objects=objects)
    beside = asyncio.ensure_future(map_.chain.call(request("block", name="beside")))
    await until(lambda: "beside" in objects.blocked)
    adding = asyncio.ensure_future(map_.chain.call(request("add", "x", 1)))
    await until(lambda: objects.entries["x"] == 1)
    freezing = asyncio.ensure_future(map_.chain.freeze("move"))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not adding.done() and not freezing.done()
    objects.blocked["beside"].set_result(None)
    await freezing
    assert await adding == 1
    assert objects.entries["x"] == 1 and map_.saved() == 1
    await beside


async def test_reads_that_have_to_come_again_change_no_count() -> None:
    store = PlayedStore()
    objects = PlayedObjects()
    made = await opened(PlayedHost(objects, store), "SerializableRPC,PeriodicCheckpoint(every=5)")
    map_ = Watched(made, store)
    for _ in range(20):
        inside = asyncio.ensure_future(made.call(request("block", name=f"{len(objects.blocked)}")))
        name = f"{len(objects.blocked)}"
        await until(lambda: name in objects.blocked)  # noqa: B023
        reading = [asyncio.ensure_future(made.call(request("get", "x", name=f"get {n}"))) for n in range(3)]
        for _ in range(20):
            await asyncio.sleep(0)
        freezing = asyncio.ensure_future(made.freeze("move"))
        for _ in range(20):
            await asyncio.sleep(0)
        objects.blocked[name].set_result(None)
        await freezing
        made.thaw("move")
        await asyncio.gather(inside, *reading)
    puts = store.puts
    for _ in range(5):
        await map_.add()
    assert store.puts == puts + 1


async def test_the_count_travels() -> None:
    store, objects = PlayedStore(), PlayedObjects()
    map_ = await watched(store, every=3, objects=objects)
    store.away = True
    for _ in range(5):
        await map_.add()
    saved: Any = await map_.chain.save(Purpose.MOVE)
    await map_.chain.close()
    there = await opened(PlayedHost(objects, store), "PeriodicCheckpoint(every=3)", Arrival.MOVED, saved)
    assert isinstance(await raised_by(there.call(request("add", "x", 1, name="there"))), OmsUnavailable)
    store.away = False
    ran = objects.entries["x"]
    await there.call(request("add", "x", 1, name="there"))
    assert map_.saved() == ran


async def test_a_due_call_that_did_not_run_says_so() -> None:
    """A call that waits at the gate when the object prepares to move."""
    store, objects = PlayedStore(), PlayedObjects()
    map_ = await watched(store, every=2, objects=objects)
    await map_.add()
    map_.chain.release(Moved("elsewhere"))
    assert isinstance(await map_.add(), Moved)
    assert objects.entries["x"] == 1
