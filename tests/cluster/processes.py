"""OMS and kernels as processes of their own, for tests."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
from amino.testing import free_port
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.support.hosts import LOCAL, Host

START_SECONDS = 60.0
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


class ChildProcess:
    """A process that can be killed and started again at the same address with the same data."""

    def __init__(self, name: str, folder: Path, port: int, host: Host = LOCAL) -> None:
        self.name = name
        self.folder = folder
        self.port = port
        self.host = host
        self.address = f"{host.ip}:{port}"
        self.log = folder / f"{name}.log"
        self.process: Process | None = None

    def command(self) -> tuple[list[str], str]:
        """Answers the command line and what goes to its standard input."""
        raise NotImplementedError

    async def start(self, *health: int) -> None:
        """Starts the process and waits until it is in such health, by default until it serves."""
        command, order = self.command()
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.host.prefix, *command, stdin=PIPE, stdout=log, stderr=log, env=environment()
            )
        assert self.process.stdin is not None
        self.process.stdin.write(order.encode())
        await self.health(*health)

    async def health(self, *wanted: int) -> None:
        """Waits until the process says that it is in such health; raises with the end of its log when it ends instead."""
        assert self.process is not None
        ended = asyncio.ensure_future(self.process.wait())
        seen = asyncio.ensure_future(self._see(wanted or (SERVING,)))
        try:
            await asyncio.wait({seen, ended}, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not seen.done():
                raise RuntimeError(f"{self.name} does not serve; its log ends with:\n{self.log_text()[-6000:]}{self.crash_text()}")
            seen.result()
        finally:
            ended.cancel()
            seen.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await seen

    async def _see(self, wanted: Collection[int]) -> None:
        while True:
            try:
                return await self._watch(wanted)
            except grpc.aio.AioRpcError as error:
                # The connection was to a process that has just ended at this address.
                if error.code() is not grpc.StatusCode.UNAVAILABLE:
                    raise

    async def _watch(self, wanted: Collection[int]) -> None:
        async with grpc.aio.insecure_channel(self.address, options=(("grpc.max_reconnect_backoff_ms", 200),)) as channel:
            await channel.channel_ready()
            watch: Any = health_pb2_grpc.HealthStub(channel).Watch
            async for answer in watch(health_pb2.HealthCheckRequest()):
                if answer.status in wanted:
                    return

    async def kill(self) -> None:
        """SIGKILL: what a power cut would do to this one process."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    async def wait(self, seconds: float = 60.0) -> int:
        assert self.process is not None
        return await asyncio.wait_for(self.process.wait(), seconds)

    def crash_text(self) -> str:
        """The beginnings of the reports of JVMs that crashed: which thread, and its stack."""
        reports = sorted((self.folder / self.name).glob("hs_err_*.log"))
        return "".join(f"\n{report.name}:\n{report.read_text(errors='replace')[:9000]}" for report in reports)

    def log_text(self) -> str:
        return self.log.read_text(errors="replace")

    async def _end(self, number: signal.Signals) -> None:
        if self.process is None or self.process.returncode is not None:
            return
        self.process.send_signal(number)
        try:
            await asyncio.wait_for(self.process.wait(), 20)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


class OmsProcess(ChildProcess):
    """`python -m amino_oms`, with short leases unless told otherwise (seconds)."""

    lease = 4
    store = "sqlite"
    more: tuple[str, ...] = ()
    """Further arguments."""

    def command(self) -> tuple[list[str], str]:
        arguments = ["--data-dir", str(self.folder / self.name), "--port", str(self.port), "--lease", str(self.lease), "--margin", "1"]
        arguments += ["--store", self.store, *self.more]
        if self.host is not LOCAL:
            arguments += ["--host", self.host.ip, "--insecure"]
        return [sys.executable, "-m", "amino_oms", *arguments], ""


class KernelProcess(ChildProcess):
    """`python -m amino_kernel`, by default without a supervisor so that it can be killed."""

    def __init__(self, name: str, folder: Path, oms: str, settings: Mapping[str, Any], host: Host = LOCAL) -> None:
        super().__init__(name, folder, free_port(), host)
        elsewhere = {} if host is LOCAL else {"host": host.ip, "insecure": True}
        self.settings = {"port": self.port, "oms": oms, "data_dir": str(folder / name), "supervise": False, **elsewhere, **settings}

    def command(self) -> tuple[list[str], str]:
        return [sys.executable, "-m", "amino_kernel"], json.dumps({"mode": "kernel", "settings": self.settings, "extra": {}}) + "\n"

    @property
    def kernel_id(self) -> str:
        return (self.folder / self.name / "kernel-id").read_text().strip()


class Cluster:
    """One OMS and some kernels in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.oms = OmsProcess("oms", folder, free_port())
        self.kernels: dict[str, KernelProcess] = {}

    async def start(self, *names: str, **settings: Any) -> None:
        await self.oms.start()
        await asyncio.gather(*(self.add(name, **settings) for name in names))

    async def add(self, name: str, **settings: Any) -> KernelProcess:
        kernel = KernelProcess(name, self.folder, self.oms.address, {"labels": {"name": name}, **settings})
        self.kernels[name] = kernel
        await kernel.start()
        return kernel

    async def stop(self) -> None:
        await asyncio.gather(*(kernel.stop() for kernel in self.kernels.values()))
        await self.oms.stop()


@asynccontextmanager
async def cluster(folder: Path, *names: str, **settings: Any) -> AsyncGenerator[Cluster]:
    """A cluster with kernels of these names, ended at the end of the block."""
    async with running(Cluster(folder), *names, **settings) as made:
        yield made


@asynccontextmanager
async def running(made: Cluster, *names: str, **settings: Any) -> AsyncGenerator[Cluster]:
    """Starts a cluster and kernels of these names, and ends them at the end of the block."""
    try:
        await made.start(*names, **settings)
        yield made
    finally:
        await made.stop()
