"""Three hosts, played by processes: a member of etcd and a kernel on each, an OMS on two of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
from amino.testing import LocalCluster, LocalProcess
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.support.etcd import EtcdCluster, EtcdMember

NAMES = ("north", "south", "west")


class Hosts:
    """The processes. Made by `three_hosts`."""

    def __init__(self, etcd: EtcdCluster, cluster: LocalCluster) -> None:
        self.etcd, self._cluster = etcd, cluster
        self.oms: list[LocalProcess] = []
        self.kernels: dict[str, LocalProcess] = {}

    def start(self) -> None:
        """Starts all, etcd first, and returns when they serve."""
        self.etcd.start()
        self.oms = [self._cluster.start_oms(("--store", self.etcd.url), f"oms-{name}") for name in NAMES[:2]]
        self._cluster.wait_until_up()
        self.kernels = {name: self._cluster.start_kernel(name, {"host": name}) for name in NAMES}
        self._cluster.wait_until_up()

    @property
    def addresses(self) -> str:
        """What a client connects to: it goes to the next kernel when one is lost."""
        return ",".join(kernel.address for kernel in self.kernels.values())

    def host_of(self, member: EtcdMember) -> str:
        """The host of a member of etcd."""
        return NAMES[self.etcd.members.index(member)]

    async def leading_oms(self) -> LocalProcess:
        """The OMS that leads, once one does."""
        async with asyncio.timeout(30):
            while True:
                for oms in self.oms:
                    if oms.running and await asyncio.to_thread(_serves, oms.address):
                        return oms
                await asyncio.sleep(0.02)

    async def again(self, process: LocalProcess) -> None:
        """Starts a process that was killed, with its data, and returns when it serves."""
        process.start()
        await asyncio.to_thread(self._cluster.wait_until_up)


def _serves(address: str) -> bool:
    """Whether a service says that it is healthy, which of several OMS only the leader does."""
    with grpc.insecure_channel(address) as channel:
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=1)
        except grpc.RpcError:
            return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


@contextmanager
def three_hosts(folder: Path) -> Iterator[Hosts]:
    """The hosts, not started yet; all processes are ended at the end of the block."""
    etcd = EtcdCluster(folder / "etcd", len(NAMES))
    try:
        with LocalCluster() as cluster:
            yield Hosts(etcd, cluster)
    finally:
        etcd.stop()
