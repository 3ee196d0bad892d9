"""Amino under measurement: `amino up` as a child process in a folder of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import psutil
from amino.testing import LocalCluster

OBJECTS = Path(__file__).resolve().parent / "objects"


class AminoHost:
    """`with AminoHost() as host:` — an OMS and a kernel in one process, answering at `host.address`."""

    def __init__(self, port: int | None = None, arguments: tuple[str, ...] = (), environment: Mapping[str, str] | None = None) -> None:
        self._cluster = LocalCluster()
        self._process = self._cluster.start_up(arguments=arguments, port=port, environment=environment)
        self.address = self._process.address

    def __enter__(self) -> AminoHost:
        try:
            self._cluster.wait_until_up()
        except RuntimeError:
            self._cluster.stop()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._cluster.__exit__(None, None, None)

    def processes(self) -> list[psutil.Process]:
        """The kernel with its OMS, and their children."""
        assert self._process.process is not None
        root = psutil.Process(self._process.process.pid)
        return [root, *root.children(recursive=True)]

    def resident_bytes(self) -> int:
        """Their resident memory."""
        return sum(process.memory_info().rss for process in self.processes())
