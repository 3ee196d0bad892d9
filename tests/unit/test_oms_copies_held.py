"""A backup beside a service that goes on: what the backup names stays until it has ended, however much is changed meanwhile."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

import pytest
from amino_oms.copies.backup import backup
from amino_oms.copies.contents import content_beside
from amino_oms.copies.migration import settings_of
from amino_oms.registry.durable_values import DurableValues
from amino_oms.settings import OmsSettings
from amino_store.errors import RevisionCompacted
from amino_store.etcd.address import EtcdAddress
from amino_store.etcd.holds import MOST_HISTORIES, holding, is_held
from amino_store.etcd.store import EtcdStore
from amino_store.transaction import Put, Transaction
from amino_wire.errors import ConfigInvalid

from tests.support import s3
from tests.support.etcd import EtcdCluster, can_run
from tests.unit.copies_world import RealPlace
from tests.unit.test_blobs import value_put

pytestmark = [
    pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}"),
    pytest.mark.skipif(bool(s3.can_run()), reason=f"there is no server of buckets: {s3.can_run()}"),
]
SIZE = 3_000_000


@pytest.fixture
def url(etcd: EtcdCluster) -> str:
    return f"{etcd.url}/{uuid.uuid4().hex}"


async def test_a_backup_reads_large_states_that_are_saved_again_meanwhile(url: str, tmp_path: Path) -> None:
    with s3.serving(tmp_path) as server:
        place = RealPlace(OmsSettings(tmp_path / "oms", store=url, blobs=server.url()))
        async with place.opened() as storage:
            assert storage.values is not None
            values = DurableValues(storage.store, storage.values)
            assert (await values.put(value_put(b"1" * SIZE, -1))).stored
            async with content_beside(place.settings) as content:
                assert (await values.put(value_put(b"2" * SIZE, -1))).stored
                await values.tidy()
                assert [record.value for record in [each async for each in content.entries()] if record.value] == [b"1" * SIZE]
                assert len(await storage.values.digests()) == 2
            await values.tidy()
            assert len(await storage.values.digests()) == 1, "nothing stays behind the backup"
            # The whole command, while states are saved all the time.
            saving = asyncio.create_task(saved(values))
            notes = list[str]()
            made = await backup(place.settings, tmp_path / "backup", created="now", note=notes.append)
            assert (notes, made.sum.entries) == ([], 1)
            saving.cancel()
            await asyncio.gather(saving, return_exceptions=True)


async def saved(values: DurableValues) -> None:
    """Saves a large state again and again."""
    for number in range(1_000_000):
        await values.put(value_put(b"%d" % (number % 10) * SIZE, -1))


async def test_a_hold_keeps_history_and_falls_with_its_process(url: str) -> None:
    store = await EtcdStore.open(EtcdAddress.parse(url), history=20, young_seconds=0.0)
    try:
        async with holding(store), store.snapshot() as snapshot:
            for number in range(5 * 20):
                await put(store, number)
            assert [entry async for entry in snapshot.entries("/k/")] == []
            assert await is_held(store)
        assert not await is_held(store)
        async with holding(store), store.snapshot() as snapshot:
            with pytest.raises(RevisionCompacted):
                for number in range(100 * MOST_HISTORIES * 20):
                    await put(store, number)
                    _ = [entry async for entry in snapshot.entries("/k/")]
    finally:
        await store.close()


async def put(store: EtcdStore, number: int) -> None:
    """A change."""
    await store.commit(Transaction(then=(Put("/k/1", b"%d" % number),)))


async def test_a_backup_of_what_is_no_store_leaves_it_empty(url: str, tmp_path: Path) -> None:
    settings = settings_of(url)
    async with content_beside(settings) as content:
        assert [record async for record in content.entries()] == []
    async with RealPlace(settings).opened() as storage:
        assert not await is_held(storage.store)
    with pytest.raises(ConfigInvalid, match="there is no store in etcd"):
        await backup(settings_of(f"{url}/elsewhere"), tmp_path / "backup", created="now", note=print)
    assert not (tmp_path / "backup").exists()
