"""A copy of a store in memory: its entries, how old it is, and when it is read anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from random import Random

import pytest
from amino_store.cache.currency import Currency
from amino_store.cache.filling import Filling
from amino_store.cache.store_cache import StoreCache
from amino_store.cache.table import Table
from amino_store.errors import CopyNotRead
from amino_store.memory.disk import MemoryDisk
from amino_store.transaction import Delete, Operation, Put, Transaction
from amino_testkit import simulate
from hypothesis import given
from hypothesis import strategies as st

from tests.support.played_source import PlayedSource
from tests.support.simulated import until

PREFIXES = ("/b/", "/d/")
KEYS = st.sampled_from(["/b/", "/b/1", "/b/1/2", "/b/2", "/b/é", "/b/\U0001f600", "/d/1", "/d/2"])
OPERATION = st.one_of(st.builds(Put, KEYS, st.binary(max_size=3)), st.builds(Delete, KEYS))


@pytest.fixture
def table() -> Iterator[Table]:
    table = Table()
    yield table
    table.close()


@given(before=st.lists(OPERATION, max_size=8), after=st.lists(OPERATION, max_size=12), limit=st.integers(1, 4))
def test_a_table_has_what_the_store_has(before: list[Operation], after: list[Operation], limit: int) -> None:
    disk, table = MemoryDisk(), Table()
    for operation in before:
        disk.commit([Transaction(then=(operation,))])
    table.fill(disk.range("", "", 1000).entries)
    start = disk.revision
    for operation in after:
        disk.commit([Transaction(then=(operation,))])
    table.apply(disk.events("", start + 1)[0])
    for prefix in ("/", "/b/", "/b/1", "/d/"):
        assert table.count(prefix) == disk.count(prefix) if prefix != "/" else True
        place = ""
        while True:
            page = disk.range(prefix, place, limit)
            assert table.range(prefix, place, limit) == (page.entries, page.more)
            if not page.more:
                break
            place = page.entries[-1].key
    assert table.get("/b/1") == disk.get("/b/1")
    table.close()


def test_a_copy_is_as_old_as_the_question_whose_revision_it_has_reached() -> None:
    currency = Currency()
    assert currency.as_of is None
    currency.read(5, 10.0)
    currency.read(7, 11.0)
    assert currency.as_of is None
    currency.reached(4)
    assert currency.as_of is None
    currency.reached(6)
    assert currency.as_of == 10.0
    currency.reached(7)
    assert currency.as_of == 11.0
    currency.read(7, 12.0)
    assert currency.as_of == 12.0


def test_a_feed_alone_does_not_make_a_copy_younger() -> None:
    currency = Currency()
    currency.read(5, 10.0)
    currency.reached(5)
    currency.reached(900)
    assert currency.as_of == 10.0


def test_an_answer_that_was_overtaken_makes_a_copy_no_younger() -> None:
    currency = Currency()
    currency.read(9, 12.0)
    currency.read(5, 11.0)
    currency.reached(5)
    assert currency.as_of is None
    currency.reached(9)
    assert currency.as_of == 12.0


@given(
    before=st.lists(OPERATION, max_size=8),
    steps=st.lists(st.one_of(OPERATION, st.sampled_from(["read", "hear"])), max_size=20),
    pages=st.integers(1, 3),
)
def test_a_table_that_is_filled_from_several_revisions_is_what_the_store_is(
    before: list[Operation], steps: list[Operation | str], pages: int
) -> None:
    disk, table = MemoryDisk(), Table()
    filling = Filling(table)
    for operation in before:
        disk.commit([Transaction(then=(operation,))])
    heard, place = disk.revision, ""
    for step in [*steps, *["read"] * 9, "hear"]:
        if step == "read":
            page = disk.range("", place, pages).entries
            filling.read(page)
            place = page[-1].key if page else "\U0010ffff"
        elif step == "hear":
            filling.heard(disk.events("", heard + 1)[0])
            heard = disk.revision
        elif not isinstance(step, str):
            disk.commit([Transaction(then=(step,))])
    assert table.range("/", "", 100) == (disk.range("/", "", 100).entries, False)
    assert [table.count(prefix) for prefix in PREFIXES] == [disk.count(prefix) for prefix in PREFIXES]
    table.close()


@asynccontextmanager
async def running(source: PlayedSource) -> AsyncIterator[StoreCache]:
    """A copy that is read and followed for as long as the block lasts."""
    cache = StoreCache(source, PREFIXES, asyncio.get_running_loop().time)
    work = asyncio.create_task(cache.run())
    try:
        yield cache
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


def age(cache: StoreCache) -> float:
    """Seconds; endless while nothing can be read."""
    return float("inf") if cache.as_of is None else asyncio.get_running_loop().time() - cache.as_of


async def content(cache: StoreCache) -> Mapping[str, bytes]:
    """All that is in a copy."""
    return {entry.key: entry.value for prefix in PREFIXES for entry in (await cache.range(prefix)).entries}


def test_a_copy_answers_nothing_before_it_is_read_and_then_follows() -> None:
    async def scenario(random: Random) -> None:
        source = PlayedSource(random)
        source.put("/b/1", b"1")
        source.put("/c/1", b"between")
        async with running(source) as cache:
            with pytest.raises(CopyNotRead):
                await cache.get("/b/1")
            await until(lambda: age(cache) < 1)
            assert await content(cache) == {"/b/1": b"1"}
            source.commit(Put("/b/1", b"2"), Put("/c/2", b"between"), Put("/d/1", b"3"))
            await until(lambda: cache.revision == source.disk.revision)
            assert await content(cache) == {"/b/1": b"2", "/d/1": b"3"}
            assert await cache.count("/d/") == 1
            source.delete("/b/1")
            await until(lambda: cache.revision == source.disk.revision)
            assert await content(cache) == {"/d/1": b"3"}

    simulate(scenario, 1)


def test_a_copy_grows_old_while_the_store_cannot_be_reached_and_is_young_again_after() -> None:
    async def scenario(random: Random) -> None:
        source = PlayedSource(random)
        source.put("/b/1", b"1")
        async with running(source) as cache:
            await until(lambda: age(cache) < 1)
            source.cut = True
            await asyncio.sleep(10)
            assert 9.5 < age(cache) < 10.5
            assert (await content(cache)) == {"/b/1": b"1"}
            source.cut = False
            await until(lambda: age(cache) < 1)

    simulate(scenario, 2)


def test_a_copy_grows_old_whose_member_lags_although_it_goes_on_to_say_how_far_it_has_come() -> None:
    async def scenario(random: Random) -> None:
        source = PlayedSource(random)
        source.put("/b/1", b"1")
        async with running(source) as cache:
            await until(lambda: age(cache) < 1)
            source.lags = True
            begun = asyncio.get_running_loop().time()
            source.put("/b/1", b"2")
            await asyncio.sleep(5)
            assert cache.as_of is not None
            assert cache.as_of <= begun
            assert await content(cache) == {"/b/1": b"1"}
            source.lags = False
            await until(lambda: age(cache) < 1)
            assert await content(cache) == {"/b/1": b"2"}

    simulate(scenario, 3)


def test_a_copy_is_read_anew_when_its_place_in_the_history_is_gone() -> None:
    async def scenario(random: Random) -> None:
        source = PlayedSource(random, history=5)
        source.put("/b/1", b"1")
        source.put("/b/2", b"1")
        async with running(source) as cache:
            await until(lambda: age(cache) < 1)
            source.cut = True
            await asyncio.sleep(0.2)
            source.delete("/b/2")
            for number in range(20):
                source.put("/b/1", b"%d" % number)
            source.cut = False
            await until(lambda: cache.as_of is None)
            with pytest.raises(CopyNotRead):
                await cache.get("/b/1")
            await until(lambda: age(cache) < 1)
            assert await content(cache) == {"/b/1": b"19"}
            assert await cache.count("/b/") == 1

    simulate(scenario, 4)


def test_a_copy_is_read_anew_when_another_store_is_in_the_place_of_the_first() -> None:
    async def scenario(random: Random) -> None:
        source = PlayedSource(random)
        for number in range(10):
            source.put(f"/b/{number}", b"1")
        async with running(source) as cache:
            await until(lambda: age(cache) < 1)
            source.disk = MemoryDisk()
            source.put("/b/other", b"2")
            await until(lambda: cache.as_of is None)
            await until(lambda: age(cache) < 1)
            assert await content(cache) == {"/b/other": b"2"}

    simulate(scenario, 5)


def test_a_store_that_changes_faster_than_it_is_read_is_read_to_its_end() -> None:
    async def scenario(random: Random) -> None:
        source = PlayedSource(random, history=20_000)
        keys = [f"/b/{number:05}" for number in range(6000)]
        for key in keys:
            source.put(key, b"0")
        source.entries_kept = 2500
        changing = asyncio.create_task(changed(source, keys, random))
        async with running(source) as cache:
            await until(lambda: age(cache) < 1)
            assert source.snapshots == 3, "it reads on where it was, at a later revision"
            changing.cancel()
            await until(lambda: cache.revision == source.disk.revision)
            assert [(await cache.get(key)) for key in keys] == [source.disk.get(key) for key in keys]
            assert await cache.count("/b/") == source.disk.count("/b/")

    simulate(scenario, 1)


async def changed(source: PlayedSource, keys: list[str], random: Random) -> None:
    """Changes a store all the time."""
    while True:
        key = random.choice(keys)
        source.commit(Delete(key) if random.random() < 0.3 else Put(key, b"1"))
        await asyncio.sleep(0.001)


def test_a_store_that_cannot_be_read_is_left_alone_for_ever_longer() -> None:
    async def scenario(random: Random) -> None:
        source = PlayedSource(random)
        source.put("/b/1", b"1")
        source.entries_kept = 0
        async with running(source):
            await asyncio.sleep(100)
        assert source.snapshots in (6, 7), "after 1, 2, 4, 8, 16 and 32 s"

    simulate(scenario, 1)
