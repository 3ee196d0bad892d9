"""`amino up --detach` and `amino down`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

UP = ("up", "--detach", "--port", "0", "--oms-port", "0", "--languages", "js")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    amino(tmp_path, "down", status=None)


def amino(folder: Path, *arguments: str, status: int | None = 0) -> Any:
    """Runs the command; answers its document."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMINO_")}
    command = [sys.executable, "-m", "amino", "-o", "json", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=150)
    assert status is None or done.returncode == status, done.stdout + done.stderr
    return json.loads((done.stdout or done.stderr).splitlines()[-1])


def test_it_outlives_its_command_and_ends_in_good_order(folder: Path) -> None:
    running = amino(folder, *UP)
    assert amino(folder, "--address", running["address"], "kernels")[0]["id"] == running["kernel"]
    assert amino(folder, *UP) == running, "a second command starts nothing"
    assert amino(folder, "down") == running
    assert amino(folder, "--address", running["address"], "kernels", status=4)["error"]["code"] == "KERNEL_UNAVAILABLE"
    assert amino(folder, "down", status=3)["error"]["code"] == "KERNEL_NOT_FOUND"


def test_it_starts_again_where_it_was_killed(folder: Path) -> None:
    first = amino(folder, *UP)
    os.killpg(first["pid"], signal.SIGKILL)
    again = amino(folder, *UP)
    assert again["kernel"] == first["kernel"] and again["pid"] != first["pid"]


def test_an_error_of_its_start_is_the_command_s_own(folder: Path) -> None:
    assert amino(folder, "up", "--detach", "--port", "99999", status=2)["error"]["code"] == "CONFIG_INVALID"
    running = amino(folder, *UP)
    port = running["address"].rpartition(":")[2]
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    taken = amino(elsewhere, "up", "--detach", "--port", port, "--oms-port", "0", status=7)
    assert taken["error"]["code"] == "PORT_TAKEN" and port in taken["error"]["message"]
    assert amino(elsewhere, "down", status=3)["error"]["code"] == "KERNEL_NOT_FOUND"


def test_the_data_folder_may_be_named_in_the_settings_file(folder: Path) -> None:
    (folder / "amino.toml").write_text('[kernel]\ndata_dir = "kept"\n', encoding="utf-8")
    running = amino(folder, *UP)
    assert Path(running["log"]) == folder.resolve() / "kept" / "up.log"
    assert amino(folder, *UP) == amino(folder, "down") == running
    assert not (folder / ".amino").exists()


COUNTER_JS = """module.exports = class Counter {
  constructor() { this.n = 0; }
  incr(by) { this.n += by; return this.n; }
};
"""
COUNTER_PY = """class Counter:
    def __init__(self):
        self.n = 0

    def incr(self, by):
        self.n += by
        return self.n
"""
WORKER_JS = """module.exports = class Worker {
  #steps = (function* () { yield 1; yield 2; })();
  incr(by) { return this.#steps.next().value; }
};
"""
OBJECTS = {"counter.js": COUNTER_JS, "counter.py": COUNTER_PY, "worker.js": WORKER_JS}


def test_a_stop_in_good_order_keeps_what_a_kill_loses(folder: Path) -> None:
    up = [*UP[:-1], "js,python"]
    at = amino(folder, *up)["address"]
    for file, source in OBJECTS.items():
        (folder / file).write_text(source, encoding="utf-8")
        amino(folder, "--address", at, "register", file, "--name", file)
        assert amino(folder, "--address", at, "call", file, "incr", "1") == 1
    amino(folder, "--address", at, "register", "counter.js", "--name", "saved", "--dm", "DurableSerializableRPC")
    assert amino(folder, "--address", at, "call", "saved", "incr", "7") == 7
    down = subprocess.run([sys.executable, "-m", "amino", "down"], cwd=folder, capture_output=True, text=True, check=True, timeout=150)
    assert "object=worker.js" in down.stderr and "#steps" in down.stderr and "counter" not in down.stderr, "it says what is lost"
    at = amino(folder, *up)["address"]
    for file in ("counter.js", "counter.py"):
        assert amino(folder, "--address", at, "call", file, "incr", "1") == 2
    assert amino(folder, "--address", at, "call", "saved", "incr", "0") == 7
    lost = amino(folder, "--address", at, "call", "worker.js", "incr", "1", status=4)["error"]
    assert lost["code"] == "OBJECT_LOST", lost
    log = (folder / ".amino" / "up.log").read_text(encoding="utf-8")
    assert "states are kept until the next start" in log and "worker.js" in log
    os.killpg(amino(folder, *up)["pid"], signal.SIGKILL)
    at = amino(folder, *up)["address"]
    assert amino(folder, "--address", at, "call", "counter.js", "incr", "1", status=4)["error"]["code"] == "OBJECT_LOST"
    assert amino(folder, "--address", at, "call", "saved", "incr", "0") == 7
