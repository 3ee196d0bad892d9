"""The example of three hosts, whole: what it kills for real costs waits and nothing else, and it says so."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.examples.pages import ROOT
from tests.support.etcd import can_run


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}")
def test_three_hosts_lose_something_each_and_no_call() -> None:
    command = [sys.executable, "-m", "examples.cluster"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=280, env={**os.environ, "COLUMNS": "200"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing was lost, and nothing was done twice" in done.stdout
    oms = r"killed: oms-(north; oms-south|south; oms-north) took over"
    for lost in (r"killed: etcd on \w+", oms, "killed: the kernel on west; (north|south) brought"):
        assert re.search(lost, done.stdout), (lost, done.stdout)
    calls = [int(count) for count in re.findall(r"(\d+) calls, no error, each done once", done.stdout)]
    assert len(calls) == 3
    assert min(calls) > 30
