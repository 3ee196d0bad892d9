"""Traps: somebody sees what is not saved, and what a failure of the object's kernel may undo."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from amino_dms.api import Arrival, Purpose
from amino_wire.errors import OmsUnavailable, PermissionDenied, TransactionConflict, TransactionInvalid

from tests.unit.durable_map import TRANSACTIONAL, Map, recovered, unsaved
from tests.unit.played_host import PlayedHost, PlayedObjects, PlayedStore, opened, raised_by, request

optimistic = pytest.mark.parametrize("managers", TRANSACTIONAL[:3])
all_transactional = pytest.mark.parametrize("managers", TRANSACTIONAL)

# What a write has left unsaved


@all_transactional
async def test_a_transaction_does_not_begin_with_what_is_not_saved(managers: str) -> None:
    """A transaction that only reads commits without saving anything."""
    map_ = await unsaved(managers)
    began = await raised_by(map_.start())
    if "Locking" in managers:
        assert began is None, "its calls go through the saver, one by one"
        return
    assert isinstance(began, OmsUnavailable)
    map_.store.away = False
    name = await map_.start()
    assert await map_.call("get", "x", transaction=name) == 2
    assert recovered(map_.store) == {"x": 2}
    await map_.end("commit", name)


@all_transactional
async def test_a_read_sees_nothing_that_is_not_saved(managers: str) -> None:
    map_ = await unsaved(managers)
    assert isinstance(await raised_by(map_.call("get", "x")), OmsUnavailable)
    map_.store.away = False
    assert await map_.call("get", "x") == 2
    assert recovered(map_.store) == {"x": 2}


@all_transactional
async def test_a_read_does_not_pass_a_write_that_is_not_saved_on_its_way(managers: str) -> None:
    """The read has had everything saved; before it runs, another write runs that cannot be saved."""
    map_ = await unsaved(managers)
    map_.store.away = False
    put = map_.store.put

    async def put_once(key: str, value: Any, expected: int | None) -> int:
        version = await put(key, value, expected)
        map_.store.away = True
        return version

    map_.store.put = put_once  # type: ignore[method-assign]
    reading = asyncio.ensure_future(map_.call("get", "x"))
    await asyncio.sleep(0)
    writing = [asyncio.ensure_future(map_.call("add", "x", 1)) for _ in range(3)]
    for work in (reading, *writing):
        error = await raised_by(work)
        if error is None:
            assert work.result() <= recovered(map_.store)["x"]
        else:
            assert isinstance(error, OmsUnavailable)


@all_transactional
async def test_what_is_not_saved_is_not_seen_after_a_move(managers: str) -> None:
    map_ = await unsaved(managers)
    saved = await map_.chain.save(Purpose.MOVE)
    await map_.chain.close()
    map_.chain = await opened(map_.host, map_.managers, Arrival.MOVED, saved)
    assert isinstance(await raised_by(map_.call("get", "x")), OmsUnavailable)
    if "Locking" not in managers:
        assert isinstance(await raised_by(map_.start()), OmsUnavailable)
    map_.store.away = False
    assert await map_.call("get", "x") == 2 == recovered(map_.store)["x"]


# A commit that could not be saved


@all_transactional
async def test_a_commit_that_is_asked_again_is_answered_when_it_is_saved(managers: str) -> None:
    map_ = await Map(managers).open()
    name = await map_.start()
    await map_.call("add", "x", 5, transaction=name)
    map_.store.away = True
    for _ in range(3):
        assert isinstance(await raised_by(map_.end("commit", name)), OmsUnavailable)
    map_.store.away = False
    await map_.end("commit", name)
    assert recovered(map_.store) == {"x": 5}
    later = await map_.back()
    await later.end("commit", name)
    assert await later.call("get", "x") == 5


@optimistic
async def test_nobody_overwrites_a_commit_that_was_applied_and_not_saved(managers: str) -> None:
    map_ = await Map(managers).open()
    first, second = await map_.start(), await map_.start()
    await map_.call("add", "x", 5, transaction=first)
    await map_.call("put", "y", 7, transaction=second)
    put, failures = map_.store.put, iter([False, True])

    async def put_and_fail(key: str, value: Any, expected: int | None) -> int:
        if next(failures, False) or map_.objects.entries.get("x") == 5:
            map_.store.put = put  # type: ignore[method-assign]
            raise OmsUnavailable("the OMS does not answer")
        return await put(key, value, expected)

    map_.store.put = put_and_fail  # type: ignore[method-assign]
    assert isinstance(await raised_by(map_.end("commit", first)), OmsUnavailable)
    assert await map_.call("get", "x") == 5, "the caller was not told, and the store has it now"
    assert isinstance(await raised_by(map_.end("commit", second)), TransactionConflict)
    await map_.end("commit", first)
    assert recovered(map_.store) == map_.objects.entries == {"x": 5}


@optimistic
async def test_a_commit_that_was_not_applied_may_be_asked_again(managers: str) -> None:
    """Until it is applied, no checkpoint stays that says that it was committed."""
    map_ = await Map(managers).open()
    put = map_.store.put
    agrees: list[bool] = []

    async def compare(key: str, value: Any, expected: int | None) -> int:
        parts = value["snapshot"]["parts"]
        endings = next(part["endings"] for part in parts.values() if isinstance(part, dict) and "endings" in part)
        agrees.append(("committed" in endings.values()) == (value["snapshot"]["state"]["data"]["x"] == 5))
        return await put(key, value, expected)

    map_.store.put = compare  # type: ignore[method-assign]
    name = await map_.start()
    await map_.call("add", "x", 5, transaction=name)
    sync = map_.host.sync

    async def fail(state: Any) -> None:
        map_.host.sync = sync  # type: ignore[method-assign]
        raise OmsUnavailable("nothing was applied")

    map_.host.sync = fail  # type: ignore[method-assign]
    assert isinstance(await raised_by(map_.end("commit", name)), OmsUnavailable)
    assert map_.objects.entries == {"x": 0}
    assert agrees == [] or agrees[-1]
    if managers == "DurableTransactions":
        assert all(agrees)
    await map_.end("commit", name)
    assert agrees[-1]
    assert recovered(map_.store) == map_.objects.entries == {"x": 5}


@all_transactional
async def test_no_checkpoint_says_of_a_transaction_what_its_state_does_not_show(managers: str) -> None:
    """At each save: an ending that is noted, and what the transaction wrote, are there together or not at all."""
    seen: list[tuple[str, bool]] = []
    map_ = await unsaved(managers)
    put = map_.store.put
    names: dict[str, str] = {}

    async def compare(key: str, value: Any, expected: int | None) -> int:
        parts = value["snapshot"]["parts"]
        noted = next(part["endings"] for part in parts.values() if isinstance(part, dict) and "endings" in part)
        line = parts.get("LockingTransactions", {}).get("line")
        entries = (line[0]["before"] if line else value["snapshot"]["state"])["data"]
        for name, mark in names.items():
            seen.append((noted.get(name, ""), mark in entries))
        return await put(key, value, expected)

    map_.store.put = compare  # type: ignore[method-assign]
    map_.store.away = False
    for number, ending in enumerate(("commit", "rollback", "commit")):
        name = await map_.start()
        names[name] = f"mark {number}"
        await map_.call("put", f"mark {number}", 1, transaction=name)
        if "Locking" in managers:
            map_.store.away = True
            await raised_by(map_.call("put", "other", number, transaction=name))
            map_.store.away = False
        await map_.end(ending, name)
    await map_.call("put", "last", 1)
    assert {ending for ending, shown in seen if shown} == {"committed"}
    assert "committed" not in {ending for ending, shown in seen if not shown}


async def test_what_was_undone_does_not_come_back() -> None:
    """The saver has saved what a call changed; an outer manager undoes it, and the saver must hear of that too."""
    store, objects = PlayedStore(), PlayedObjects()
    chain = await opened(PlayedHost(objects, store), "DurableSerializableRPC,Immutable")
    assert isinstance(await raised_by(chain.call(request("put", "x", 1))), PermissionDenied)
    assert objects.entries == {"x": 0} == recovered(store)


async def test_a_rollback_that_could_not_be_saved_has_happened_all_the_same() -> None:
    map_ = await Map("DurableSerializableRPC,LockingTransactions").open()
    name = await map_.start()
    await map_.call("add", "x", 5, transaction=name)
    map_.store.away = True
    assert isinstance(await raised_by(map_.end("rollback", name)), OmsUnavailable)
    assert isinstance(await raised_by(map_.call("get", "x", transaction=name)), TransactionInvalid)
    assert isinstance(await raised_by(map_.end("commit", name)), TransactionInvalid)
    map_.store.away = False
    await map_.end("rollback", name)
    assert await map_.call("get", "x") == 0
    assert recovered(map_.store) == {"x": 0}
