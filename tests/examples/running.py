"""A kernel for a file of tests, and the programs that call it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amino.testing import LocalCluster


@contextmanager
def running_up(*arguments: str) -> Iterator[str]:
    """`amino up` with further arguments, for as long as the block lasts; gives its address."""
    with LocalCluster() as cluster:
        kernel = cluster.start_up(arguments=arguments)
        cluster.wait_until_up()
        yield kernel.address


def run_client(command: list[str], address: str, folder: Path) -> str:
    """Runs a program of an SDK in a folder, which finds the kernel in its environment; answers what it printed."""
    environment = {**os.environ, "AMINO_TEST_ADDRESS": address, "AMINO_ADDRESS": address}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
