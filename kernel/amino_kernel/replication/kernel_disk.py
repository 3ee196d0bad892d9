"""The disk of a kernel's replication log, and the threads that wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from amino_kernel.replication.log_folder import DiskFolder, LogFolder

T = TypeVar("T")
_BESIDE = 2
"""Threads for snapshots. The log has one of its own: calls of all durable groups wait for that."""


class KernelDisk:
    """See `amino_kernel.replication.kernel_log.Disk`.

    Arguments:
        path: of the folder.

    Raises:
        ConfigInvalid: another process has it.
    """

    def __init__(self, path: Path) -> None:
        self._folder = DiskFolder(path)
        self._log = ThreadPoolExecutor(1, "amino-log")
        self._beside = ThreadPoolExecutor(_BESIDE, "amino-snapshot")

    @property
    def folder(self) -> LogFolder:
        """See `Disk`."""
        return self._folder

    async def run(self, work: Callable[[], T]) -> T:
        """See `Disk`."""
        return await asyncio.get_running_loop().run_in_executor(self._log, work)

    async def run_beside(self, work: Callable[[], T]) -> T:
        """See `Disk`."""
        return await asyncio.get_running_loop().run_in_executor(self._beside, work)

    def close(self) -> None:
        """See `Disk`."""
        for threads in (self._log, self._beside):
            threads.shutdown(wait=True, cancel_futures=True)
        self._folder.close()
