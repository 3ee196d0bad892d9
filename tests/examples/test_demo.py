"""The demo, whole: its exit status says whether all that its table tells was seen."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.examples.pages import ROOT


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_demo_ends_with_success() -> None:
    done = subprocess.run([sys.executable, "-m", "examples.demo"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=380)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all of it worked" in done.stdout
