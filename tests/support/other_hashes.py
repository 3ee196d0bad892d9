"""What a program prints in processes in which sets have another order."""

from __future__ import annotations

import os
import subprocess
import sys


def printed_with_other_hashes(program: str, *arguments: str) -> set[str]:
    """All that a program of Python prints in two processes whose strings have other hashes. One text: nothing depends on them."""
    return {
        subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    }
