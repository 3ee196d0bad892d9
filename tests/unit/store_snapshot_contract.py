"""What every backend's snapshot must do; `StoreContract` inherits it."""

from __future__ import annotations

from amino_store.store import Store
from amino_store.transaction import Delete, Put, Transaction

KEYS = ("/a", "/a/1", "/a/2", "/a/ü", "/b/1", "/b/\U0001f600", "/b/\uffff")


async def put_all(store: Store, value: bytes, *keys: str) -> None:
    await store.commit(Transaction(then=tuple(Put(key, value) for key in keys)))


class SnapshotContract:
    """The part of the contract that reads one revision."""

    async def test_a_snapshot_shows_one_revision_while_the_store_goes_on(self, store: Store) -> None:
        await put_all(store, b"before", *KEYS)
        async with store.snapshot() as snapshot:
            revision = await store.revision()
            first = await anext(snapshot.entries("/"))
            await store.commit(Transaction(then=(Put("/a", b"after"), Put("/a/3", b"after"), Delete("/b/1"))))
            assert first.value == b"before"
            assert snapshot.revision == revision < await store.revision()
            found = [entry async for entry in snapshot.entries("/")]
            assert [entry.key for entry in found] == sorted(KEYS, key=str.encode)
            assert {(entry.value, entry.modified, entry.version) for entry in found} == {(b"before", revision, 1)}
            entry = await snapshot.get("/a")
            assert entry == found[0]
            assert await snapshot.get("/a/3") is None
        async with store.snapshot() as snapshot:
            assert await snapshot.get("/b/1") is None
            assert [entry.key async for entry in snapshot.entries("/a")] == ["/a", "/a/1", "/a/2", "/a/3", "/a/ü"]

    async def test_a_snapshot_is_read_from_any_key_on(self, store: Store) -> None:
        await put_all(store, b"", *KEYS)
        async with store.snapshot() as snapshot:
            assert [entry.key async for entry in snapshot.entries("/a/", after="/a/1")] == ["/a/2", "/a/ü"]
            assert [entry.key async for entry in snapshot.entries("/a/", after="/a")] == ["/a/1", "/a/2", "/a/ü"]
            assert [entry.key async for entry in snapshot.entries("/b/", after="/b/ü")] == ["/b/\uffff", "/b/\U0001f600"]
            assert [entry.key async for entry in snapshot.entries("/c")] == []

    async def test_a_snapshot_of_many_entries_is_read_to_its_end(self, store: Store) -> None:
        keys = [f"/n/{number:04d}" for number in range(300)]
        for first in range(0, len(keys), 50):
            await put_all(store, bytes(20_000), *keys[first : first + 50])
        async with store.snapshot() as snapshot:
            assert [entry.key async for entry in snapshot.entries("/n/")] == keys
