"""The disk of a kernel's replication log, and the threads that wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from amino_kernel.replication.log_folder import DiskFolder, LogFolder

T = TypeVar("T")
_THREADS = 2
"""One for the log, and one for a snapshot beside it."""


class KernelDisk:
    """See `amino_kernel.replication.kernel_log.Disk`.

    Arguments:
        path: of the folder.

    Raises:
        ConfigInvalid: another process has it.
    """

    def __init__(self, path: Path) -> None:
        self._folder = DiskFolder(path)
        self._threads = ThreadPoolExecutor(_THREADS, "amino-log")

    @property
    def folder(self) -> LogFolder:
        """See `Disk`."""
        return self._folder

    async def run(self, work: Callable[[], T]) -> T:
        """See `Disk`."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """See `Disk`."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._folder.close()
