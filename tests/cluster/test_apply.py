"""`amino apply` and `amino register --replace` on a real cluster: what is lost, saved or kept is said before it is done."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import amino
import pytest
from amino.testing import LocalCluster
from amino_wire.errors import StateHeld

from tests.cluster.objects import COUNTER_JS
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(300)]

LABELS = {"tier": "gold", "application": "bank"}
MANIFEST = """
[application]
name = "bank"

[objects.ledger]
source = "ledger.js"
managers = "DurableSerializableRPC"
labels = { tier = "gold" }
select = "region=eu"

[objects.visits]
source = "ledger.js"

[objects.tax]
source = "tax.c"
"""
TAX_C = """
#include "amino.h"

AMINO_CLASS(Tax, "Taxes.")
AMINO_READ_ONLY(of)
AMINO_MEMBER(int64_t, of, (int64_t cents), "A fifth.") { return cents / 5; }
"""


class Bank:
    """A cluster of one kernel, and a folder with the manifest."""

    def __init__(self, cluster: LocalCluster, folder: Path) -> None:
        cluster.start_oms()
        self.cluster, self.folder = cluster, folder
        self.kernel = cluster.start_kernel("north", labels={"region": "eu"})
        cluster.wait_until_up()
        (folder / "app.toml").write_text(MANIFEST)
        (folder / "ledger.js").write_text(COUNTER_JS)
        (folder / "tax.c").write_text(TAX_C)

    def amino(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "amino", *arguments, "--address", self.kernel.address]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, timeout=120)

    def lines(self, *arguments: str) -> list[str]:
        done = self.amino(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    with LocalCluster() as cluster:
        yield Bank(cluster, tmp_path_factory.mktemp("bank"))


def test_a_durable_ledger_is_not_emptied_by_a_new_version_of_its_code(bank: Bank) -> None:
    assert bank.lines("apply", "app.toml") == ["ledger: created", "visits: created", "tax: created"]
    assert bank.lines("apply", "app.toml") == ["ledger: as it was", "visits: as it was", "tax: as it was"], "C compiles to the same bytes"
    assert bank.lines("call", "tax", "of", "500") == ["100"]
    assert bank.lines("call", "ledger", "incr", "748") == ["748"]
    refused = bank.amino("register", "ledger.js", "--name", "ledger", "--replace")
    assert refused.returncode == 6 and "DurableSerializableRPC holds its saved state" in refused.stderr, refused.stderr
    assert "--discard-state" in refused.stderr
    with amino.connect(bank.kernel.address) as client:
        with pytest.raises(StateHeld):
            client.register(bank.folder / "ledger.js", "ledger", replace=True)
        assert client.get("ledger").get() == 748
        bank.lines("register", "ledger.js", "--name", "ledger", "--replace", "--discard-state")
        found = client.describe("ledger")
        assert [one.name for one in found.deployment_managers] == ["DurableSerializableRPC"]
        assert (found.labels, found.select) == (LABELS, "region=eu")
    assert bank.lines("call", "ledger", "incr", "5") == ["5"]
    assert bank.lines("apply", "app.toml")[0] == "ledger: as it was", "it is still the application's"


def test_a_lost_object_is_not_as_it_was(bank: Bank) -> None:
    bank.lines("apply", "app.toml")
    (before,) = bank.lines("call", "ledger", "get")
    bank.lines("call", "visits", "incr", "3")
    bank.kernel.kill()
    bank.kernel.start()
    bank.cluster.wait_until_up()
    with amino.connect(bank.kernel.address) as client:
        wait_until(lambda: client.describe("visits").status == "lost", "the object of the kernel's earlier life is lost")
        wait_until(lambda: client.describe("ledger").status == "active", "the ledger comes back by itself")
        assert bank.lines("apply", "app.toml", "--dry-run")[:2] == [
            "ledger: would stay as it is",
            "visits: is lost, would be restarted as a new object",
        ]
        assert bank.lines("apply", "app.toml")[1] == "visits: was lost, restarted as a new object"
        assert client.describe("visits").status == "active"
    assert bank.lines("apply", "app.toml")[:2] == ["ledger: as it was", "visits: as it was"]
    assert bank.lines("call", "ledger", "get") == [before]


def test_a_plan_shows_what_would_lose_state(bank: Bank) -> None:
    bank.lines("apply", "app.toml")
    (bank.folder / "app.toml").write_text(MANIFEST.replace('select = "region=eu"', "args = [9]"))
    planned = bank.lines("apply", "app.toml", "--dry-run")[0]
    assert planned == (
        "ledger: would be made anew, without its state, and what DurableSerializableRPC has saved would be deleted (args, select); "
        "that needs --replace --discard-state"
    )
    (document, *_) = json.loads(bank.amino("apply", "app.toml", "--dry-run", "-o", "json").stdout)
    assert (document["loses_state"], document["savers"]) == (True, ["DurableSerializableRPC"])
    for words in ((), ("--replace",)):
        refused = bank.amino("apply", "app.toml", *words)
        assert refused.returncode == 2 and "--discard-state" in refused.stderr
    assert bank.lines("apply", "app.toml", "--replace", "--discard-state")[0] == (
        "ledger: made anew, without its state, and what DurableSerializableRPC has saved is deleted (args, select)"
    )
    (bank.folder / "app.toml").write_text((bank.folder / "app.toml").read_text().replace('managers = "DurableSerializableRPC"', ""))
    assert bank.lines("apply", "app.toml", "--dry-run")[0] == (
        "ledger: would get other deployment managers, none saves its state, and what DurableSerializableRPC has saved would be deleted"
    )
    (bank.folder / "app.toml").write_text(MANIFEST.split("[objects.ledger]")[0])
    gone = "ledger: would be deleted, and what DurableSerializableRPC has saved would be deleted (it is not in the manifest)"
    assert gone in bank.lines("apply", "app.toml", "--dry-run", "--prune")
