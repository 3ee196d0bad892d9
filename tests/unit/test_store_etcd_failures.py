"""The store in etcd when members end, stand still or refuse: nothing is done twice, lost, or left in doubt."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from random import Random, randrange
from typing import Any

import pytest
from amino_store.errors import LeaseEnded, NotWritten, RevisionCompacted
from amino_store.etcd.failures import Failed, Verdict
from amino_store.etcd.members import TXN
from amino_store.etcd.store import EtcdStore
from amino_store.store import Store
from amino_store.transaction import Compare, EventKind, Field, Get, Put, Relation, Transaction
from amino_wire.errors import OmsUnavailable

from tests.support.etcd import EtcdCluster, EtcdMember, can_run
from tests.unit.etcd_world import SECONDS, opened
from tests.unit.store_contract import put, take

pytestmark = pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}")


@pytest.fixture
def three(tmp_path: Path) -> Iterator[EtcdCluster]:
    cluster = EtcdCluster(tmp_path / "etcd", 3).start()
    yield cluster
    cluster.stop()


@pytest.fixture
def one(tmp_path: Path) -> Iterator[EtcdCluster]:
    cluster = EtcdCluster(tmp_path / "etcd").start()
    yield cluster
    cluster.stop()


async def increments(store: Store, key: str, over: asyncio.Event) -> int:
    """Adds one again and again by compare and swap, also for a while after it is over; answers how many were acknowledged."""
    done = 0
    while not over.is_set() or done < 20:
        entry = await store.get(key)
        number, version = (0, 0) if entry is None else (int(entry.value), entry.version)
        step = Transaction((Compare.version(key, version),), (Put(key, str(number + 1).encode()),))
        if (await store.commit(step)).succeeded:
            done += 1
    return done


async def number(store: Store, key: str) -> tuple[int, int]:
    """The number that has been counted, and the version of the key."""
    entry = await store.get(key)
    assert entry is not None
    return int(entry.value), entry.version


Fault = Callable[[EtcdCluster, EtcdMember], Awaitable[None]]


async def kill_and_restart(cluster: EtcdCluster, member: EtcdMember) -> None:
    member.kill()
    await asyncio.sleep(2.0)  # while the others go on
    await asyncio.to_thread(cluster.restart, member)


async def freeze(cluster: EtcdCluster, member: EtcdMember) -> None:
    member.freeze()
    await asyncio.sleep(3.0)  # while the others go on
    member.signal(signal.SIGCONT)


@pytest.mark.parametrize("fault", [kill_and_restart, freeze])
@pytest.mark.parametrize("leads", [True, False])
async def test_no_acknowledged_change_is_lost_or_done_twice_when_a_member_ends_or_stands_still(
    three: EtcdCluster, fault: Fault, leads: bool
) -> None:
    leader = await asyncio.to_thread(lambda: three.leader)
    victim = leader if leads else next(member for member in three.members if member is not leader)
    # The victim is asked first.
    address = three.address("amino", victim, *(member for member in three.members if member is not victim))
    async with opened(address) as store:
        watch = store.watch("/n/")
        over = asyncio.Event()
        clients = [asyncio.ensure_future(increments(store, f"/n/{client}", over)) for client in range(8)]
        await take_some(watch)
        await fault(three, victim)
        over.set()
        async with asyncio.timeout(SECONDS):
            done = await asyncio.gather(*clients)
        for client, count in enumerate(done):
            # Each acknowledged step is there once: a step that was done twice would not have fitted its comparison, and
            # a step that was reported as refused though it was done would make the number larger than the count.
            assert await number(store, f"/n/{client}") == (count, count)
        again = store.watch("/n/", 1)
        events = await take(again, sum(done))
        assert [event.revision for event in events] == sorted(event.revision for event in events)
        assert all(int(event.entry.value) == event.entry.version for event in events)


async def take_some(watch: AsyncIterator[object]) -> None:
    async with asyncio.timeout(SECONDS):
        for _ in range(3):
            await anext(watch)


async def test_a_watch_goes_on_at_another_member_and_misses_nothing(three: EtcdCluster) -> None:
    async with opened(three.address("amino")) as store:
        watch = store.watch("/w/")
        await put(store, "/w/1")
        await take(watch, 1)
        three.members[0].kill()
        for key in ("/w/2", "/w/3"):
            await put(store, key)
        assert [event.entry.key for event in await take(watch, 2)] == ["/w/2", "/w/3"]
        await asyncio.to_thread(three.restart, three.members[0])
        three.members[1].freeze()
        await put(store, "/w/4")
        assert [event.entry.key for event in await take(watch, 1)] == ["/w/4"]
        three.members[1].signal(signal.SIGCONT)


async def test_without_a_majority_nothing_is_written_and_all_is_well_again_by_itself(three: EtcdCluster) -> None:
    async with opened(three.address("amino"), patience=2.0) as store:
        await put(store, "/a", b"1")
        watch = store.watch("/a")
        for member in three.members[1:]:
            member.kill()
        doubtful = [asyncio.ensure_future(put(store, f"/b/{each}")) for each in range(5)]
        while not isinstance(await ended_within(5.0, doubtful[-1]), NotWritten):
            # The one before was taken by a leader that did not know yet that it was alone: nobody can tell what becomes of it.
            doubtful.append(asyncio.ensure_future(put(store, f"/b/{len(doubtful)}")))
        assert len(doubtful) < 8
        with pytest.raises(OmsUnavailable, match="has not answered for 2 s"):
            await store.get("/a")
        three.start(wait=False)
        async with asyncio.timeout(SECONDS):
            while True:
                try:
                    await put(store, "/a", b"3")
                    break
                except NotWritten:
                    continue
            outcomes = await asyncio.gather(*doubtful, return_exceptions=True)
        there = {entry.key for entry in (await store.range("/b/")).entries}
        # Of every transaction it is known by now whether it was done.
        assert there == {f"/b/{each}" for each, outcome in enumerate(outcomes) if isinstance(outcome, int)}
        assert all(isinstance(outcome, int | NotWritten) for outcome in outcomes)
        assert (await take(watch, 1))[-1].entry.value == b"3"


async def ended_within(seconds: float, work: asyncio.Future[int]) -> BaseException | None:
    """The error with which work has ended; None where it has not, or well."""
    done, _ = await asyncio.wait((work,), timeout=seconds)
    return work.exception() if done else None


async def test_what_a_transaction_has_read_is_known_also_when_its_answer_was_lost(one: EtcdCluster) -> None:
    async with opened(one.address("amino")) as store:
        await put(store, "/a", b"before")
        member = one.members[0]
        member.freeze()
        step = Transaction((Compare.present("/a"),), (Get("/a"), Put("/a", b"after")))
        committing = asyncio.ensure_future(store.commit(step))
        await asyncio.sleep(2.5)  # the first attempt has been given up: it waits in the socket of the member
        assert not committing.done()
        member.signal(signal.SIGCONT)
        async with asyncio.timeout(SECONDS):
            outcome = await committing
        assert outcome.succeeded
        assert [entry and entry.value for entry in outcome.entries] == [b"before"]
        entry = await store.get("/a")
        assert entry is not None
        assert (entry.value, entry.version, entry.modified) == (b"after", 2, outcome.revision)


class Network:
    """Loses transactions on their way to etcd, or their answers, or delivers them when they have been given up."""

    def __init__(self, store: EtcdStore, random: Random) -> None:
        self._members, self._random = store._members, random
        self._send = self._members.call
        self.late: list[asyncio.Task[object]] = []

    async def call(self, method: Any, request: Any) -> Any:
        chance = self._random.random() if method is TXN else 1.0
        if chance < 0.15:
            raise Failed(Verdict.UNKNOWN, "the request was lost")
        if chance < 0.3:
            self.late.append(asyncio.ensure_future(self._delivered_late(method, request)))
            raise Failed(Verdict.UNKNOWN, "the request is late")
        answer = await self._send(method, request)
        if chance < 0.45:
            raise Failed(Verdict.UNKNOWN, "the answer was lost")
        return answer

    async def _delivered_late(self, method: Any, request: Any) -> object:
        await asyncio.sleep(self._random.random() * 0.05)
        return await self._send(method, request)


async def test_each_transaction_is_done_once_or_reported_as_not_done_whatever_the_network_loses(
    one: EtcdCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = int(os.environ.get("AMINO_TEST_SEED") or randrange(10**9))
    print(f"seed {seed} (AMINO_TEST_SEED={seed} repeats it)")
    async with opened(one.address("amino")) as store:
        network = Network(store, Random(seed))
        monkeypatch.setattr(store._members, "call", network.call)

        async def append(client: int) -> None:
            """Writes 1, 2, 3 … under one key, and hears each time what was there before; both branches change something."""
            for number in range(1, 26):
                absent = Compare.absent(f"/n/{client}")
                then = (Get(f"/n/{client}"), Put(f"/n/{client}", b"1"))
                otherwise = (Get(f"/n/{client}"), Put(f"/n/{client}", str(number).encode()))
                outcome = await store.commit(Transaction((absent,), then, otherwise))
                assert outcome.succeeded is (number == 1)
                before = outcome.entries[0]
                assert (0 if before is None else int(before.value)) == number - 1
                assert (await store.commit(Transaction((Compare("/absent", Field.VERSION, Relation.EQUAL, 1),), then))).succeeded is False

        async with asyncio.timeout(2 * SECONDS):
            await asyncio.gather(*(append(client) for client in range(8)))
        await asyncio.gather(*network.late)
        for client in range(8):
            assert await number(store, f"/n/{client}") == (25, 25)


async def test_a_watch_that_was_compacted_while_its_member_was_away_says_so(one: EtcdCluster) -> None:
    async with opened(one.address("amino")) as store:
        watch = store.watch("/w/")
        await put(store, "/w/1")
        await take(watch, 1)
        one.members[0].kill()
        await asyncio.to_thread(one.restart, one.members[0])
        async with opened(one.address("amino")) as other:
            old = other.watch("/w/", 2)
            await take(old, 1)
            for each in range(10):
                await put(other, f"/w/{each}")
            one.members[0].post("kv/compaction", revision=str(await other.revision()), physical=True)
            with pytest.raises(RevisionCompacted) as caught:
                await asyncio.wait_for(anext(other.watch("/w/", 2)), SECONDS)
            assert caught.value.details["first_revision"] == await other.revision() + 1
            await put(other, "/w/last")
            with pytest.raises(StopAsyncIteration):
                failed = other.watch("/w/", 2)
                with pytest.raises(RevisionCompacted):
                    await asyncio.wait_for(anext(failed), SECONDS)
                await anext(failed)


async def test_a_burst_of_writes_does_not_overtake_a_watch_that_etcd_puts_in_place_later(one: EtcdCluster) -> None:
    store = await EtcdStore.open(one.address("amino"), history=10)
    try:
        await put(store, "/w")
        quiet = store.watch("/quiet/")
        for _ in range(100):
            await put(store, "/w")
        await put(store, "/quiet/a")
        assert [event.entry.key for event in await take(quiet, 1)] == ["/quiet/a"]
    finally:
        await store.close()


async def test_large_values_are_compacted_by_their_bytes_long_before_their_number(one: EtcdCluster) -> None:
    store = await EtcdStore.open(one.address("amino"), history_bytes=1 << 20, young_seconds=0.0)
    try:
        await put(store, "/w")
        async with store.snapshot() as old:
            assert (await old.get("/w")) is not None
            with pytest.raises(RevisionCompacted):
                for _ in range(200):
                    await put(store, "/large", bytes(100_000))
                    await old.get("/w")
        assert (await store.range("/w")).entries[0].key == "/w"
    finally:
        await store.close()


async def test_a_watch_that_nobody_has_any_more_ends(one: EtcdCluster) -> None:
    async with opened(one.address("amino")) as store:
        async with aclosing(store.watch("/a")) as watch:
            await put(store, "/a")
            await take(watch, 1)
        dropped = store.watch("/b")
        reading = [task for task in asyncio.all_tasks() if task.get_name() == "watch of /b"]
        del dropped
        await asyncio.wait(reading, timeout=SECONDS)
        assert [task.cancelled() for task in reading] == [True]


async def test_leases_outlive_a_member(three: EtcdCluster) -> None:
    async with opened(three.address("amino")) as store:
        lease = await store.grant(4.0)
        await put(store, "/l/a", b"", lease)
        (await asyncio.to_thread(lambda: three.leader)).kill()
        for _ in range(3):
            await store.keep_alive(lease)
        watch = store.watch("/l/")
        assert [event.kind for event in await asyncio.wait_for(anext(watch), SECONDS)] == [EventKind.DELETE]
        with pytest.raises(LeaseEnded):
            await store.keep_alive(lease)
