"""The log between kernels, as texts that a person can read: `replication_traces/`. Each names the section of a paper that it follows."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.unit.traced_group import TracedGroup

FOLDER = Path(__file__).with_name("replication_traces")
REWRITE = "AMINO_REWRITE_TRACES"
"""Set in the environment: the texts are written anew; look at the difference."""
PAPERS = re.compile(r"Sapphire 6|Vertical Paxos|PacificA|Raft [578]")


def played(text: str) -> str:
    """A trace with what really comes of its commands. Lines that begin with # are for readers."""
    group = TracedGroup()
    lines: list[str] = []
    for line in re.sub(r"\n    [^\n]*", "", text).splitlines():
        lines.append(line)
        if line and not line.startswith("#"):
            lines += [f"    {result}" for result in group.run(line).splitlines()]
    return "\n".join([*lines, ""])


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_a_trace_is_as_it_was_written(path: Path) -> None:
    text = path.read_text()
    found = played(text)
    if os.environ.get(REWRITE):
        path.write_text(found)
    else:
        assert found == text


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_a_trace_names_the_paper_that_it_holds_the_code_to(path: Path) -> None:
    first = path.read_text().splitlines()[0]
    assert first.startswith("# ") and PAPERS.search(first), first
