"""Traps: a checkpoint is overwritten or given up that somebody still counts on."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Collection
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from amino_dms.api import Arrival, Interface, Purpose, Replica, Snapshot
from amino_dms.chain import Chain, Registry
from amino_dms.runtime import CoordinatorRuntime, InstanceChain, ObjectView, durable_prefixes
from amino_wire.errors import ObjectLost, ObjectRecovering
from amino_wire.values import decode, encode

from tests.unit.played_host import PlayedHost, PlayedObjects, PlayedStore, opened, raised_by, request

SAVERS = ("DurableSerializableRPC", "DurableTransactions", "PeriodicCheckpoint(every=3)", "ExplicitCheckpoint")
VIEW = ObjectView("map", Interface("Map"), (Replica(0, "here"),), 1)
NUMBERS = itertools.count()
each_saver = pytest.mark.parametrize("saver", SAVERS)


def parsed(text: str) -> Chain:
    """The chain of a text."""
    return Chain.parse(text, Registry.installed())


def saved_entries(store: PlayedStore) -> dict[str, Any]:
    """The state in the checkpoint."""
    entries: dict[str, Any] = Snapshot.from_value(store.under("/checkpoint")["snapshot"]).state.value["data"]
    return entries


async def write(chain: InstanceChain, times: int = 3) -> None:
    """So many calls that change the object, and a checkpoint where it must be asked for."""
    for _ in range(times):
        await chain.call(request("add", "x", 1, name=f"call {next(NUMBERS)}"))
    if "ExplicitCheckpoint" in str(chain.chain):
        index = [manager.name for manager in chain.chain.managers].index("ExplicitCheckpoint")
        await chain.command(index, "checkpoint", ())


async def exchanged(known: InstanceChain, host: PlayedHost, text: str) -> InstanceChain:
    """The object's chain is exchanged where it is, as a kernel does it."""
    stay = {manager.name for manager in parsed(text).managers}
    await known.freeze("exchange")
    saved = {name: state for name, state in (await known.save(Purpose.MOVE)).items() if name in stay}
    await known.detach(stay)
    await known.close()
    return await opened(host, text, Arrival.ATTACHED, decode(encode(saved)))


class OmsHost(PlayedHost):
    """The OMS, as coordinators see it."""

    def __init__(self, store: PlayedStore) -> None:
        super().__init__(PlayedObjects(), store)
        self.recovered: list[Snapshot | None] = []
        self.coordinators: CoordinatorRuntime | None = None

    async def recover(self, number: int, snapshot: Snapshot | None, nodes: Collection[str] | None = None) -> Replica:
        """Notes from what the object is to come back, in its next epoch."""
        self.recovered.append(snapshot)
        if self.coordinators is not None:
            await self.coordinators.update(replace(VIEW, epoch=VIEW.epoch + 1))
        return Replica(number, "there")


async def recovery(store: PlayedStore, text: str) -> Snapshot | None:
    """What the coordinators of a chain bring the object back from."""
    oms = OmsHost(store)
    coordinators = CoordinatorRuntime(parsed(text), VIEW, oms)  # type: ignore[arg-type]
    await coordinators.open()
    oms.coordinators = coordinators
    assert await coordinators.failure(VIEW.replicas[0])
    return oms.recovered[-1]


# An object that is made anew


@each_saver
async def test_an_object_that_is_made_anew_does_not_overwrite_a_checkpoint(saver: str) -> None:
    """It was lost, since no kernel could have it for a while; its checkpoint is as good as ever."""
    store = PlayedStore()
    await write(await opened(PlayedHost(PlayedObjects(), store), saver))
    before = dict(store.values)
    error = await raised_by(opened(PlayedHost(PlayedObjects(), store, seed=2), saver))
    assert isinstance(error, ObjectLost)
    assert "map" in error.message and "checkpoint" in error.message and "delete" in error.message
    assert error.details["manager"] == parsed(saver).managers[0].name and error.details["checkpoint"] > 0
    assert store.values == before
    snapshot = await recovery(store, saver)
    assert snapshot is not None and snapshot.state.value["data"] == {"x": 3}


@each_saver
async def test_an_attempt_to_make_an_object_may_follow_one_that_came_to_nothing(saver: str) -> None:
    """The first kernel fell silent after it had made the object, and nobody has called it: the OMS has it made
    elsewhere."""
    store = PlayedStore()
    first = await opened(PlayedHost(PlayedObjects(), store), saver)
    objects = PlayedObjects()
    objects.entries = {"x": 10}
    second = await opened(PlayedHost(objects, store, seed=2), saver)
    await write(second)
    assert saved_entries(store) == {"x": 13}
    if saver != "ExplicitCheckpoint":
        for _ in range(3):
            last = await raised_by(first.call(request("add", "x", 1)))
        assert isinstance(last, ObjectRecovering)
    assert saved_entries(store) == {"x": 13}


@each_saver
async def test_an_object_that_comes_back_without_a_checkpoint_is_saved_at_once(saver: str) -> None:
    store = PlayedStore()
    await opened(PlayedHost(PlayedObjects(), store), saver, Arrival.RECOVERED)
    assert saved_entries(store) == {"x": 0}


@each_saver
async def test_an_object_that_comes_back_from_its_checkpoint_leaves_it_alone(saver: str) -> None:
    store = PlayedStore()
    await write(await opened(PlayedHost(PlayedObjects(), store), saver))
    assert await recovery(store, saver) is not None
    before = dict(store.values)
    objects = PlayedObjects()
    objects.entries = {"x": 3}
    back = await opened(PlayedHost(objects, store, seed=2), saver, Arrival.RECOVERED)
    assert store.values == before
    await write(back)
    assert saved_entries(store) == {"x": 6}


