"""Backups of a store in etcd, and moves to and from it: what only etcd does."""

from __future__ import annotations

import uuid
from pathlib import Path
from random import Random

import pytest
from amino_oms.copies.backup import backup
from amino_oms.copies.contents import content_beside, content_within, sum_of
from amino_oms.copies.migration import migrate, settings_of
from amino_oms.settings import OmsSettings
from amino_store.errors import RevisionCompacted, StoreInUse

from tests.support.etcd import EtcdCluster, can_run
from tests.unit.copies_world import RealPlace, fill_randomly

pytestmark = pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}")


@pytest.fixture
async def place(etcd: EtcdCluster) -> RealPlace:
    place = RealPlace(settings_of(f"{etcd.url}/{uuid.uuid4().hex}"))
    async with place.opened() as storage:
        await fill_randomly(storage, Random(5))
    return place


async def test_a_backup_begins_anew_when_its_revision_is_compacted(etcd: EtcdCluster, place: RealPlace, tmp_path: Path) -> None:
    member = etcd.members[0]
    notes: list[str] = []

    def compact() -> None:
        revision = int(member.post("kv/range", key="YQ==")["header"]["revision"])
        member.post("kv/put", key="YQ==", value="YQ==")
        member.post("kv/compaction", revision=str(revision + 1))

    async with content_beside(place.settings) as content:
        blobs = content.blobs()
        await anext(blobs)
        compact()
        with pytest.raises(RevisionCompacted, match="Begin anew"):
            await sum_of(content)
    made = await backup(place.settings, tmp_path / "backup", created="now", note=notes.append)
    assert made.sum.entries
    assert notes == []


async def test_a_service_that_works_on_either_store_keeps_a_move_out(etcd: EtcdCluster, place: RealPlace, tmp_path: Path) -> None:
    folder, empty = RealPlace(OmsSettings(tmp_path / "folder")), RealPlace(settings_of(f"{etcd.url}/{uuid.uuid4().hex}"))
    async with place.opened() as storage, content_within(storage, "") as content:
        with pytest.raises(StoreInUse, match="works on this store: process"):
            await migrate(place.settings, folder.settings, kernels_ended=True, note=print)
        # A backup does not ask who works there.
        await place.backup(tmp_path / "backup")
        total = await sum_of(content)
    assert (await folder.restore(tmp_path / "backup")).sum == total
    assert (await empty.restore(tmp_path / "backup")).sum == total
