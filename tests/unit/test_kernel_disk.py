"""The disk of a kernel's replication log: the log waits for no snapshot."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from amino_kernel.replication.kernel_disk import KernelDisk

pytestmark = pytest.mark.asyncio


async def test_large_snapshots_do_not_hold_up_the_log(tmp_path: Path) -> None:
    disk, over = KernelDisk(tmp_path / "log"), threading.Event()
    snapshots = [asyncio.ensure_future(disk.run_beside(over.wait)) for _ in range(5)]
    try:
        async with asyncio.timeout(20.0):
            assert await disk.run(lambda: "kept") == "kept"
        assert not any(each.done() for each in snapshots)
    finally:
        over.set()
    await asyncio.gather(*snapshots)
    disk.close()
