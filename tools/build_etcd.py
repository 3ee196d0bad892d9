"""Finds or builds the etcd that tests start (`AMINO_ETCD` may name one), and prints its path; see `go_program.py`."""

from __future__ import annotations

import sys
from pathlib import Path

from go_program import GoProgram

ETCD = GoProgram("etcd", Path(__file__).resolve().parent / "etcd", ".", (3, 6), r"etcd Version: (\d+)\.(\d+)", "2 to 5 minutes")

if __name__ == "__main__":
    sys.exit(ETCD.main(sys.argv[1:]))
