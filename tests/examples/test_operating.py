"""The commands of docs/operating.md, in their order: a whole cluster, a backup beside the OMS, a restore, and a move when all has ended."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import amino
import pytest
from amino.cli.main import app
from amino.testing import LocalCluster, free_port
from amino_wire.errors import ObjectRecovering
from typer.testing import CliRunner

from tests.examples.pages import ROOT, blocks, commands
from tests.support.etcd import EtcdCluster, can_run, etcd_program
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.timeout(300), pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}")]
PAGE = "docs/operating.md"
ETCD = "etcd://127.0.0.1:2379"


@pytest.fixture
def etcd(tmp_path: Path) -> Iterator[EtcdCluster]:
    cluster = EtcdCluster(tmp_path / "etcd").start()
    yield cluster
    cluster.stop()


def run(command: str, folder: Path, url: str) -> str:
    """Runs a command of the page, with the address of an etcd that is there; answers what it prints."""
    words = [str(Path(sys.executable).with_name("amino")), *command.replace(ETCD, url).split()[1:]]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def counts(client: amino.BlockingClient) -> bool:
    """Whether the counter's managers have brought it back, as it was."""
    try:
        return bool(client.get("counter").incr(0) == 2)
    except ObjectRecovering:
        return False


def test_the_commands_work_one_after_the_other(tmp_path: Path, etcd: EtcdCluster) -> None:
    backup, restore, move = commands(PAGE)[-3:]
    assert [each.split()[1] for each in (backup, restore, move)] == ["backup", "restore", "migrate-store"]
    (tmp_path / ".amino").mkdir()
    source = (ROOT / "examples/objects/counter.js").read_text()
    with LocalCluster(tmp_path / ".amino") as cluster:
        cluster.start_oms()
        kernel = cluster.start_kernel("north", arguments=["--languages", "js"])
        cluster.wait_until_up()
        with amino.connect(kernel.address) as client:
            counter = client.register({"counter.js": source}, "counter", deployment_managers="DurableSerializableRPC")
            assert counter.incr(1) == 1
            assert "1 artifacts" in run(backup, tmp_path, etcd.url)
            assert counter.incr(1) == 2
        assert "restored" in run(restore, tmp_path, etcd.url)
    assert "moved" in run(move, tmp_path, etcd.url)
    with LocalCluster(tmp_path / ".amino") as cluster:
        cluster.start_oms(["--store", etcd.url])
        # The kernel, and the folder of the OMS, have seen nothing that the new store lacks.
        kernel = cluster.start_kernel("north", arguments=["--languages", "js"])
        cluster.wait_until_up()
        with amino.connect(kernel.address) as client:
            wait_until(lambda: counts(client), "the counter is back")
            assert client.get("counter").incr(1) == 3


def test_the_lines_that_start_a_cluster_start_one(tmp_path: Path) -> None:
    lines = commands(PAGE)
    started = [line.removesuffix(" &") for line in lines if line.endswith(" &")]
    asked = lines[len(started) : len(started) + 3]
    assert [line.split()[1] for line in asked] == ["status", "drain", "drain"]
    ports = {port: str(free_port()) for port in ("2379", "7421", "7431", "7420", "7430")}

    def here(line: str) -> list[str]:
        for shown, free in ports.items():
            line = re.sub(rf"\b{shown}\b", free, line)
        words = line.split()
        if words[0] == "etcd":
            client, peer = f"http://127.0.0.1:{ports['2379']}", f"http://127.0.0.1:{free_port()}"
            own = ["--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer]
            cluster = ["--initial-advertise-peer-urls", peer, "--initial-cluster", f"default={peer}"]
            return [str(etcd_program()), *words[1:], *own, *cluster]
        return [str(Path(sys.executable).with_name("amino")), *words[1:]]

    def ran(line: str) -> subprocess.CompletedProcess[str]:
        command = [*here(line), "--address", f"127.0.0.1:{ports['7420']}"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=110)

    (tmp_path / "cluster").mkdir()
    with (tmp_path / "log").open("wb") as log:
        processes = [subprocess.Popen(here(line), cwd=tmp_path, stdout=log, stderr=log) for line in started]
    try:
        wait_until(lambda: "2 kernels" in ran(asked[0]).stderr, "both kernels serve", seconds=120)
        status = ran(asked[0])
        assert status.stdout.count("leads") == status.stdout.count("stands by") == 1
        for line, word in zip(asked[1:], ("gets none", "takes objects again"), strict=True):
            done = ran(line)
            assert done.returncode == 0 and word in done.stdout, done.stdout + done.stderr
        gone = ran("amino drain kernel-that-is-not-there")
        assert gone.returncode == 3 and "amino kernels" in gone.stderr
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(60)


def test_the_units_of_supervisors_give_options_that_there_are() -> None:
    units = [block.text for block in blocks(PAGE) if block.language == "ini"]
    assert len(units) == 2
    for unit in units:
        parsed = configparser.ConfigParser(interpolation=None)
        parsed.read_string(unit)
        words = parsed["Service"]["ExecStart"].split()
        assert words[:2] == ["/usr/bin/env", "amino"]
        shown = CliRunner().invoke(app, [words[2], "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"}).stdout
        for word in words[3:]:
            assert not word.startswith("--") or word in shown, word
