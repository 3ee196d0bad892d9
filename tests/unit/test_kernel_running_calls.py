"""Traces of the calls that ran when a process ended, and of its JVM's report about the end."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from amino_kernel.boot.crash_logs import KEPT, keep_latest_crash_logs
from amino_kernel.halves import running_calls
from amino_kernel.halves.running_calls import RECORD_BYTES, RunningCall, RunningCallsFolder, read_calls


def record(text: str, length: int | None = None) -> bytes:
    encoded = text.encode()
    return (struct.pack("<i", len(encoded) if length is None else length) + encoded).ljust(RECORD_BYTES, b"\0")


def test_records_are_read_and_the_rest_is_passed_over() -> None:
    content = (
        record("")
        + record("o1\tjs\tabc\tincr\tcounter")
        + record("o2\tjs\tabc\tget\tx", 0)
        + record("bad", 9999)
        + record("\tc\tdef\tload\t")
    )
    assert read_calls(content) == [RunningCall("o1", "js", "abc", "incr", "counter"), RunningCall("", "c", "def", "load", "")]
    assert read_calls(content[:-1]) == [RunningCall("o1", "js", "abc", "incr", "counter")]
    assert read_calls(record("o1\tjs")) == [RunningCall("o1", "js", "", "", "")]
    assert read_calls(b"") == []


def test_a_call_in_words() -> None:
    assert str(RunningCall("o1", "js", "0123456789abcdef", "incr", "counter")) == "counter.incr (js, artifact 0123456789ab, object o1)"
    assert str(RunningCall("o1", "js", "01", "incr", "")) == "o1.incr (js, artifact 01)"
    assert str(RunningCall("", "js", "01", "load", "")) == "load (js, artifact 01)"


@pytest.fixture(params=["shared memory", "disk"])
def shared(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "memory"
    if request.param == "shared memory":
        place.mkdir()
    monkeypatch.setattr(running_calls, "SHARED_MEMORY", place)
    return place


def test_the_folder_is_found_by_the_data_folder(tmp_path: Path, shared: Path) -> None:
    data = tmp_path / "data"
    made = RunningCallsFolder.make(data)
    made.path(0).write_bytes(record("o1\tjs\tabc\tincr\tcounter"))
    assert made.path(0).parent.stat().st_mode & 0o777 == 0o700
    assert (made.path(0).parent.parent == shared) == shared.exists()
    other = RunningCallsFolder(tmp_path / "x" / ".." / "data")
    assert [call.name for call in other.read(0)] == ["counter"]
    assert other.read(1) == [] and RunningCallsFolder(tmp_path / "another").read(0) == []
    other.forget(0)
    assert made.read(0) == []
    other.remove()
    made.remove()
    assert not made.path(0).parent.exists()


def test_another_s_folder_in_the_shared_memory_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_calls, "SHARED_MEMORY", tmp_path)
    folder = RunningCallsFolder.make(tmp_path / "data")
    planted = folder.path(0).parent
    planted.rename(tmp_path / "elsewhere")
    planted.symlink_to(tmp_path / "elsewhere")
    folder = RunningCallsFolder.make(tmp_path / "data")
    assert folder.path(0).parent == tmp_path / "data" / "running"
    assert (tmp_path / "elsewhere").exists()


def test_the_latest_crash_logs_are_kept(tmp_path: Path) -> None:
    (tmp_path / "kernel-id").write_text("k")
    for number in range(KEPT + 3):
        path = tmp_path / f"hs_err_{number}.log"
        path.write_text("")
        os.utime(path, (number, number))
    kept = keep_latest_crash_logs(tmp_path)
    assert [path.name for path in kept] == [f"hs_err_{number}.log" for number in reversed(range(3, KEPT + 3))]
    assert sorted(tmp_path.glob("hs_err_*")) == sorted(kept) and (tmp_path / "kernel-id").exists()
