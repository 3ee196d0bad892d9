"""Variables that an object's code changes and that no object has: the author is told at the registration, by `describe`, and in the log."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import amino
import pytest
from amino.testing import LocalCluster, LocalProcess

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(300)]

TALLY_JS = """
let total = 0;
const seen = new Set();
export default class Tally {
  incr(by) { total += by; seen.add(by); return total; }
}
"""
SAID = [f"tally.mjs:5 changes the module variable {name}, which is no part of the object" for name in ("total", "seen")]
MANIFEST = '[application]\nname = "shop"\n[objects.other]\nsource = "tally.mjs"\n'


@pytest.fixture(scope="module")
def kernel() -> Iterator[LocalProcess]:
    with LocalCluster() as cluster:
        cluster.start_oms()
        kernel = cluster.start_kernel("north")
        cluster.wait_until_up()
        yield kernel


def run(kernel: LocalProcess, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "amino", *arguments, "--address", kernel.address]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done


def told(lines: str, before: str) -> list[str]:
    """The lines that begin so, without their ends, which say what to do."""
    return [line.removeprefix(before).split(": it stays behind")[0] for line in lines.splitlines() if line.startswith(before)]


def test_variables_that_no_object_has_are_told(kernel: LocalProcess, tmp_path: Path) -> None:
    (tmp_path / "tally.mjs").write_text(TALLY_JS)
    (tmp_path / "app.toml").write_text(MANIFEST)
    registered = run(kernel, tmp_path, "register", "tally.mjs")
    assert told(registered.stderr, "warning: ") == SAID
    assert "keep it in a field of the object" in registered.stderr and registered.stdout.startswith("tally is ")
    read = run(kernel, tmp_path, "register", "tally.mjs", "--name", "read", "-o", "json")
    assert told("\n".join(json.loads(read.stdout)["warnings"]), "") == SAID and read.stderr == "", "a program reads the document"
    assert told(run(kernel, tmp_path, "apply", "app.toml").stderr, "warning: other: ") == SAID
    shown = run(kernel, tmp_path, "describe", "tally").stdout
    assert all(one in shown for one in SAID)
    with amino.connect(kernel.address) as client:
        assert told("\n".join(client.describe("tally").warnings), "") == SAID
        assert told("\n".join(f"{line.level} {line.text}" for line in client.logs("tally")), "warning ") == SAID
        further = client.create("tally", name="further")
        assert client.describe(further).warnings and not list(client.logs("further")), "its class was told of"
        (tmp_path / "plain.mjs").write_text("export default class Plain { n = 0; incr() { return ++this.n; } }")
        assert client.describe(client.register(tmp_path / "plain.mjs", "quiet")).warnings == ()
