"""docs/deployment-managers.md: its commands and its manifest, run as they stand; and examples/manifest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import amino
import pytest
from amino.manifest import ObjectEntry

from tests.examples.pages import ROOT, blocks, commands
from tests.examples.running import running_up

PAGE = "docs/deployment-managers.md"
MADE = ("safe", "fast", "wide", "game", "guide", "solver", "page", "tax")
OBJECTS = ROOT / "examples" / "objects"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_up("--languages", "js,python,ruby", "--label", "region=eu") as made:
        yield made


def run(script: str, folder: Path, address: str) -> list[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "AMINO_ADDRESS": address}
    done = subprocess.run(["sh", "-ec", script], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def page_manifest() -> str:
    (text,) = [block.text for block in blocks(PAGE) if block.language == "toml"]
    return text


def test_the_commands_of_the_page(address: str, tmp_path: Path) -> None:
    shutil.copy(OBJECTS / "counter.js", tmp_path)
    (tmp_path / "stock").mkdir()
    shutil.copy(OBJECTS / "counter.py", tmp_path / "stock")
    (tmp_path / "app.toml").write_text(page_manifest())
    shown = commands(PAGE)
    words = ("register", "explain", "dms", "attach", "apply", "apply", *["register"] * 6, "dm", "register", "register")
    assert [line.split()[:2] for line in shown] == [["amino", word] for word in words]
    printed = run("\n".join(shown[:-9]), tmp_path, address)
    assert printed[0].startswith("counter is ") and any("LeaseCaching" in line for line in printed[1:])
    assert printed[-5] == "counter: Retry", "its kernel has applied the new chain when the command ends"
    assert printed[-4:] == ["visits: would be created", "stock: would be created", "visits: created", "stock: created"]
    with amino.connect(address) as client:
        visits, stock = client.get("visits"), client.get("stock")
        assert (visits.incr(1), stock.incr(1)) == (101, 16)
        assert client.describe("stock").labels == {"team": "checkout", "application": "shop"}
        # Only what differs is changed: the objects are the same ones.
        assert run(shown[5], tmp_path, address) == ["visits: as it was", "stock: as it was"]
        assert (visits.get(), stock.get()) == (101, 16)
        # One kernel has one replica; the others are made when there are kernels for them.
        printed = run("\n".join(shown[-9:]), tmp_path, address)
        (kernel,) = client.kernels()
        assert kernel.id in printed, "`amino dm solver where` says where the object is"
        assert [client.get(name).incr(1) for name in MADE] == [1] * 8
        for name in ("counter", "visits", "stock", *MADE):
            client.delete(name)


def test_the_manifest_of_the_page_shows_every_key() -> None:
    shown = {key for table in tomllib.loads(page_manifest())["objects"].values() for key in table}
    assert shown == {"class" if one.name == "class_name" else one.name for one in fields(ObjectEntry)} - {"name"}


def test_the_example(address: str) -> None:
    command = (ROOT / "examples/manifest/app.toml").read_text().splitlines()[0].removeprefix("# ")
    assert run(command, ROOT, address) == ["visits: created", "notes: created"]
    with amino.connect(address) as client:
        visits, notes = client.get("visits"), client.get("notes")
        notes.count_with(visits)
        assert (notes.write("milk", "two"), notes.read("milk"), visits.get()) == (101, "two", 101)
