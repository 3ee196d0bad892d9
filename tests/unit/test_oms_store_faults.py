"""What the SQLite store does when the disk is full or fails: statements fail as planned, and room is short for real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_store.errors import NotWritten, StoreFailed, StoreFull
from amino_store.sqlite.store import SqliteStore
from amino_store.transaction import Delete, Put, Transaction
from amino_wire.errors import OmsUnavailable

from tests.support.faulty_sqlite import Faults
from tests.unit.store_contract import DEADLINE, put, take

FSYNC = "SQLITE_IOERR_FSYNC"


class Clock:
    """A clock that stands still unless told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, faults: Faults, clock: Clock) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(tmp_path, clock=clock, connect=faults.connect)
    yield opened
    await opened.close()


async def values(store: SqliteStore) -> dict[str, bytes]:
    return {entry.key: entry.value for entry in (await store.range("/")).entries}


STATEMENTS = ("BEGIN IMMEDIATE", "SELECT", "INSERT INTO entry", "DELETE FROM entry", "INSERT INTO event", "UPDATE counter")


@pytest.mark.parametrize("name", ["SQLITE_IOERR_WRITE", "SQLITE_FULL", "SQLITE_NOMEM"])
@pytest.mark.parametrize("statement", STATEMENTS)
async def test_a_statement_that_fails_undoes_its_transaction(store: SqliteStore, faults: Faults, statement: str, name: str) -> None:
    revision = await put(store, "/old", b"1")
    faults.plan(statement, name)
    with pytest.raises(NotWritten, match="nothing of this request was done") as caught:
        await store.commit(Transaction(then=(Put("/new", b"2"), Delete("/old"))))
    assert (caught.value.code, isinstance(caught.value, StoreFull)) == ("OMS_UNAVAILABLE", name == "SQLITE_FULL")
    assert (await values(store), await store.revision()) == ({"/old": b"1"}, revision)
    assert await put(store, "/new", b"3") == revision + 1
    assert await values(store) == {"/old": b"1", "/new": b"3"}


@pytest.mark.parametrize(("statement", "name"), [("UPDATE counter", FSYNC), ("INSERT INTO lease", FSYNC), ("COMMIT", "SQLITE_FULL")])
async def test_a_lease_that_could_not_be_granted_stops_nobody(store: SqliteStore, faults: Faults, statement: str, name: str) -> None:
    first = await store.grant(60.0)
    faults.plan(statement, name)
    with pytest.raises(NotWritten):
        await store.grant(60.0)
    await put(store, "/a", b"1")
    assert await store.grant(60.0) == first + 1


async def test_a_commit_without_room_has_not_been_done(store: SqliteStore, faults: Faults) -> None:
    faults.plan("COMMIT", "SQLITE_FULL")
    with pytest.raises(StoreFull, match=r"is full: nothing of this request was done\. Make room there"):
        await put(store, "/a", b"1")
    await put(store, "/b", b"2")
    assert await values(store) == {"/b": b"2"}


async def test_a_disk_that_is_really_full_takes_what_fits_and_goes_on_when_there_is_room(
    store: SqliteStore, faults: Faults, tmp_path: Path
) -> None:
    writer = faults.connections[0].real
    writer.execute("PRAGMA max_page_count = 200")
    acknowledged: dict[str, bytes] = {}
    with pytest.raises(StoreFull) as caught:
        for number in range(1000):
            value = b"%d " % number * 2000
            await put(store, f"/{number:04}", value)
            acknowledged[f"/{number:04}"] = value
    assert str(tmp_path) in caught.value.message and len(acknowledged) > 10
    assert await values(store) == acknowledged
    writer.execute("PRAGMA max_page_count = 2000")
    await put(store, "/more", b"room")
    assert await values(store) == {**acknowledged, "/more": b"room"}


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
async def test_after_a_commit_of_unknown_outcome_the_store_refuses_everything(
    store: SqliteStore, faults: Faults, done: bool, tmp_path: Path
) -> None:
    await put(store, "/old", b"1")
    lease = await store.grant(60.0)
    watch = store.watch("/")
    waiting = asyncio.ensure_future(anext(watch))
    failed = asyncio.ensure_future(store.failed())
    await asyncio.sleep(0)
    assert not failed.done()
    faults.plan("COMMIT", FSYNC, done=done)
    doubtful = asyncio.ensure_future(put(store, "/new", b"2"))
    await asyncio.sleep(0)
    behind = asyncio.ensure_future(put(store, "/behind", b"3"))
    with pytest.raises(StoreFailed, match=r"whether this request was done is unknown.*start the service again"):
        await doubtful
    with pytest.raises(StoreFailed, match="this request was not done"):
        await behind
    with pytest.raises(StoreFailed):
        await asyncio.wait_for(waiting, DEADLINE)
    assert isinstance(await asyncio.wait_for(failed, DEADLINE), StoreFailed)
    requests = (
        lambda: put(store, "/later", b"4"),
        lambda: store.get("/old"),
        lambda: store.range("/"),
        lambda: store.count("/"),
        store.revision,
        lambda: store.grant(1.0),
        lambda: store.keep_alive(lease),
        lambda: store.revoke(lease),
        lambda: anext(store.watch("/")),
    )
    for request in requests:
        with pytest.raises(StoreFailed, match="this request was not done"):
            await request()
    await store.close()
    again = await SqliteStore.open(tmp_path)
    assert await values(again) == ({"/old": b"1", "/new": b"2"} if done else {"/old": b"1"})
    await again.close()


