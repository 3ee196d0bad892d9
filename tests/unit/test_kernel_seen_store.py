"""What a kernel remembers of the OMS's store, in its process and across processes."""

from __future__ import annotations

from pathlib import Path

import pytest
from amino_kernel.membership.seen_store import WRITE_SECONDS, SeenStore
from amino_wire.pb import oms_pb2


def mark(lineage: str, revision: int) -> oms_pb2.StoreMark:
    return oms_pb2.StoreMark(lineage=lineage, revision=revision)


def test_the_newest_mark_counts_and_is_written_now_and_then(tmp_path: Path) -> None:
    file, now = tmp_path / "seen.json", 100.0
    seen = SeenStore(file, lambda: now)
    assert seen.mark is None
    for revision in (5, 3):
        seen.hear(mark("a", revision))
    assert seen.mark == mark("a", 5) == SeenStore(file, lambda: now).mark
    seen.hear(mark("a", 6))
    assert seen.mark == mark("a", 6) and SeenStore(file, lambda: now).mark == mark("a", 5)
    now += WRITE_SECONDS
    seen.hear(mark("a", 6))
    assert SeenStore(file, lambda: now).mark == mark("a", 6), "also where nothing newer follows"
    now += WRITE_SECONDS
    seen.hear(mark("a", 7))
    assert SeenStore(file, lambda: now).mark == mark("a", 7)
    seen.hear(mark("b", 1))
    assert seen.mark == mark("b", 1) == SeenStore(file, lambda: now).mark


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"lineage": "a"}', b'{"lineage": "a", "revision": "x"}', b"\xff"])
def test_a_file_that_cannot_be_read_says_nothing(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "seen.json"
    file.write_bytes(content)
    assert SeenStore(file, lambda: 0.0).mark is None


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    seen = SeenStore(tmp_path / "none" / "seen.json", lambda: 0.0)
    seen.hear(mark("a", 1))
    assert seen.mark == mark("a", 1)
