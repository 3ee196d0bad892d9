"""The benchmarks run and write what their README promises. How fast anything is, no test says."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from amino_dms.chain import Registry

from benchmarks import call, chains, replication, report

ROOT = Path(__file__).resolve().parents[2]
ON_DEMAND = {"ray", "xoscar"}
"""Packages of peers that nobody installs unless he asks for them."""
IMPORT_ALL = """
import importlib, json, sys, warnings
warnings.simplefilter("ignore")
missing = {}
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing[name] = error.name
print(json.dumps(missing))
"""


def modules() -> list[str]:
    """Every module of the benchmarks, by its full name; guests' sources are none."""
    files = [path.relative_to(ROOT) for path in sorted((ROOT / "benchmarks").rglob("*.py"))]
    return [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in files if path.parts[1] not in ("objects", "out")]


def optional_packages() -> set[str]:
    """What `pip install amino-runtime[bench]` adds, as it is imported."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {requirement.split(">=")[0] for requirement in project["optional-dependencies"]["bench"]} | ON_DEMAND


def test_every_module_can_be_imported() -> None:
    names = modules()
    assert {"benchmarks.call", "benchmarks.plots", "benchmarks.peers.grpc_peer"} <= set(names)
    done = subprocess.run([sys.executable, "-c", IMPORT_ALL, *names], cwd=ROOT, capture_output=True, text=True, check=False, timeout=170)
    assert done.returncode == 0, done.stderr
    missing: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    assert {module: name for module, name in missing.items() if name.split(".")[0] not in optional_packages()} == {}


def test_dm_measures_every_manager_that_is_installed() -> None:
    measured = " ".join(chain.managers for chain in chains.all_chains())
    assert [name for name in Registry.installed().names if name not in measured] == []


def test_dm_compares_each_chain_with_one_that_it_measures() -> None:
    names = [chain.name for chain in chains.all_chains()]
    assert len(set(names)) == len(names)
    assert {chain.baseline for chain in chains.all_chains()} <= set(names)


@pytest.mark.slow
@pytest.mark.jvm
def test_call_measures_amino_and_writes_the_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "OUT", tmp_path)
    call.main(["--peers", "amino_lane,amino_grpc", "--rounds", "1", "--seconds", "0.1", "--warm", "0.02", "--patience", "0"])
    written = json.loads((tmp_path / "call.json").read_text())
    assert set(written) == {"amino_lane", "amino_grpc"}
    for figures in written.values():
        assert set(figures) == {"p50_us", "p99_us", "rate_32", "rate_256", "rate_8_processes"}
        assert all(value > 0 for value in figures.values())


@pytest.mark.slow
@pytest.mark.jvm
def test_replication_measures_a_group_beside_no_managers_and_writes_the_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "OUT", tmp_path)
    replication.main(["--only", "lone", "--pairs", "1", "--warm", "0.2"])
    written = json.loads((tmp_path / "replication.json").read_text())
    assert [row[0].split(",")[0] for row in written["rows"]] == ["lone write", "lease read at the leader"]
    assert all(float(row[1].split()[0]) > 0 for row in written["rows"])
