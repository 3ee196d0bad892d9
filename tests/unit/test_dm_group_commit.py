"""Savers that answer each call when it is saved save once for all calls that have run."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest
from amino_dms.api import Arrival, ObjectRule, Purpose
from amino_dms.runtime import InstanceChain
from amino_wire.errors import AminoError, KernelUnavailable, Moved, ObjectRecovering, OmsUnavailable, Outcome

from tests.unit.played_host import PlayedHost, PlayedObjects, PlayedStore, opened, raised_by, request, until

SAVERS = ("DurableSerializableRPC", "DurableTransactions")
GATES = pytest.mark.parametrize("kept", [frozenset[ObjectRule](), frozenset(ObjectRule)], ids=["own gate", "gate of the object"])
EACH = pytest.mark.parametrize("saver", SAVERS)
CALLS = 40


def saved(store: PlayedStore) -> Any:
    """The number in the checkpoint."""
    return store.under("/checkpoint")["snapshot"]["state"]["data"].get("x", 0)


def slow_store(seed: int = 3) -> PlayedStore:
    """A store whose puts take a while."""
    store = PlayedStore()
    store.jitter = Random(seed)
    return store


@EACH
@GATES
async def test_many_calls_share_a_save_and_each_is_answered_when_it_is_saved(saver: str, kept: frozenset[ObjectRule]) -> None:
    store = slow_store()
    made = await opened(PlayedHost(PlayedObjects(), store, kept=kept), saver)
    before = store.puts

    async def add(number: int) -> int:
        for _ in range(number // 2):
            await asyncio.sleep(0)  # some come while a state is on its way to the store
        value: int = await made.call(request("add", "x", 1, name=f"call {number}"))
        assert saved(store) >= value
        return value

    values = await asyncio.gather(*(add(number) for number in range(CALLS)))
    assert values == list(range(1, CALLS + 1)), "in the order of their arrival"
    assert store.puts - before < CALLS / 2


@EACH
@GATES
async def test_a_read_waits_for_the_save_of_the_state_that_it_has_seen(saver: str, kept: frozenset[ObjectRule]) -> None:
    store = slow_store()
    made = await opened(PlayedHost(PlayedObjects(), store, kept=kept), saver)
    for number in range(8):
        write = asyncio.ensure_future(made.call(request("add", "x", 1, name=f"call {number}")))
        for _ in range(number):
            await asyncio.sleep(0)
        value = await made.call(request("get", "x", name=f"read {number}"))
        assert saved(store) >= value
        await write


@EACH
@GATES
async def test_calls_that_ran_hear_of_the_save_that_failed_and_none_runs_until_a_save_succeeds(
    saver: str, kept: frozenset[ObjectRule]
) -> None:
    store, objects = slow_store(), PlayedObjects()
    made = await opened(PlayedHost(objects, store, kept=kept), saver)
    store.away = True
    errors = await asyncio.gather(*(raised_by(made.call(request("add", "x", 1, name=f"call {number}"))) for number in range(6)))
    assert [type(error) for error in errors] == [OmsUnavailable] * 6
    assert all(isinstance(error, AminoError) and error.outcome is Outcome.UNKNOWN for error in errors)
    assert len({id(error) for error in errors}) == 6, "each has an error of its own"
    ran = len(objects.ran)
    assert isinstance(await raised_by(made.call(request("add", "x", 1, name="later"))), OmsUnavailable)
    assert len(objects.ran) == ran, "it did not run on a state that is not saved"
    store.away = False
    assert await made.call(request("get", "x")) == 6 == saved(store)


@EACH
@GATES
async def test_a_call_that_is_given_up_while_it_is_saved_is_saved_all_the_same(saver: str, kept: frozenset[ObjectRule]) -> None:
    store = slow_store()
    objects = PlayedObjects()
    made = await opened(PlayedHost(objects, store, kept=kept), saver)
    given_up = asyncio.ensure_future(made.call(request("add", "x", 1, name="given up")))
    await until(lambda: objects.entries["x"] == 1)
    given_up.cancel()
    assert await made.call(request("get", "x")) == 1 == saved(store)


@EACH
@GATES
async def test_what_moves_has_nothing_on_its_way_to_the_store(saver: str, kept: frozenset[ObjectRule]) -> None:
    """The next place goes on saving with the same right: a put of the old place that came later would undo one of its."""
    for turns in range(12):
        store, objects = slow_store(turns), PlayedObjects()
        made = await opened(PlayedHost(objects, store, kept=kept), saver)
        calls = [asyncio.ensure_future(made.call(request("add", "x", 1, name=f"call {number}"))) for number in range(4)]
        await until(lambda: objects.entries["x"] > 0)  # noqa: B023
        for _ in range(turns):
            await asyncio.sleep(0)
        for each in calls:
            each.cancel()
        await made.freeze("move")
        taken = await made.save(Purpose.MOVE)
        there = await opened(PlayedHost(objects, store, kept=kept, seed=2), saver, Arrival.MOVED, taken)
        puts = store.puts
        for _ in range(50):
            await asyncio.sleep(0)
        assert store.puts == puts
        value = await there.call(request("add", "x", 1, name="there"))
        assert saved(store) == value
        made.release(Moved("elsewhere"))
        await made.close()


@EACH
@GATES
async def test_a_copy_that_was_replaced_answers_none_of_the_calls_that_waited(saver: str, kept: frozenset[ObjectRule]) -> None:
    store = slow_store()
    host = PlayedHost(PlayedObjects(), store, kept=kept)
    made = await opened(host, saver)
    key = next(key for key in store.values if key.endswith("/checkpoint"))
    await store.put(key, {**store.under("/checkpoint"), "writer": "another"}, None)
    errors = await asyncio.gather(*(raised_by(made.call(request("add", "x", 1, name=f"call {number}"))) for number in range(5)))
    assert [type(error) for error in errors] == [ObjectRecovering] * 5
    assert "may_not_save" in host.asked


@EACH
@GATES
@pytest.mark.parametrize("ending", ["close", "abandon"])
async def test_calls_that_wait_for_a_save_when_the_part_ends_are_answered(saver: str, kept: frozenset[ObjectRule], ending: str) -> None:
    store, objects = slow_store(), PlayedObjects()
    made: InstanceChain = await opened(PlayedHost(objects, store, kept=kept), saver)
    calls = [asyncio.ensure_future(raised_by(made.call(request("add", "x", 1, name=f"call {number}")))) for number in range(4)]
    await until(lambda: objects.entries["x"] > 0)
    if ending == "abandon":
        made.abandon(Moved("the context was closed"))
    await made.close()
    for number, error in enumerate(await asyncio.gather(*calls)):
        assert error is None or isinstance(error, KernelUnavailable | Moved), f"call {number}: {error!r}"
