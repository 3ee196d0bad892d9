"""A command whose streams are closed or full does its work, ends with its own status, and never calls that a mistake of Amino's."""

from __future__ import annotations

import subprocess
import sys

import pytest


def run(line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "-c", f'"$0" -m amino {line}', sys.executable], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("line", "status"), [("config show", 0), ("version", 0), ("kinds -a 127.0.0.1:1", 4), ("call counter get -a 127.0.0.1:1", 4)]
)
def test_a_closed_stream_changes_no_status(line: str, status: int, closed: str) -> None:
    done = run(f"{line} {closed}")
    assert (done.returncode, "INTERNAL" in done.stderr) == (status, False), done.stderr


def test_what_is_printed_needs_no_open_input() -> None:
    assert run("config show <&-").stdout == run("config show").stdout != ""
    assert "KERNEL_UNAVAILABLE" in run("call counter get -a 127.0.0.1:1 >&-").stderr


def test_output_that_has_no_room_is_named() -> None:
    done = run("config show >/dev/full")
    assert done.returncode == 7
    assert done.stderr.startswith("DISK_FULL: the command cannot write its output: No space left on device.")