# A chain that is exchanged


@each_saver
@pytest.mark.parametrize("after", ["{}", "{},Retry", "AtMostOnceRPC,{}", "{},LeaseCaching"])
async def test_a_saver_that_stays_keeps_what_it_saved_and_goes_on(saver: str, after: str) -> None:
    store, objects = PlayedStore(), PlayedObjects()
    host = PlayedHost(objects, store)
    first = await opened(host, saver)
    await write(first)
    puts, before = store.puts, dict(store.values)
    second = await exchanged(first, host, after.format(saver))
    assert (store.puts, store.values) == (puts, before), "nothing has changed"
    await write(second)
    assert saved_entries(store) == {"x": 6}
    snapshot = await recovery(store, after.format(saver))
    assert snapshot is not None and snapshot.state.value["data"] == {"x": 6}


async def test_a_checkpoint_of_the_application_is_what_it_was_after_an_exchange() -> None:
    objects = PlayedObjects()
    host = PlayedHost(objects, PlayedStore())
    first = await opened(host, "ExplicitCheckpoint")
    await write(first)
    await first.call(request("put", "x", "later"))
    second = await exchanged(first, host, "AtMostOnceRPC,ExplicitCheckpoint")
    await second.command(1, "revert", ())
    assert objects.entries == {"x": 3}


async def test_calls_that_were_counted_count_on_after_an_exchange() -> None:
    store = PlayedStore()
    host = PlayedHost(PlayedObjects(), store)
    chain = await opened(host, "PeriodicCheckpoint(every=3)")
    await chain.call(request("add", "x", 1))
    await chain.call(request("add", "x", 1))
    chain = await exchanged(chain, host, "PeriodicCheckpoint(every=3),Retry")
    await chain.call(request("add", "x", 1))
    assert saved_entries(store) == {"x": 3}


@each_saver
async def test_a_saver_that_stays_needs_no_store_for_that(saver: str) -> None:
    store = PlayedStore()
    host = PlayedHost(PlayedObjects(), store)
    first = await opened(host, saver)
    await write(first)
    store.away = True
    second = await exchanged(first, host, f"{saver},Retry")
    store.away = False
    await write(second)
    assert saved_entries(store) == {"x": 6}


@each_saver
async def test_a_saver_that_stays_and_finds_nothing_saves_at_once(saver: str) -> None:
    """Somebody has deleted the checkpoint of an object that lives."""
    store = PlayedStore()
    host = PlayedHost(PlayedObjects(), store)
    first = await opened(host, saver)
    await write(first)
    store.values.clear()
    second = await exchanged(first, host, f"{saver},Retry")
    assert saved_entries(store) == {"x": 3}
    await write(second)
    assert saved_entries(store) == {"x": 6}


@each_saver
async def test_a_saver_that_was_replaced_does_not_come_back_with_an_exchange(saver: str) -> None:
    store = PlayedStore()
    host = PlayedHost(PlayedObjects(), store)
    first = await opened(host, saver)
    await write(first)
    await recovery(store, saver)
    before = dict(store.values)
    assert isinstance(await raised_by(exchanged(first, host, f"{saver},Retry")), ObjectRecovering)
    assert store.values == before


@pytest.mark.parametrize(("before", "after"), list(itertools.permutations(SAVERS, 2)))
async def test_a_checkpoint_is_replaced_only_when_the_next_saver_has_saved(before: str, after: str) -> None:
    """Whenever the kernel ends, the coordinators of either chain find a checkpoint with everything that was
    answered."""
    store, objects = PlayedStore(), PlayedObjects()
    host = PlayedHost(objects, store)
    first = await opened(host, before)
    await write(first)
    assert all(key.startswith(tuple(durable_prefixes("map", parsed(after)))) for key in store.values)
    snapshot = await recovery(_copied(store), after)
    assert snapshot is not None and snapshot.state.value["data"] == {"x": 3}, "the OMS has committed the new chain"
    store.away = True
    with pytest.raises(Exception, match="does not answer"):
        await exchanged(first, host, after)
    store.away = False
    snapshot = await recovery(_copied(store), after)
    assert snapshot is not None and snapshot.state.value["data"] == {"x": 3}, "the new chain could not save yet"
    second = await opened(host, after, Arrival.ATTACHED)
    await write(second)
    snapshot = await recovery(store, after)
    assert snapshot is not None and snapshot.state.value["data"] == {"x": 6}


def test_what_a_chain_may_have_stored_is_known() -> None:
    """The OMS deletes what no manager of the present chain wants, when the new chain has saved."""
    assert durable_prefixes("map", parsed("Retry,LeaseCaching")) == {"map/Retry/", "map/LeaseCaching/"}
    kept = {durable_prefixes("map", parsed(saver)) - {f"map/{parsed(saver).managers[0].name}/"} for saver in SAVERS}
    assert len(kept) == 1 and len(next(iter(kept))) == 1


# Two saves at once


async def test_an_older_state_never_follows_a_newer_one() -> None:
    """Also where requests overtake one another on their way to the store."""
    store, objects = PlayedStore(), PlayedObjects()
    chain = await opened(PlayedHost(objects, store), "ExplicitCheckpoint")
    manager: Any = chain._parts[0]  # type: ignore[attr-defined]

    store.jitter = Random(1)

    async def saves(number: int) -> None:
        await asyncio.sleep(0)
        objects.entries["x"] = number
        await manager._checkpoints.save()

    for _ in range(20):
        await asyncio.gather(*(saves(number) for number in range(1, 6)))
        assert saved_entries(store) == {"x": 5}


def _copied(store: PlayedStore) -> PlayedStore:
    copy = PlayedStore()
    copy.values = dict(store.values)
    return copy
