"""A short form of `cluster_histories`: one round on one machine, and one on hosts of which one is cut off."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.nemesis import FAULTS, OF_HOSTS
from tests.support.etcd import can_run
from tests.support.namespaces import can_make_networks

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}"),
]
ROOT = Path(__file__).resolve().parents[2]


def played(*words: str) -> str:
    """What a round prints; it has found nothing wrong."""
    seed = os.environ.get("AMINO_TEST_SEED") or str(random.randrange(10**9))
    command = [sys.executable, "-m", "tests.cluster.cluster_histories", "--minutes", "0", "--seed", seed, *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=280)
    print(done.stdout + done.stderr)
    assert done.returncode == 0, f"AMINO_TEST_SEED={seed} plays the same faults again"
    assert "0 wrong histories" in done.stdout
    return done.stdout


def count(text: str, kind: str) -> int:
    found = re.search(rf"{re.escape(kind)} (\d+)", text)
    return int(found[1]) if found is not None else 0


def test_histories_are_linearizable_while_members_of_etcd_oms_and_kernels_end_and_stand_still() -> None:
    text = played("--deeds", "6")
    assert [count(text, str(fault)) for fault in FAULTS] == [1] * len(FAULTS)
    assert min(count(text, kind) for kind in ("read ok", "write ok", "cas ok", "add ok", "txn ok")) > 20


@pytest.mark.skipif(bool(can_make_networks()), reason=f"no host can be cut off: {can_make_networks()}")
def test_histories_are_linearizable_while_hosts_are_cut_off() -> None:
    text = played("--hosts", "--deeds", "7")
    assert count(text, str(OF_HOSTS)) == 1
    assert count(text, "txn ok") > 20
