"""A short form of `cluster_histories`: one round on one machine, and one on hosts of which one is cut off."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.cluster.nemesis import FAULTS, OF_HOSTS
from tests.cluster.rounds import END_SECONDS, ENDED, ROOT, count, played
from tests.support.etcd import can_run
from tests.support.namespaces import can_make_networks

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}"),
]
LIMIT = 240
"""Seconds for a round."""


def judged(*words: str) -> str:
    """What a round prints; it has found nothing wrong."""
    text = played("tests.cluster.cluster_histories", *words, limit=LIMIT)
    assert "0 wrong histories" in text
    return text


def test_histories_are_linearizable_while_members_of_etcd_oms_and_kernels_end_and_stand_still() -> None:
    text = judged("--deeds", "6")
    assert [count(text, str(fault)) for fault in FAULTS] == [1] * len(FAULTS)
    assert min(count(text, kind) for kind in ("read ok", "write ok", "cas ok", "add ok", "txn ok")) > 20


@pytest.mark.skipif(bool(can_make_networks()), reason=f"no host can be cut off: {can_make_networks()}")
def test_histories_are_linearizable_while_hosts_are_cut_off() -> None:
    text = judged("--hosts", "--deeds", "7")
    assert count(text, str(OF_HOSTS)) == 1
    assert count(text, "txn ok") > 20


@pytest.mark.parametrize("words", [(), pytest.param(("--hosts",), marks=pytest.mark.skipif(bool(can_make_networks()), reason="no hosts"))])
def test_a_program_that_is_told_to_end_leaves_nothing(words: tuple[str, ...]) -> None:
    # Not pytest's own folder: where several modules run at a time, its path is too long for a Unix socket in it.
    with tempfile.TemporaryDirectory(prefix="told-") as made:
        tell(words, Path(made))


def tell(words: tuple[str, ...], folder: Path) -> None:
    command = [sys.executable, "-m", "tests.cluster.cluster_histories", "--minutes", "5", *words]
    environment = {**os.environ, "TMPDIR": str(folder)}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment) as program:
        assert program.stdout is not None
        for line in program.stdout:
            if line.startswith("round"):
                break
        assert processes_of(folder), "it has processes"
        program.terminate()
        program.communicate(timeout=END_SECONDS)
    assert program.returncode == ENDED
    assert processes_of(folder) == []
    names = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=False).stdout if words else ""
    assert f"amino{program.pid}-" not in names
    assert list(folder.glob("amino-histories-*")) == []


def processes_of(folder: Path) -> list[str]:
    """The command lines of processes that work in a folder."""
    found: list[str] = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            text = line.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (line.parent / "environ").read_bytes()
            if f"{folder}/" in text or f"TMPDIR={folder}\0".encode() in environment:
                found.append(text)
    return [text for text in found if "ip netns list" not in text]
