"""An etcd, and several OMS over it, for the tests that want them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.cluster.several import Several
from tests.support.etcd import EtcdCluster


@pytest.fixture
def etcd(tmp_path: Path) -> Iterator[EtcdCluster]:
    """One member."""
    cluster = EtcdCluster(tmp_path / "etcd").start()
    yield cluster
    cluster.stop()


@pytest.fixture
async def several(tmp_path: Path, etcd: EtcdCluster) -> AsyncIterator[Several]:
    """An OMS that leads and an OMS that stands by."""
    made = Several(tmp_path, etcd)
    try:
        await made.start()
        yield made
    finally:
        await made.stop()
