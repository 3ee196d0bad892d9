"""A short form of `bank_histories`: one round on one machine, and one on hosts of which one is cut off."""

from __future__ import annotations

import pytest

from tests.cluster.nemesis import FAULTS, OF_HOSTS
from tests.cluster.rounds import count, played
from tests.support.etcd import can_run
from tests.support.namespaces import can_make_networks

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}"),
]
LIMIT = 340


def test_sums_are_right_while_members_of_etcd_oms_and_kernels_end_and_stand_still() -> None:
    text = played("tests.cluster.bank_histories", "--deeds", "6", limit=LIMIT)
    assert [count(text, str(fault)) for fault in FAULTS] == [1] * len(FAULTS)
    assert count(text, "all") >= 10
    assert count(text, "audits") >= 1


@pytest.mark.skipif(bool(can_make_networks()), reason=f"no host can be cut off: {can_make_networks()}")
def test_sums_are_right_while_hosts_are_cut_off() -> None:
    text = played("tests.cluster.bank_histories", "--hosts", "--deeds", "7", limit=LIMIT)
    assert count(text, str(OF_HOSTS)) == 1
    assert count(text, "all") >= 10
