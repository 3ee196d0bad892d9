"""Two OMS over one etcd as processes, and clients that notice what a change of leader does to them."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
from amino.testing import free_port
from amino_wire.errors import AminoError, from_rpc_error
from amino_wire.pb import client_pb2, common_pb2, oms_pb2_grpc

from tests.cluster.client import Client, until
from tests.cluster.processes import NOT_SERVING, KernelProcess, OmsProcess
from tests.support.etcd import EtcdCluster


class Several:
    """Two OMS over one etcd, and a kernel that knows some of their addresses."""

    def __init__(self, folder: Path, etcd: EtcdCluster) -> None:
        self.folder = folder
        self.oms = [OmsProcess(name, folder, free_port()) for name in ("first", "second")]
        for oms in self.oms:
            oms.store = etcd.url
        self.kernels: list[KernelProcess] = []

    async def start(self) -> None:
        first, second = self.oms
        await first.start()
        await second.start(NOT_SERVING)

    async def kernel(self, name: str, *known: OmsProcess, **settings: Any) -> KernelProcess:
        kernel = KernelProcess(name, self.folder, ",".join(oms.address for oms in known or self.oms), settings)
        self.kernels.append(kernel)
        await kernel.start()
        return kernel

    async def stop(self) -> None:
        for oms in self.oms:
            if oms.process is not None and oms.process.returncode is None:
                oms.signal(signal.SIGCONT)
        await asyncio.gather(*(kernel.stop() for kernel in self.kernels))
        await asyncio.gather(*(oms.stop() for oms in self.oms))


async def refusal_of(oms: OmsProcess) -> AminoError | None:
    """The error with which an OMS answers; None: it leads."""
    async with grpc.aio.insecure_channel(oms.address) as channel:
        try:
            await oms_pb2_grpc.ObjectManagementServiceStub(channel).Kernels(client_pb2.KernelsRequest(), timeout=10)
        except grpc.aio.AioRpcError as error:
            return from_rpc_error(error)
        return None


class Caller:
    """Calls an object all the time, and keeps what went wrong."""

    def __init__(self, client: Client, target: str) -> None:
        self._client, self._target = client, target
        self.answers, self.errors, self.longest = 0, list[AminoError](), 0.0
        self._calling = asyncio.ensure_future(self._call())

    async def _call(self) -> None:
        while True:
            begun = time.monotonic()
            try:
                await self._client.call(self._target, "incr")
                self.answers += 1
            except AminoError as error:
                self.errors.append(error)
            self.longest = max(self.longest, time.monotonic() - begun)
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        self._calling.cancel()
        await asyncio.gather(self._calling, return_exceptions=True)


class Maker:
    """Makes objects one after the other, each request sent once, and keeps what was acknowledged."""

    def __init__(self, client: Client, class_id: str) -> None:
        self._client, self._class_id = client, class_id
        self.made, self.errors = list[str](), list[AminoError]()
        self._making = asyncio.ensure_future(self._make())

    async def _make(self) -> None:
        while True:
            try:
                self.made.append((await self._client.create(self._class_id)).id)
            except AminoError as error:
                self.errors.append(error)
                await asyncio.sleep(0.05)

    async def more(self, count: int) -> None:
        """Returns when so many more have been acknowledged."""
        wanted = len(self.made) + count

        async def enough() -> bool:
            return len(self.made) >= wanted

        await until(enough, every=0.01)

    async def stop(self) -> None:
        self._making.cancel()
        await asyncio.gather(self._making, return_exceptions=True)


async def records(client: Client) -> AsyncIterator[common_pb2.ObjectRecord]:
    token = ""
    while True:
        page = await client.ask("List", client_pb2.ListRequest(page_size=500, page_token=token))
        for record in page.objects:
            yield record
        token = page.next_page_token
        if not token:
            return
