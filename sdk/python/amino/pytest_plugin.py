"""Fixtures for tests of applications: a kernel of this machine, and a client of it. pytest finds them by itself (entry point `pytest11`).

def test_counts(amino_client):
    counter = amino_client.register("counter.js", "counter")
    assert counter.incr(5) == 5

`amino_up` in the settings of pytest: further arguments of `amino up`. With `--languages js,python` it starts sooner.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from amino.blocking import BlockingClient
    from amino.testing import LocalCluster

# Imported with every run of pytest in an environment that has this package: what the fixtures need is imported in them.


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offers the setting `amino_up`."""
    parser.addini("amino_up", "further arguments of `amino up` for the fixture amino_cluster", type="args", default=[])


@pytest.fixture(scope="session")
def amino_cluster(pytestconfig: pytest.Config) -> Iterator[LocalCluster]:
    """An OMS and a kernel for all tests of the session, in processes and a temporary folder of their own (`amino.testing.LocalCluster`).

    `amino_cluster.address` is where clients find the kernel. Its processes can be killed and started again, and kernels can be added.
    """
    from amino.testing import LocalCluster

    with LocalCluster() as cluster:
        cluster.start_up(arguments=pytestconfig.getini("amino_up"))
        cluster.wait_until_up()
        yield cluster


@pytest.fixture
def amino_client(amino_cluster: LocalCluster) -> Iterator[BlockingClient]:
    """A client of `amino_cluster`. Objects and kinds that came to be during the test are deleted after it."""
    import amino

    with amino.connect(amino_cluster.address) as client:
        before, kinds = set(_ids(client)), {kind.name for kind in client.kinds()}
        yield client
        for kind in client.kinds():
            if kind.name not in kinds:
                client.remove_kind(kind.name)
        for made in _ids(client):
            if made not in before:
                client.delete(made)


def _ids(client: BlockingClient) -> list[str]:
    return [each.id for nameless in (False, True) for each in client.list(nameless=nameless)]
