"""Processes that the operating system gives too little: each says which limit it is, and what to set."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.processes import environment

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(120)]
FEW = 64


@pytest.mark.parametrize("command", ["kernel", "up", "oms"])
def test_few_open_files_are_refused_with_what_to_do(command: str, tmp_path: Path) -> None:
    order = [sys.executable, "-m", "amino", command, "--data-dir", str(tmp_path / "data"), "--port", "0"]
    # By a shell: a function of this process that ran in the child would run among gRPC's threads.
    shell = ["sh", "-c", f'ulimit -n {FEW}; exec "$@"', "sh", *order]
    ended = subprocess.run(shell, env=environment(), capture_output=True, text=True, timeout=100, check=False)
    said = ended.stdout + ended.stderr
    assert ended.returncode != 0
    assert "LIMIT_TOO_LOW" in said and f"only {FEW} files" in said and "ulimit -n" in said, said
    assert "Traceback" not in said, said
