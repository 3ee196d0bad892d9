"""The store in etcd: the contract of all backends, held by a real etcd of one member and of three."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator

import pytest
from amino_store.etcd.store import EtcdStore
from amino_store.recipes.owner import Owner, standing
from amino_store.recipes.ownership import OwnedStore, claim
from amino_store.transaction import Put, Transaction

from tests.support.etcd import EtcdCluster, can_run
from tests.unit.store_contract import Advance, StoreContract, put

pytestmark = pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}")


@pytest.fixture(scope="module")
def one_member(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EtcdCluster]:
    cluster = EtcdCluster(tmp_path_factory.mktemp("etcd")).start()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def three_members(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EtcdCluster]:
    cluster = EtcdCluster(tmp_path_factory.mktemp("etcd"), 3).start()
    yield cluster
    cluster.stop()


class RealClock(Advance):
    """etcd's leases end by its own clock, so time is let pass."""

    async def __call__(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class EtcdContract(StoreContract):
    """The contract, each test under a prefix of its own."""

    @pytest.fixture
    def history(self) -> int:
        return 10_000_000  # compaction is that of the whole etcd

    @pytest.fixture
    async def store(self, cluster: EtcdCluster, history: int) -> AsyncIterator[EtcdStore]:
        store = await EtcdStore.open(cluster.address(uuid.uuid4().hex), history=history, young_seconds=1.0)
        yield store
        await store.close()

    @pytest.fixture
    def advance(self) -> RealClock:
        return RealClock()


class TestOneMember(EtcdContract):
    """As a machine of one's own has it."""

    @pytest.fixture
    def cluster(self, one_member: EtcdCluster) -> EtcdCluster:
        return one_member


class TestThreeMembers(EtcdContract):
    """As a cluster has it."""

    @pytest.fixture
    def cluster(self, three_members: EtcdCluster) -> EtcdCluster:
        return three_members


async def test_an_owner_that_was_deposed_shuts_out_nobody(one_member: EtcdCluster) -> None:
    address = one_member.address(uuid.uuid4().hex)
    clients = [await EtcdStore.open(address) for _ in range(3)]
    try:
        first = await OwnedStore.take(clients[0], Owner("first"))
        await put(clients[2], "/a")
        second = await claim(clients[1], Owner("second"), await standing(clients[1]), depose=True)
        assert second is not None
        # The first one begins late: its successor's slots stay as they are.
        await clients[0].forget_other_clients(first.fence)
        await put(second, "/b")
        assert (await clients[2].commit(Transaction(then=(Put("/a", b"again"),)))).succeeded
        await clients[1].forget_other_clients(second.fence)
        assert not (await clients[2].commit(Transaction(then=(Put("/a", b"too late"),)))).succeeded
        await put(second, "/b")
    finally:
        for client in clients:
            await client.close()
