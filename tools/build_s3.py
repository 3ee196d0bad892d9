"""Finds or builds the server of the S3 protocol that tests start (`AMINO_VERSITYGW` may name one), and prints its path.

See `go_program.py`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from go_program import GoProgram

SOURCE = Path(__file__).resolve().parent / "s3"
PINNED = re.findall(r"versity/versitygw (v\S+)", (SOURCE / "go.mod").read_text(encoding="utf-8"))[0]
SERVER = GoProgram(
    "versitygw",
    SOURCE,
    "github.com/versity/versitygw/cmd/versitygw",
    (1, 5),
    r"Version *: v(\d+)\.(\d+)",
    "1 to 3 minutes",
    # As its own Makefile does: the program does not know its version otherwise.
    f"-X=main.Version={PINNED}",
)

if __name__ == "__main__":
    sys.exit(SERVER.main(sys.argv[1:]))
