"""The log between kernels, as texts that a person can read: `replication_traces/`. Each names the section of a paper that it follows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.traces import check_trace
from tests.unit.traced_group import TracedGroup

FOLDER = Path(__file__).with_name("replication_traces")
PAPERS = re.compile(r"Sapphire 6|Vertical Paxos|PacificA|Raft [578]")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_a_trace_is_as_it_was_written(path: Path) -> None:
    check_trace(path, TracedGroup().run)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_a_trace_names_the_paper_that_it_holds_the_code_to(path: Path) -> None:
    first = path.read_text().splitlines()[0]
    assert first.startswith("# ") and PAPERS.search(first), first
