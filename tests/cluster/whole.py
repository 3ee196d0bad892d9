"""A whole cluster: three members of etcd, two OMS and three kernels, on one machine or on hosts that can be cut off."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from amino.testing import free_port
from amino_wire.errors import AminoError
from amino_wire.pb import client_pb2

from tests.cluster.client import Client, until
from tests.cluster.processes import NOT_SERVING, SERVING, ChildProcess, KernelProcess, OmsProcess
from tests.cluster.runs import WITHOUT_JIT
from tests.cluster.several import refusal_of
from tests.support.etcd import EtcdCluster
from tests.support.hosts import LOCAL, Host, Network

KERNELS = ("north", "south", "west")
SETTLED = 120.0
"""Seconds in which all must be well again; standbys may wait 32 s after many changes of the leader."""


class Whole:
    """The processes. Made by `whole`.

    Attributes:
        etcd, oms, kernels: of which each kernel, and each member of etcd, has a host, and each OMS one of the first two.
        network: the hosts; None: all is on this machine.
    """

    def __init__(self, folder: Path, network: Network | None) -> None:
        self.network = network
        hosts: Sequence[Host] = [LOCAL] * len(KERNELS) if network is None else network.hosts
        self.etcd = EtcdCluster(folder / "etcd", hosts=hosts)
        self.oms = [OmsProcess(f"oms-{number}", folder, free_port(), host) for number, host in enumerate(hosts[:2], 1)]
        for oms in self.oms:
            oms.store = self.etcd.url
        known = ",".join(oms.address for oms in self.oms)
        self.kernels = [
            KernelProcess(name, folder, known, {"jvm_options": WITHOUT_JIT, "labels": {"name": name}}, host)
            for name, host in zip(KERNELS, hosts, strict=True)
        ]

    async def start(self) -> None:
        """Starts all."""
        await asyncio.to_thread(self.etcd.start)
        await self.oms[0].start()
        await self.oms[1].start(NOT_SERVING)
        await asyncio.gather(*(kernel.start() for kernel in self.kernels))

    async def leader(self) -> OmsProcess:
        """The OMS that leads, once one does."""

        async def found() -> OmsProcess | None:
            for oms in self.oms:
                if await _leads(oms):
                    return oms
            return None

        leader: OmsProcess = await until(found, SETTLED)
        return leader

    async def settle(self, client: Client) -> None:
        """Undoes all that was done to processes and hosts, and returns when all is well again, as a client sees it."""
        for host in () if self.network is None else self.network.hosts:
            self.network.heal(host)
        for member in self.etcd.members:
            if member.process is None:
                await asyncio.to_thread(self.etcd.restart, member)
            member.signal(signal.SIGCONT)
        for process in (*self.oms, *self.kernels):
            await revive(process)
        await self.leader()

        async def back() -> bool:
            try:
                answer: client_pb2.KernelsResponse = await client.ask("Kernels", client_pb2.KernelsRequest(), timeout=5)
            except AminoError:
                return False
            return sum(kernel.alive for kernel in answer.kernels) == len(self.kernels)

        await until(back, SETTLED)
        # An OMS that was deposed ends when it sees that, which may be now.
        for oms in self.oms:
            await revive(oms)

    async def stop(self) -> None:
        """Ends all."""
        await asyncio.gather(*(process.kill() for process in (*self.kernels, *self.oms)))
        self.etcd.stop()


async def revive(process: ChildProcess) -> None:
    """Lets a process go on, as its machine does, and starts it again where it has ended, as its supervisor does."""
    if process.process is not None and process.process.returncode is None:
        process.signal(signal.SIGCONT)
        return
    await process.start(SERVING, NOT_SERVING)


async def _leads(oms: OmsProcess) -> bool:
    if oms.process is None or oms.process.returncode is not None:
        return False
    return await refusal_of(oms) is None


@asynccontextmanager
async def whole(folder: Path, network: Network | None = None) -> AsyncGenerator[Whole]:
    """A cluster that serves, ended at the end of the block."""
    made = Whole(folder, network)
    try:
        await made.start()
        yield made
    finally:
        await made.stop()
