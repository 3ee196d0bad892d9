"""The processes of the demo: an OMS and kernels, started as a person would start them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

import grpc

COMMAND = [sys.executable, "-m", "amino"]


def free_port() -> int:
    """A TCP port on loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Cluster:
    """`with Cluster() as cluster:` — stops every process it started, whatever happens."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="amino-demo-"))
        self.oms = f"127.0.0.1:{free_port()}"
        self.kernels: dict[str, str] = {}
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for process in reversed(self._processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if error is None:
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            print(f"the logs are in {self.folder}")

    def start_oms(self) -> None:
        """Starts the object management service."""
        port = self.oms.rsplit(":", 1)[1]
        self._start("oms", ["oms", "--port", port, "--data-dir", str(self.folder / "oms")])
        self._wait(self.oms, "oms")

    def start_kernels(self, regions: list[str]) -> None:
        """Starts one kernel a region, all at once, each a host of its own."""
        for region in regions:
            port = free_port()
            self.kernels[region] = f"127.0.0.1:{port}"
            options = ["--port", str(port), "--oms", self.oms, "--data-dir", str(self.folder / region), "--label", f"region={region}"]
            options += ["--languages", "all", "--allow", "native", "--allow", "host"]
            self._start(region, ["kernel", *options])
        for region in regions:
            self._wait(self.kernels[region], region)

    def _start(self, name: str, arguments: list[str]) -> None:
        log = (self.folder / f"{name}.log").open("wb")
        with log:
            process = subprocess.Popen([*COMMAND, *arguments], stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        self._processes.append(process)

    def _wait(self, address: str, name: str, patience: float = 120.0) -> None:
        process = self._processes[-1]
        end = time.monotonic() + patience
        channel = grpc.insecure_channel(address)
        try:
            while time.monotonic() < end:
                try:
                    grpc.channel_ready_future(channel).result(timeout=0.5)
                    return
                except grpc.FutureTimeoutError:
                    if process.poll() is not None:
                        break
        finally:
            channel.close()
        raise RuntimeError(f"{name} did not come up at {address}:\n" + (self.folder / f"{name}.log").read_text()[-2000:])
