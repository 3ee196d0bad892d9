"""Amino under measurement: `amino up` as a child process in a folder of its own, with the benchmark's objects registered."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from types import TracebackType

from benchmarks.processes import Child, free_port

OBJECTS = Path(__file__).resolve().parent / "objects"


class AminoHost:
    """`with AminoHost() as host:` — an OMS and a kernel in one process, answering at `host.address`."""

    def __init__(self, port: int | None = None, arguments: tuple[str, ...] = ()) -> None:
        self.port = port or free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._folder = Path(tempfile.mkdtemp(prefix="amino-benchmark-"))
        self._arguments = arguments
        self.child: Child | None = None

    def __enter__(self) -> AminoHost:
        command = [sys.executable, "-m", "amino", "up", "--port", str(self.port), "--oms-port", str(free_port())]
        self.child = Child([*command, "--data-dir", str(self._folder), *self._arguments])
        self.child.wait_for("amino is up", 180)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.child is not None:
            self.child.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def resident_bytes(self) -> int:
        """Resident memory of the kernel and its children."""
        assert self.child is not None
        return self.child.resident_bytes()
