"""The commands of docs/operating.md, in their order: a backup beside the OMS, a restore, and a move when all has ended."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import amino
import pytest
from amino.testing import LocalCluster
from amino_wire.errors import ObjectRecovering

from tests.examples.pages import ROOT, commands
from tests.support.etcd import EtcdCluster, can_run
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.timeout(300), pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}")]
PAGE = "docs/operating.md"
ETCD = "etcd://127.0.0.1:2379"


@pytest.fixture
def etcd(tmp_path: Path) -> Iterator[EtcdCluster]:
    cluster = EtcdCluster(tmp_path / "etcd").start()
    yield cluster
    cluster.stop()


def run(command: str, folder: Path, url: str) -> str:
    """Runs a command of the page, with the address of an etcd that is there; answers what it prints."""
    words = [str(Path(sys.executable).with_name("amino")), *command.replace(ETCD, url).split()[1:]]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def counts(client: amino.BlockingClient) -> bool:
    """Whether the counter's managers have brought it back, as it was."""
    try:
        return bool(client.get("counter").incr(0) == 2)
    except ObjectRecovering:
        return False


def test_the_commands_work_one_after_the_other(tmp_path: Path, etcd: EtcdCluster) -> None:
    backup, restore, move = commands(PAGE)
    assert [each.split()[1] for each in (backup, restore, move)] == ["backup", "restore", "migrate-store"]
    (tmp_path / ".amino").mkdir()
    source = (ROOT / "examples/objects/counter.js").read_text()
    with LocalCluster(tmp_path / ".amino") as cluster:
        cluster.start_oms()
        kernel = cluster.start_kernel("north", arguments=["--languages", "js"])
        cluster.wait_until_up()
        with amino.connect(kernel.address) as client:
            counter = client.register({"counter.js": source}, "counter", deployment_managers="DurableSerializableRPC")
            assert counter.incr(1) == 1
            assert "1 artifacts" in run(backup, tmp_path, etcd.url)
            assert counter.incr(1) == 2
        assert "restored" in run(restore, tmp_path, etcd.url)
    assert "moved" in run(move, tmp_path, etcd.url)
    with LocalCluster(tmp_path / ".amino") as cluster:
        cluster.start_oms(["--store", etcd.url])
        # The kernel, and the folder of the OMS, have seen nothing that the new store lacks.
        kernel = cluster.start_kernel("north", arguments=["--languages", "js"])
        cluster.wait_until_up()
        with amino.connect(kernel.address) as client:
            wait_until(lambda: counts(client), "the counter is back")
            assert client.get("counter").incr(1) == 3
