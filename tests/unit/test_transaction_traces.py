"""Transactions over several objects, as texts that a person can read: `transaction_traces/`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.traces import check_trace
from tests.unit.traced_transaction import TracedTransaction

FOLDER = Path(__file__).with_name("transaction_traces")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_a_trace_is_as_it_was_written(path: Path) -> None:
    assert path.read_text().startswith("# "), "the first line says the rule"
    check_trace(path, TracedTransaction().run)
