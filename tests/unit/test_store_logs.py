"""The log over the store: the contract of all logs, over each backend."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_dms.api import LogPage, ReplicatedLog
from amino_oms.registry.durable_logs import DurableLogs
from amino_oms.registry.durable_values import DurableValues
from amino_oms.registry.keys import DURABLE
from amino_store.memory.disk import MemoryDisk
from amino_store.memory.store import MemoryStore
from amino_store.sqlite.store import SqliteStore
from amino_store.store import Store
from amino_wire.pb import oms_pb2

from tests.support.etcd import EtcdCluster, can_run
from tests.unit.etcd_world import opened
from tests.unit.log_contract import LogContract

KEY = "object/Manager/log"


class OfStore:
    """See `ReplicatedLog`, without a kernel between."""

    def __init__(self, logs: DurableLogs) -> None:
        self._logs = logs

    async def append(self, entry: bytes, after: int) -> bool:
        return (await self._logs.append(oms_pb2.LogAppendRequest(key=KEY, after=after, entry=entry))).appended

    async def read(self, after: int, wait: float = 0.0) -> LogPage:
        answer = await self._logs.read(oms_pb2.LogReadRequest(key=KEY, after=after, wait_ms=round(wait * 1000)))
        return LogPage(tuple(answer.entries), answer.end, answer.floor)

    async def trim(self, through: int) -> None:
        await self._logs.trim(oms_pb2.LogTrimRequest(key=KEY, through=through))


class OverStore(LogContract):
    """With a fixture `store`."""

    @pytest.fixture
    def logs(self, store: Store) -> DurableLogs:
        return DurableLogs(store)

    @pytest.fixture
    def log(self, logs: DurableLogs) -> ReplicatedLog:
        return OfStore(logs)

    @pytest.fixture
    def other(self, logs: DurableLogs) -> ReplicatedLog:
        return OfStore(logs)

    async def test_it_ends_with_its_object(self, log: ReplicatedLog, store: Store) -> None:
        for number in range(5):
            await log.append(b"%d" % number, number)
        await log.trim(2)
        await DurableValues(store).delete("object/")
        assert await store.count(DURABLE) == 0
        assert await log.append(b"anew", 0)

    async def test_a_service_that_comes_after_goes_on(self, log: ReplicatedLog, store: Store) -> None:
        await log.append(b"one", 0)
        successor = OfStore(DurableLogs(store))
        assert not await successor.append(b"other", 0)
        assert await successor.append(b"two", 1)
        assert (await log.read(0)).entries == (b"one", b"two")


class TestMemory(OverStore):
    @pytest.fixture
    async def store(self) -> Store:
        return MemoryStore(MemoryDisk())


class TestSqlite(OverStore):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[SqliteStore]:
        store = await SqliteStore.open(tmp_path)
        yield store
        await store.close()


@pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}")
class TestEtcd(OverStore):
    @pytest.fixture
    async def store(self, etcd: EtcdCluster) -> AsyncIterator[Store]:
        async with opened(etcd.address(uuid.uuid4().hex)) as store:
            yield store
