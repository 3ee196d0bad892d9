"""Fixtures that several unit tests share, and how properties are tested."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support.etcd import EtcdCluster
from tests.support.lane_peer import peer

__all__ = ["peer"]

# How long an example takes says how busy the machine is. The same examples each time: what fails here fails for everybody.
settings.register_profile("amino", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("amino")


@pytest.fixture(scope="module")
def etcd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EtcdCluster]:
    """An etcd of one member; tests that use it are skipped where there is none."""
    cluster = EtcdCluster(tmp_path_factory.mktemp("etcd")).start()
    yield cluster
    cluster.stop()
