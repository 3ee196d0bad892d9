"""A service that was deposed and does not know it yet: it acknowledges nothing, and prolongs no kernel's lease."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from amino_oms.main import assemble_oms
from amino_oms.oms import Oms
from amino_oms.service.kernel_connections import KernelConnections
from amino_oms.settings import OmsSettings
from amino_oms.storage import Storage
from amino_store.blobs.memory import MemoryBlobs
from amino_store.errors import StoreFailed
from amino_store.marks import MemoryMarks
from amino_store.memory.disk import MemoryDisk
from amino_store.memory.store import MemoryStore
from amino_store.recipes.owner import Owner, standing
from amino_store.recipes.ownership import claim
from amino_wire.pb import common_pb2, oms_pb2
from amino_wire.proof import ClusterSecret
from amino_wire.protocol import VERSION

from tests.unit.oms_world import TestClock

MARGIN = 1.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """A service that owns the store, and another process that has the store open."""

    oms: Oms
    clock: TestClock
    other: MemoryStore
    life: int

    async def depose(self) -> None:
        """The other process becomes the owner."""
        assert await claim(self.other, Owner("the successor"), await standing(self.other), depose=True) is not None

    async def end(self) -> oms_pb2.LeaveResponse:
        return await self.oms.leave(oms_pb2.LeaveRequest(kernel_id="k1", incarnation=self.life, end="killed by SIGKILL"))

    async def sign_of_life(self) -> oms_pb2.KeepAliveResponse:
        return await self.oms.keep_alive(oms_pb2.KeepAliveRequest(kernel_id="k1", incarnation=self.life))


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    async with AsyncExitStack() as stack:
        disk, clock = MemoryDisk(), TestClock()
        other = MemoryStore(disk)
        stack.push_async_callback(other.close)
        owned = await claim(MemoryStore(disk), Owner("the leader"), await standing(other), clock=clock.monotonic)
        assert owned is not None
        secret = ClusterSecret()
        storage = Storage(owned, MemoryBlobs(), None, MemoryMarks())
        settings = OmsSettings(Path("in memory"), lease=3.0, margin=MARGIN)
        oms = assemble_oms(storage, clock=clock, settings=settings, kernels=KernelConnections(secret), secret=secret)
        await oms.start()
        stack.push_async_callback(oms.close)
        life = (await oms.register_kernel(registration("k1"))).incarnation
        yield Cluster(oms, clock, other, life)


def registration(kernel_id: str, life: int = 0) -> oms_pb2.RegisterKernelRequest:
    endpoints = common_pb2.Endpoints(grpc="127.0.0.1:1")
    return oms_pb2.RegisterKernelRequest(kernel_id=kernel_id, endpoints=endpoints, wire_version=VERSION, incarnation=life)


async def test_a_leader_prolongs_leases(cluster: Cluster) -> None:
    for _ in range(5):
        cluster.clock.now += MARGIN
        assert (await cluster.sign_of_life()).known


async def test_a_deposed_leader_prolongs_no_lease_beyond_half_a_margin(cluster: Cluster) -> None:
    await cluster.sign_of_life()
    await cluster.depose()
    cluster.clock.now += MARGIN / 2 + 0.01
    with pytest.raises(StoreFailed, match="the successor"):
        await cluster.sign_of_life()
    assert isinstance(await cluster.oms.failed(), StoreFailed)


async def test_a_deposed_leader_registers_no_kernel_in_no_life(cluster: Cluster) -> None:
    await cluster.depose()
    for request in (registration("k2"), registration("k1"), registration("k1", cluster.life)):
        with pytest.raises(StoreFailed, match="the successor"):
            await cluster.oms.register_kernel(request)


async def test_a_leader_takes_the_report_of_an_end(cluster: Cluster) -> None:
    assert (await cluster.end()).ended
    assert not (await cluster.sign_of_life()).known


async def test_a_deposed_leader_takes_no_report_of_an_end(cluster: Cluster) -> None:
    await cluster.depose()
    with pytest.raises(StoreFailed, match="the successor"):
        await cluster.end()
