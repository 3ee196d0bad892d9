"""A feed from a real etcd, and a copy that it keeps up: quiet times, members that stand still, compaction."""

from __future__ import annotations

import asyncio
import signal
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from amino_store.cache.store_cache import StoreCache
from amino_store.etcd.store import EtcdStore
from amino_store.feed import Changes
from amino_store.transaction import Delete, EventKind, Put, Transaction

from tests.support.etcd import EtcdCluster, can_run
from tests.unit.cutting_proxy import cutting_proxy
from tests.unit.etcd_world import SECONDS, opened
from tests.unit.store_contract import put

pytestmark = pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EtcdCluster]:
    cluster = EtcdCluster(tmp_path_factory.mktemp("etcd"), 3).start()
    yield cluster
    cluster.stop()


@pytest.fixture
async def store(three: EtcdCluster) -> AsyncIterator[EtcdStore]:
    async with opened(three.address(uuid.uuid4().hex)) as store:
        yield store


async def up_to(feed: AsyncIterator[Changes], revision: int) -> list[Changes]:
    """The steps until everything up to a revision has come."""
    steps = list[Changes]()
    async with asyncio.timeout(SECONDS):
        while not steps or steps[-1].revision < revision:
            steps.append(await anext(feed))
    return steps


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def copy_of(store: EtcdStore) -> AsyncIterator[StoreCache]:
    """A copy, once it has been read."""
    cache = StoreCache(store, ("/b/", "/d/"), time.monotonic)
    work = asyncio.create_task(cache.run())
    try:
        await until(lambda: age(cache) < 1)
        yield cache
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


def age(cache: StoreCache) -> float:
    return float("inf") if cache.as_of is None else time.monotonic() - cache.as_of


async def test_a_feed_gives_the_changes_of_its_keys_in_order_and_tells_of_others_by_how_far_it_has_come(store: EtcdStore) -> None:
    first = await put(store, "/b/1", b"1")
    await put(store, "/a/1", b"before")
    await store.commit(Transaction(then=(Put("/b/2", b"2"), Delete("/b/1"), Put("/c/1", b"between"), Put("/d/1", b"3"), Put("/e/1", b""))))
    last = await put(store, "/e/2", b"behind")
    steps = await up_to(store.feed("/b/", "/d/", first), last)
    events = [event for step in steps for event in step.events]
    assert [(event.kind, event.entry.key) for event in events if event.revision == first] == [(EventKind.PUT, "/b/1")]
    assert sorted((event.kind.name, event.entry.key) for event in events if event.revision > first) == [
        ("DELETE", "/b/1"),
        ("PUT", "/b/2"),
        ("PUT", "/c/1"),
        ("PUT", "/d/1"),
    ]
    assert [step.revision for step in steps] == sorted(step.revision for step in steps)


async def test_a_feed_that_begins_behind_the_last_change_says_so_while_nothing_changes(store: EtcdStore) -> None:
    revision = await put(store, "/b/1")
    feed = store.feed("/b/", "/d/", revision + 1)
    begun = time.monotonic()
    steps = [await asyncio.wait_for(anext(feed), SECONDS) for _ in range(5)]
    print(f"five steps in {time.monotonic() - begun:.2f} s")
    assert {(step.events, step.revision) for step in steps} == {((), revision)}


async def test_a_feed_goes_on_at_another_member_and_gives_nothing_twice(three: EtcdCluster, store: EtcdStore) -> None:
    revision = await store.revision()
    feed, given, number = store.feed("/b/", "/d/", revision + 1), list[int](), 0
    for member in three.members:
        member.freeze()
        try:
            for _ in range(5):
                number += 1
                revision = await put(store, "/b/1", b"%d" % number)
            given += [int(event.entry.value) for step in await up_to(feed, revision) for event in step.events]
        finally:
            member.signal(signal.SIGCONT)
    assert given == list(range(1, 16))


async def test_a_copy_grows_old_while_most_members_stand_still_and_is_young_again_after(three: EtcdCluster, store: EtcdStore) -> None:
    await put(store, "/b/1", b"1")
    async with copy_of(store) as cache:
        stopped = three.members[:2]
        for member in stopped:
            member.freeze()
        try:
            frozen = time.monotonic()
            # The third member goes on to serve what needs no majority; nobody may take that for news.
            await asyncio.sleep(4)
            assert cache.as_of is not None
            assert cache.as_of <= frozen
            assert age(cache) >= 4
            entry = await cache.get("/b/1")
            assert entry is not None
            assert entry.value == b"1"
        finally:
            for member in stopped:
                member.signal(signal.SIGCONT)
        await until(lambda: age(cache) < 1)
        revision = await put(store, "/b/1", b"2")
        await until(lambda: cache.revision >= revision)
        assert (entry := await cache.get("/b/1")) is not None
        assert entry.value == b"2"


async def test_a_copy_is_read_anew_when_etcd_was_compacted_while_it_was_cut_off(tmp_path_factory: pytest.TempPathFactory) -> None:
    alone = EtcdCluster(tmp_path_factory.mktemp("etcd")).start()
    try:
        async with opened(alone.address("x")) as writer, cutting_proxy(alone.members[0].address) as proxy:
            for number in range(7):
                await put(writer, f"/b/{number}", b"before")
            async with opened(replace(alone.address("x"), members=(proxy.address,))) as store, copy_of(store) as cache:
                proxy.away = True
                proxy.cut()
                for number in range(1, 7):
                    await put(writer, f"/b/{number}", b"%d" % number)
                await writer.commit(Transaction(then=(Delete("/b/0"),)))
                revision = await put(writer, "/d/1", b"new")
                alone.members[0].post("kv/compaction", revision=revision)
                entry = await cache.get("/b/0")
                assert entry is not None
                proxy.away = False
                await until(lambda: cache.revision >= revision and age(cache) < 1)
                assert [await cache.range(prefix) for prefix in ("/b/", "/d/")] == [
                    replace(await writer.range(prefix), revision=cache.revision) for prefix in ("/b/", "/d/")
                ]
                assert await cache.count("/b/") == 6
    finally:
        alone.stop()
