"""What every backend of `amino_store.store.Store` must do: a backend's test inherits `StoreContract`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from amino_store.errors import RevisionCompacted, TransactionTooLarge
from amino_store.store import PAGE_LIMIT, Store
from amino_store.transaction import Compare, Delete, Event, EventKind, Field, Get, Put, Relation, Transaction

from tests.unit.store_lease_contract import DEADLINE, LeaseContract, delete, put, take
from tests.unit.store_lease_contract import Advance as Advance
from tests.unit.store_snapshot_contract import SnapshotContract


class StoreContract(LeaseContract, SnapshotContract):
    """Give the fixtures `store` (an empty store), `history` (revisions it keeps) and `advance` (lets seconds pass for its leases)."""

    async def test_a_key_that_is_absent_reads_as_nothing(self, store: Store) -> None:
        assert await store.get("/a") is None
        assert await store.count("/") == 0
        assert (await store.range("/")).entries == ()

    async def test_a_put_is_read_back_with_its_revisions(self, store: Store) -> None:
        first = await put(store, "/a", b"1")
        second = await put(store, "/a", b"2")
        entry = await store.get("/a")
        assert entry is not None
        assert (entry.value, entry.created, entry.modified, entry.version, entry.lease) == (b"2", first, second, 2, 0)
        assert second == first + 1 == await store.revision()

    async def test_reads_that_come_together_each_get_their_own_entry(self, store: Store) -> None:
        keys = [f"/many/{number}" for number in range(150)]
        await asyncio.gather(*(put(store, key, key.encode()) for key in keys))
        asked = [*keys, "/absent", *keys[:10]]
        entries = await asyncio.gather(*map(store.get, asked))
        assert [None if entry is None else (entry.key, entry.value) for entry in entries] == [
            None if key == "/absent" else (key, key.encode()) for key in asked
        ]

    async def test_a_deleted_key_starts_anew(self, store: Store) -> None:
        await put(store, "/a", b"1")
        await delete(store, "/a")
        assert await store.get("/a") is None
        again = await put(store, "/a", b"2")
        entry = await store.get("/a")
        assert entry is not None
        assert (entry.created, entry.version) == (again, 1)

    async def test_deleting_nothing_changes_nothing(self, store: Store) -> None:
        watch = store.watch("/")
        await put(store, "/a")
        await delete(store, "/b")
        await put(store, "/c")
        assert [event.entry.key for event in await take(watch, 2)] == ["/a", "/c"]

    @pytest.mark.parametrize(
        ("compare", "expected"),
        [
            (Compare.absent("/a"), False),
            (Compare.absent("/b"), True),
            (Compare.present("/a"), True),
            (Compare.present("/b"), False),
            (Compare("/a", Field.VALUE, Relation.EQUAL, b"2"), True),
            (Compare("/a", Field.VALUE, Relation.NOT_EQUAL, b"2"), False),
            (Compare("/a", Field.VALUE, Relation.GREATER, b"1"), True),
            (Compare("/a", Field.VERSION, Relation.EQUAL, 2), True),
            (Compare("/a", Field.VERSION, Relation.LESS, 2), False),
            *((Compare("/b", Field.VALUE, relation, b""), False) for relation in Relation),
            (Compare("/b", Field.CREATED, Relation.EQUAL, 0), True),
            (Compare("/a", Field.LEASE, Relation.EQUAL, 0), True),
        ],
    )
    async def test_comparisons(self, store: Store, compare: Compare, expected: bool) -> None:
        await put(store, "/a", b"1")
        await put(store, "/a", b"2")
        outcome = await store.commit(Transaction(compares=(compare,), then=(Put("/yes", b""),), otherwise=(Put("/no", b""),)))
        assert outcome.succeeded is expected
        assert (await store.get("/yes") is not None) is expected
        assert (await store.get("/no") is None) is expected

    async def test_comparisons_of_revisions(self, store: Store) -> None:
        first, second = await put(store, "/a"), await put(store, "/a")
        fields = ((Field.CREATED, first), (Field.MODIFIED, second))
        compares = [Compare("/a", field, Relation.EQUAL, revision) for field, revision in fields]
        compares += [Compare("/a", field, Relation.LESS, revision + 1) for field, revision in fields]
        assert (await store.commit(Transaction(tuple(compares)))).succeeded
        assert not (await store.commit(Transaction((Compare("/a", Field.CREATED, Relation.GREATER, first),)))).succeeded

    async def test_a_transaction_beyond_the_limits_is_refused_and_one_at_the_limit_is_done(self, store: Store) -> None:
        limits = store.limits
        if limits.operations is not None:
            most = [Put(f"/n/{number}", b"") for number in range(limits.operations)]
            with pytest.raises(TransactionTooLarge, match="nothing of it was done"):
                await store.commit(Transaction(then=(*most, Put("/n/more", b""))))
            assert await store.count("/n/") == 0
            await store.commit(Transaction(then=tuple(most)))
            assert await store.count("/n/") == limits.operations
        if limits.value_bytes is not None:
            await put(store, "/large", bytes(limits.value_bytes))
            with pytest.raises(TransactionTooLarge, match="/larger"):
                await put(store, "/larger", bytes(limits.value_bytes + 1))
        if limits.request_bytes is not None:
            half = bytes(limits.request_bytes // 2)
            with pytest.raises(TransactionTooLarge, match="nothing was done"):
                await store.commit(Transaction(then=(Put("/half", half), Put("/other", half))))
            assert await store.get("/half") is None

    async def test_a_transaction_is_all_or_nothing_and_reads_what_was_before(self, store: Store) -> None:
        await put(store, "/a", b"1")
        outcome = await store.commit(
            Transaction(
                compares=(Compare.present("/a"), Compare.present("/missing")),
                then=(Put("/a", b"wrong"),),
                otherwise=(Get("/a"), Get("/missing"), Put("/a", b"2"), Put("/b", b"3")),
            )
        )
        assert not outcome.succeeded
        assert [entry and entry.value for entry in outcome.entries] == [b"1", None]
        after = [await store.get(key) for key in ("/a", "/b")]
        assert [entry and (entry.value, entry.modified) for entry in after] == [(b"2", outcome.revision), (b"3", outcome.revision)]

    async def test_a_key_written_twice_in_one_branch_is_refused(self, store: Store) -> None:
        with pytest.raises(ValueError, match="/a"):
            await store.commit(Transaction(then=(Put("/a", b""), Delete("/a"))))

    async def test_one_of_many_concurrent_swaps_wins(self, store: Store) -> None:
        swaps = (
            store.commit(Transaction(compares=(Compare.absent("/winner"),), then=(Put("/winner", str(number).encode()),)))
            for number in range(200)
        )
        outcomes = await asyncio.gather(*swaps)
        winners = [str(number).encode() for number, outcome in enumerate(outcomes) if outcome.succeeded]
        entry = await store.get("/winner")
        assert entry is not None
        assert winners == [entry.value]

    async def test_concurrent_increments_are_all_there(self, store: Store) -> None:
        async def increment() -> None:
            while True:
                entry = await store.get("/n")
                number, version = (0, 0) if entry is None else (int(entry.value), entry.version)
                step = Transaction(compares=(Compare.version("/n", version),), then=(Put("/n", str(number + 1).encode()),))
                if (await store.commit(step)).succeeded:
                    return

        await asyncio.gather(*(increment() for _ in range(40)))
        entry = await store.get("/n")
        assert entry is not None
        assert (entry.value, entry.version) == (b"40", 40)

    async def test_a_change_that_is_not_durable_is_seen_and_ordered(self, store: Store) -> None:
        outcome = await store.commit(Transaction(then=(Put("/a", b"1"),), durable=False))
        entry = await store.get("/a")
        assert entry is not None
        assert entry.modified == outcome.revision < await put(store, "/b")

    async def test_ranges_are_ordered_paged_and_bounded(self, store: Store) -> None:
        keys = [f"/r/{number:05d}" for number in range(PAGE_LIMIT + 50)]
        await asyncio.gather(*(put(store, key) for key in [*reversed(keys), "/q", "/s", "/r", "/r0"]))
        page = await store.range("/r/", limit=10 * PAGE_LIMIT)
        assert [entry.key for entry in page.entries] == keys[:PAGE_LIMIT]
        assert page.more
        rest = await store.range("/r/", after=page.entries[-1].key)
        assert [entry.key for entry in rest.entries] == keys[PAGE_LIMIT:]
        assert not rest.more
        assert rest.revision == await store.revision()
        assert await store.count("/r/") == len(keys)

    async def test_keys_and_values_are_any_text_and_any_bytes(self, store: Store) -> None:
        keys = ["/ü", "/日本", "/😀", "/a b%_*?", "/\u00ff", "/a'\";--"]
        for key in keys:
            await put(store, key, bytes(range(256)))
        page = await store.range("/")
        assert [entry.key for entry in page.entries] == sorted(keys, key=str.encode)
        assert all(entry.value == bytes(range(256)) for entry in page.entries)

    async def test_a_watch_gives_each_change_once_in_order(self, store: Store) -> None:
        await put(store, "/w/old")
        watch = store.watch("/w/")
        revisions = [await put(store, "/w/a", b"1"), await put(store, "/w/a", b"2")]
        await put(store, "/other")
        revisions += [await delete(store, "/w/a"), await put(store, "/w/b", b"3")]
        events = await take(watch, 4)
        assert [event.revision for event in events] == revisions
        assert [(event.kind, event.entry.key, event.entry.value) for event in events] == [
            (EventKind.PUT, "/w/a", b"1"),
            (EventKind.PUT, "/w/a", b"2"),
            (EventKind.DELETE, "/w/a", b"2"),
            (EventKind.PUT, "/w/b", b"3"),
        ]

    async def test_a_watch_from_a_revision_begins_in_the_past(self, store: Store) -> None:
        first = await put(store, "/w/a", b"1")
        await put(store, "/w/b", b"2")
        watch = store.watch("/w/", first + 1)
        third = await put(store, "/w/c", b"3")
        assert [(event.entry.key, event.revision) for event in await take(watch, 2)] == [("/w/b", first + 1), ("/w/c", third)]

    async def test_a_watch_from_a_revision_to_come_waits_for_it(self, store: Store) -> None:
        revision = await put(store, "/w/a")
        watch = store.watch("/w/", revision + 3)
        for key in ("/w/b", "/w/c", "/w/d"):
            await put(store, key)
        assert [event.entry.key for event in await take(watch, 1)] == ["/w/d"]

    async def test_a_watch_never_splits_a_transaction(self, store: Store) -> None:
        watch = store.watch("/w/")
        count = 1200
        await store.commit(Transaction(then=tuple(Put(f"/w/{number}", b"") for number in range(count))))
        await put(store, "/w/last")
        batch = await asyncio.wait_for(anext(watch), DEADLINE)
        assert len([event for event in batch if event.revision == batch[0].revision]) == count

    async def test_a_slow_watcher_holds_up_nobody_and_misses_nothing(self, store: Store) -> None:
        slow = store.watch("/w/")
        for number in range(20):
            await asyncio.gather(*(put(store, f"/w/{number}/{part}") for part in range(100)))
        events = await take(slow, 2000)
        assert [event.revision for event in events] == sorted(event.revision for event in events)
        assert len({event.entry.key for event in events}) == 2000

    @staticmethod
    async def _until(revision: int, watch: AsyncIterator[tuple[Event, ...]]) -> list[Event]:
        """The events until a revision."""
        found: list[Event] = []
        async with asyncio.timeout(DEADLINE):
            while not found or found[-1].revision < revision:
                found.extend(await anext(watch))
        return found

    @pytest.mark.parametrize("history", [100])
    async def test_a_compacted_revision_is_a_clear_error(self, store: Store, history: int) -> None:
        first = oldest = last = await put(store, "/w/a")
        idle = store.watch("/quiet/")
        for number in range(3 * history):
            last = await put(store, f"/w/{number % 7}")
        found: list[Event] = []
        deadline = time.monotonic() + DEADLINE
        while first == oldest or not found:
            assert time.monotonic() < deadline, "nothing has been compacted"
            try:
                # A backend may compact what has been written only after some seconds.
                found = await self._until(last, store.watch("/w/", oldest))
            except RevisionCompacted as error:
                assert oldest < error.details["first_revision"] <= await store.revision()
                oldest, found = error.details["first_revision"], []
        assert first < oldest <= found[0].revision
        await put(store, "/quiet/a")
        assert [event.entry.key for event in await take(idle, 1)] == ["/quiet/a"]
