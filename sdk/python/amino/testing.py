"""A cluster of real processes on this machine, for tests, demos and benchmarks.

with LocalCluster() as cluster:
    cluster.start_oms()
    kernel = cluster.start_kernel("north", labels={"region": "north"})
    cluster.wait_until_up()
    with amino.connect(kernel.address) as client: …
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import grpc

START_SECONDS = 120.0
STOP_SECONDS = 15.0
POLL_SECONDS = 0.02
FIRST_PORT, LAST_PORT = 20_000, 32_000
RECONNECT = (("grpc.max_reconnect_backoff_ms", 200), ("grpc.initial_reconnect_backoff_ms", 50))


def free_port() -> int:
    """A TCP port on loopback that was free a moment ago, and that no program is given which asks for any.

    Raises:
        OSError: none of a hundred is free.
    """
    for _ in range(100):
        # Below the ports that Linux gives to sockets that ask for port 0: they would take it while its owner is being started again.
        port = FIRST_PORT + secrets.randbelow(LAST_PORT - FIRST_PORT)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError(f"no port between {FIRST_PORT} and {LAST_PORT} is free")


@dataclass
class LocalProcess:
    """One process of a cluster: an OMS, a kernel, or both (`amino up`).

    It can be killed and started again with the same address and data, as a crash and a restart would do.
    """

    name: str
    address: str
    arguments: tuple[str, ...]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the process; `LocalCluster.wait_until_up` waits for it."""
        command = [sys.executable, "-m", "amino", *self.arguments]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, **self.environment},
            )

    @property
    def running(self) -> bool:
        """Whether the process has been started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """Ends the process and its children at once, as a power cut would (SIGKILL)."""
        self._signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def stop(self) -> None:
        """Asks the process to end, and kills it when it does not within 15 s."""
        self._signal(signal.SIGTERM)
        if self.process is None:
            return
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def log_text(self, last: int = 4000) -> str:
        """The end of what the process printed, at most `last` characters."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-last:] if self.log.exists() else ""

    def _signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return


class LocalCluster:
    """Processes in a folder of their own; all are ended and the folder is removed at the end of the `with` block.

    Args:
        folder: where data and logs go; a temporary one when absent. It is kept when the block ends with an exception.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="amino-cluster-"))
        self._temporary = folder is None
        self.processes: dict[str, LocalProcess] = {}
        self._oms: list[str] = []

    def __enter__(self) -> LocalCluster:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
        if self._temporary and error is None:
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def address(self) -> str:
        """Where clients find the kernel that was started first. Raises LookupError where none was."""
        for process in self.processes.values():
            if process.name not in self._oms:
                return process.address
        raise LookupError("no kernel of this cluster was started: call start_kernel or start_up")

    @property
    def oms_address(self) -> str:
        """Where the OMS answers; of several all addresses, with commas. Raises LookupError before `start_oms`."""
        if not self._oms:
            raise LookupError("no OMS of this cluster was started: call start_oms")
        return ",".join(self.processes[name].address for name in self._oms)

    def start_oms(self, arguments: Sequence[str] = (), name: str = "oms") -> LocalProcess:
        """Starts the object management service on a free port.

        Args:
            arguments: further ones of `amino oms`. With a store in etcd, several can be started; one of them leads.
            name: of the process.
        """
        port = free_port()
        self._oms.append(name)
        return self._start(name, f"127.0.0.1:{port}", ["oms", "--port", str(port), *arguments])

    def start_kernel(
        self,
        name: str,
        labels: Mapping[str, str] | None = None,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> LocalProcess:
        """Starts a kernel on a free port; `arguments` are further ones of `amino kernel`."""
        port = free_port()
        options = [part for key, value in (labels or {}).items() for part in ("--label", f"{key}={value}")]
        command = ["kernel", "--port", str(port), "--oms", self.oms_address, *options, *arguments]
        return self._start(name, f"127.0.0.1:{port}", command, environment)

    def start_up(
        self,
        name: str = "up",
        arguments: Sequence[str] = (),
        port: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> LocalProcess:
        """Starts an OMS and a kernel in one process (`amino up`)."""
        number = port or free_port()
        return self._start(
            name, f"127.0.0.1:{number}", ["up", "--port", str(number), "--oms-port", str(free_port()), *arguments], environment
        )

    def wait_until_up(self, patience: float = START_SECONDS) -> None:
        """Waits until every running process serves: an OMS answers, a kernel has joined its OMS, so that objects can be made there.

        Of several OMS all but one refuse requests; they have only to listen.

        Raises:
            RuntimeError: with the end of its log, for a process that ended or does not answer within `patience` seconds.
        """
        end = time.monotonic() + patience
        for process in self.processes.values():
            if process.process is not None:
                _wait_for(process, end, serves=process.name not in self._oms or len(self._oms) == 1)

    def stop(self) -> None:
        """Ends all processes, kernels first."""
        for process in reversed(list(self.processes.values())):
            process.stop()

    def _start(self, name: str, address: str, arguments: list[str], environment: Mapping[str, str] | None = None) -> LocalProcess:
        command = (*arguments, "--data-dir", str(self.folder / name))
        process = LocalProcess(name, address, command, self.folder / f"{name}.log", environment or {})
        self.processes[name] = process
        process.start()
        return process


def _wait_for(process: LocalProcess, end: float, *, serves: bool) -> None:
    from grpc_health.v1 import health_pb2, health_pb2_grpc  # the kernel's, as the process is

    with grpc.insecure_channel(process.address, RECONNECT) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        while time.monotonic() < end and process.running:
            try:
                answer = health.Check(health_pb2.HealthCheckRequest(), timeout=1)
                if answer.status == health_pb2.HealthCheckResponse.SERVING or not serves:
                    return
            except grpc.RpcError:
                pass  # it does not listen yet
            time.sleep(POLL_SECONDS)
    state = "did not serve in time" if process.running else "ended"
    raise RuntimeError(f"{process.name} at {process.address} {state}; its log ends with:\n{process.log_text()}")
