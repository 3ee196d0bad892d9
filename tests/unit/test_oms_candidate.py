"""A service that stands by: whom it names, and when it takes the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from amino_oms.leadership.candidate import Candidate, Surroundings
from amino_store.errors import StoreFailed
from amino_store.memory.disk import MemoryDisk
from amino_store.memory.store import MemoryStore
from amino_store.recipes.owner import Owner, standing
from amino_store.recipes.ownership import OwnedStore
from amino_store.store import Store

DEPOSE_AFTER = 0.2
LEADER = Owner("the leader", "127.0.0.1:1")
ME = Owner("me", "127.0.0.1:2")


class World:
    """A store that two processes have open, and a leader that answers as a test wants it."""

    def __init__(self) -> None:
        self.disk = MemoryDisk()
        self.opened: list[Store] = []
        self.asked: list[tuple[str, int]] = []
        self.leader_answers = True
        self.takes = 0.0
        self.ended = False
        self.looked = asyncio.Event()

    def open(self) -> MemoryStore:
        store = MemoryStore(self.disk)
        self.opened.append(store)
        return store

    def candidate(self) -> Candidate:
        async def open_store() -> Store:
            return self.open()

        async def answers(address: str, token: int, _: float) -> bool:
            self.asked.append((address, token))
            self.looked.set()
            await asyncio.sleep(self.takes)
            return self.leader_answers

        clock: Callable[[], float] = asyncio.get_running_loop().time
        return Candidate(ME, self.open(), Surroundings(open_store, answers, lambda _: self.ended, clock), DEPOSE_AFTER)

    async def looks(self, number: int) -> None:
        """Returns when the leader has been asked so many times more."""
        wanted = len(self.asked) + number
        while len(self.asked) < wanted:
            self.looked.clear()
            await asyncio.wait_for(self.looked.wait(), 10)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    yield world
    for store in world.opened:
        await store.close()


async def test_a_candidate_of_a_free_store_leads_at_once(world: World) -> None:
    candidate = world.candidate()
    assert candidate.refusal().details == {"address": ""}
    owned = await asyncio.wait_for(candidate.lead(), 10)
    assert (await standing(owned)).lives == ME
    assert world.asked == []


async def test_a_candidate_names_the_leader_and_asks_it_by_its_token(world: World) -> None:
    leader = await OwnedStore.take(world.open(), LEADER)
    candidate = world.candidate()
    waiting = asyncio.ensure_future(candidate.lead())
    await world.looks(8)
    assert not waiting.done()
    assert candidate.refusal().details == {"address": LEADER.address}
    assert set(world.asked) == {(LEADER.address, leader.token)}
    waiting.cancel()


async def test_a_leader_that_always_answers_late_but_within_its_time_is_left_alone(world: World) -> None:
    await OwnedStore.take(world.open(), LEADER)
    world.takes = 0.7 * DEPOSE_AFTER
    waiting = asyncio.ensure_future(world.candidate().lead())
    await world.looks(20)
    assert not waiting.done()
    world.leader_answers = False
    assert (await standing(await asyncio.wait_for(waiting, 10))).unrest == 1


async def test_a_leader_that_answers_no_more_is_deposed_and_fenced(world: World) -> None:
    leader = await OwnedStore.take(world.open(), LEADER)
    world.leader_answers = False
    owned = await asyncio.wait_for(world.candidate().lead(), 10)
    now = await standing(owned)
    assert (now.lives, now.unrest) == (ME, 1)
    with pytest.raises(StoreFailed, match=r"me at 127\.0\.0\.1:2"):
        await leader.confirm(0.0)


async def test_a_leader_whose_process_has_ended_is_followed_without_a_question(world: World) -> None:
    await OwnedStore.take(world.open(), LEADER)
    world.ended = True
    owned = await asyncio.wait_for(world.candidate().lead(), 10)
    assert (await standing(owned)).unrest == 0
    assert world.asked == []


async def test_an_owner_without_an_address_is_left_to_its_lease(world: World) -> None:
    leader = await OwnedStore.take(world.open(), Owner("without an address"))
    world.leader_answers = False
    candidate = world.candidate()
    waiting = asyncio.ensure_future(candidate.lead())
    await asyncio.wait({waiting}, timeout=3 * DEPOSE_AFTER)
    assert not waiting.done()
    assert "without an address leads" in candidate.refusal().message
    await leader.give_up()
    assert await asyncio.wait_for(waiting, 10)


async def test_of_several_candidates_one_leads(world: World) -> None:
    await OwnedStore.take(world.open(), LEADER)
    world.leader_answers = False
    waiting = {asyncio.ensure_future(world.candidate().lead()) for _ in range(5)}
    done, others = await asyncio.wait(waiting, timeout=10, return_when=asyncio.FIRST_COMPLETED)
    world.leader_answers = True
    await world.looks(3)
    assert len(done) == 1
    assert not any(each.done() for each in others)
    for each in others:
        each.cancel()
