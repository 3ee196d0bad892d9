"""An etcd, and several OMS over it, for the tests that want them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.cluster.several import Several
from tests.support.etcd import EtcdCluster

LONGEST = (
    "test_large_states.py",
    "test_joint_bank.py",
    "test_dm_pairs.py",
    "test_cluster_histories.py",
    "test_end_reports.py",
    "test_crash.py",
    "test_sandbox.py",
    "test_artifacts_removed.py",
    "test_connection_memory.py",
    "test_migration.py",
    "test_guests_page.py",
    "test_copies.py",
    "test_guest_transactions.py",
    "test_bad_input.py",
    "test_published.py",
    "test_several_oms.py",
)
"""Modules that take a minute and more. They begin first, so that none of them runs by itself at the end."""
ROOMY = 12 << 30
"""Bytes of memory with which a third module runs beside two: each has up to 2.5 GB, and keeps two thirds of a core busy."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long modules first."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


def pytest_xdist_auto_num_workers() -> int:
    """How many modules run at a time."""
    return 3 if os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >= ROOMY else 2


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
