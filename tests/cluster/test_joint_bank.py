"""A short form of `bank_histories`: one round on one machine, and one on hosts of which one is cut off."""

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
    pytest.mark.alone,
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}"),
]
LIMIT, END_SECONDS = 340, 50
ROOT = Path(__file__).resolve().parents[2]


def played(*words: str) -> str:
    """What a round prints; it has found nothing wrong."""
    seed = os.environ.get("AMINO_TEST_SEED") or str(random.randrange(10**9))
    command = [sys.executable, "-m", "tests.cluster.bank_histories", "--minutes", "0", "--seed", seed, *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as program:
        try:
            text, _ = program.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            # Told so, it takes its processes and hosts along.
            program.terminate()
            text, _ = program.communicate(timeout=END_SECONDS)
    print(text)
    assert program.returncode == 0, f"AMINO_TEST_SEED={seed} plays the same faults again"
    return text


def count(text: str, kind: str) -> int:
    found = re.search(rf"{re.escape(kind)} (\d+)", text)
    return int(found[1]) if found is not None else 0


def test_sums_are_right_while_members_of_etcd_oms_and_kernels_end_and_stand_still() -> None:
    text = played("--deeds", "6")
    assert [count(text, str(fault)) for fault in FAULTS] == [1] * len(FAULTS)
    assert count(text, "all") >= 10
    assert count(text, "audits") >= 1


@pytest.mark.skipif(bool(can_make_networks()), reason=f"no host can be cut off: {can_make_networks()}")
def test_sums_are_right_while_hosts_are_cut_off() -> None:
    text = played("--hosts", "--deeds", "7")
    assert count(text, str(OF_HOSTS)) == 1
    assert count(text, "all") >= 10
