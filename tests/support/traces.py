"""Golden traces: texts of commands, with all that came of each indented below it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

REWRITE = "AMINO_REWRITE_TRACES"
"""Set in the environment: the texts are written anew; look at the difference."""


def played(text: str, run: Callable[[str], str]) -> str:
    """A trace with what really comes of its commands. Lines that begin with # are for readers."""
    lines: list[str] = []
    for line in re.sub(r"\n    [^\n]*", "", text).splitlines():
        lines.append(line)
        if line and not line.startswith("#"):
            lines += [f"    {result}" for result in run(line).splitlines()]
    return "\n".join([*lines, ""])


def check_trace(path: Path, run: Callable[[str], str]) -> None:
    """Plays a trace by `run`, which does a command and answers what came of it; raises AssertionError where it differs."""
    text = path.read_text()
    found = played(text, run)
    if os.environ.get(REWRITE):
        path.write_text(found)
    else:
        assert found == text