async def test_a_failure_counts_although_its_caller_no_longer_waits(store: SqliteStore, faults: Faults) -> None:
    faults.plan("COMMIT", FSYNC)
    granting = asyncio.ensure_future(store.grant(60.0))
    await asyncio.sleep(0)
    granting.cancel()
    assert isinstance(await asyncio.wait_for(store.failed(), DEADLINE), StoreFailed)
    with pytest.raises(StoreFailed):
        await put(store, "/a", b"1")


async def test_a_transaction_that_cannot_be_rolled_back_ends_the_store(store: SqliteStore, faults: Faults) -> None:
    faults.plan("INSERT INTO entry", FSYNC)
    faults.plan("ROLLBACK", FSYNC)
    with pytest.raises(StoreFailed, match="this request was not done"):
        await put(store, "/a", b"1")
    with pytest.raises(StoreFailed):
        await store.get("/a")


async def test_damage_that_is_found_ends_the_store(store: SqliteStore, faults: Faults) -> None:
    await put(store, "/a", b"1")
    faults.plan("SELECT key, value", "SQLITE_CORRUPT")
    with pytest.raises(StoreFailed, match="malformed"):
        await store.get("/a")
    with pytest.raises(StoreFailed):
        await put(store, "/b", b"2")


@pytest.mark.parametrize("statement", ["BEGIN", "SELECT value FROM counter", "SELECT key, value"])
async def test_a_read_that_fails_leaves_nothing_open(store: SqliteStore, faults: Faults, statement: str) -> None:
    await put(store, "/a", b"1")
    faults.plan(statement, "SQLITE_IOERR_READ")
    with pytest.raises(OmsUnavailable, match="could not be read"):
        await store.range("/")
    assert await values(store) == {"/a": b"1"}
    assert [event.entry.key for event in await take(store.watch("/", 1), 1)] == ["/a"]


async def test_keys_of_a_lease_that_ends_on_a_full_disk_go_when_there_is_room(store: SqliteStore, faults: Faults, clock: Clock) -> None:
    lease = await store.grant(5.0)
    await put(store, "/l/a", b"1", lease)
    faults.plan("DELETE FROM entry", "SQLITE_FULL", times=2)
    clock.now += 6.0
    with pytest.raises(StoreFull):
        await store.expire()
    with pytest.raises(StoreFull):
        await store.revoke(lease)
    await store.expire()
    assert await values(store) == {}
    await store.revoke(lease)


async def test_a_store_that_opens_again_knows_of_leases_whose_keys_are_still_there(
    store: SqliteStore, faults: Faults, clock: Clock, tmp_path: Path
) -> None:
    lease = await store.grant(5.0)
    await put(store, "/l/a", b"1", lease)
    faults.plan("DELETE FROM entry", "SQLITE_FULL")
    clock.now += 6.0
    with pytest.raises(StoreFull):
        await store.expire()
    await store.close()
    again = await SqliteStore.open(tmp_path, clock=clock)
    assert await values(again) == {"/l/a": b"1"}
    clock.now += 6.0
    await again.expire()
    assert await values(again) == {}
    await again.close()


async def test_what_must_be_durable_is_synced_before_it_is_answered(store: SqliteStore, faults: Faults) -> None:
    """2 is FULL: a commit waits for the disk. 1 is NORMAL: it waits only when the log is folded in."""

    def level() -> int:
        return int(faults.connections[0].real.execute("PRAGMA synchronous").fetchone()[0])

    await put(store, "/a", b"1")
    assert level() == 2
    await store.commit(Transaction(then=(Put("/a", b"2"),), durable=False))
    assert level() == 1
    await put(store, "/a", b"3")
    assert level() == 2


async def test_a_second_failure_is_as_good_as_the_first(store: SqliteStore, faults: Faults) -> None:
    for number in range(5):
        faults.plan("INSERT INTO event", "SQLITE_FULL")
        results = await asyncio.gather(*(put(store, f"/{number}/{part}") for part in range(10)), return_exceptions=True)
        assert {type(result) for result in results} <= {StoreFull, int}
        assert await store.count(f"/{number}/") == sum(isinstance(result, int) for result in results)


async def test_a_store_closes_right_after_a_lease_was_granted(tmp_path: Path) -> None:
    opened = await SqliteStore.open(tmp_path)
    for _ in range(2):
        await opened.grant(60.0)
    await asyncio.wait_for(opened.close(), DEADLINE)
