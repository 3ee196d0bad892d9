"""Programs that tests start, and that `make setup` has built."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

_TOOLS = Path(__file__).resolve().parents[2] / "tools"


@cache
def program(tool: str) -> Path:
    """The program of a file in `tools/`, built where there is none yet."""
    done = subprocess.run([sys.executable, str(_TOOLS / tool)], stdout=subprocess.PIPE, text=True, check=True)
    return Path(done.stdout.strip())


@cache
def cannot_run(tool: str) -> str:
    """Why that program cannot run here; empty: it can. Continuous integration has no excuse."""
    if os.environ.get("CI") == "true":
        return ""
    done = subprocess.run([sys.executable, str(_TOOLS / tool)], capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode else ""
