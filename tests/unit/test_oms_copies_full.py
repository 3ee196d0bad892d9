"""Copies where etcd's database is full: a backup is written all the same, and a copy that has no room says so, and goes on afterwards."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from amino_oms.copies.backup import backup
from amino_oms.copies.migration import migrate, settings_of
from amino_oms.registry import keys
from amino_oms.settings import OmsSettings
from amino_store.errors import StoreFull
from amino_store.transaction import Put, Transaction
from amino_wire.errors import DiskFull

from tests.support.etcd import EtcdCluster, can_run
from tests.unit.copies_world import RealPlace, fill_randomly

pytestmark = pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}")
QUOTA = 16 * 1024 * 1024


async def test_a_full_etcd_gives_a_backup_and_takes_none(tmp_path: Path) -> None:
    cluster = EtcdCluster(tmp_path / "etcd", options=("--quota-backend-bytes", str(QUOTA), "--unsafe-no-fsync")).start()
    try:
        full = RealPlace(settings_of(f"{cluster.url}/full"))
        async with full.opened() as storage:
            await fill_randomly(storage, Random(1))
            with pytest.raises(StoreFull):
                for number in range(40):
                    await storage.store.commit(Transaction(then=(Put(f"{keys.OBJECTS}{number}", bytes(1024 * 1024 - 100)),)))
        file = tmp_path / "backup"
        made = await backup(full.settings, file, created="now", note=print)
        assert made.sum.entries > 10
        empty = RealPlace(settings_of(f"{cluster.url}/empty"))
        with pytest.raises(DiskFull, match="etcdctl alarm disarm"):
            await empty.restore(file)
        other = RealPlace(OmsSettings(tmp_path / "folder"))
        await other.restore(file)
        with pytest.raises(DiskFull, match="etcdctl alarm disarm"):
            await migrate(other.settings, empty.settings, kernels_ended=False, note=print)
    finally:
        cluster.stop()
