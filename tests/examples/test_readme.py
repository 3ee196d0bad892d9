"""README.md, as a person meets it: from the top to the bottom, in one shell, in a copy of the repository."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples.pages import ROOT

FILE = re.compile(r"`([\w.]+\.(?:js|mjs|py|rb|c|java))`.*:$")
SHARED = (".venv", "java/target", "sdk/js/node_modules")
"""What `make setup` has made: the copy uses it, as a second run in the same clone would."""


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Path]:
    """A copy of the repository's files, with the times that `make` compares."""
    copy = tmp_path / "clone"
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False)
    files = listed.stdout.splitlines() or [str(each.relative_to(ROOT)) for each in ROOT.rglob("*") if _belongs(each)]
    for name in files:
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    for name in SHARED:
        (copy / name).symlink_to(ROOT / name)
    yield copy
    down = [str(ROOT / ".venv/bin/python"), "-m", "amino", "down"]
    subprocess.run(down, cwd=copy / "tour", env=bare(tmp_path), capture_output=True, check=False)


def _belongs(path: Path) -> bool:
    """Where the tree came without git: what is no product of a build."""
    parts = path.relative_to(ROOT).parts
    return path.is_file() and not {".venv", "target", "node_modules", "__pycache__", "dist", ".git"} & set(parts)


def bare(home: Path) -> dict[str, str]:
    """The environment of somebody who has just come; the jars of languages are where they always are."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AMINO_", "PYTHON", "RUBY", "GEM", "NODE", "PYTEST"))}
    cache = os.environ.get("AMINO_CACHE") or str(Path.home() / ".cache/amino")
    return {**kept, "HOME": str(home), "AMINO_CACHE": cache, "npm_config_cache": str(Path.home() / ".npm"), "PIP_CACHE_DIR": _pip_cache()}


def _pip_cache() -> str:
    return os.environ.get("PIP_CACHE_DIR") or str(Path.home() / ".cache/pip")


def script() -> str:
    """The page as one script: files are saved where the page names them, and commands run as they are printed."""
    steps: list[str] = ["set -euo pipefail"]
    lines = iter((ROOT / "README.md").read_text(encoding="utf-8").splitlines())
    before = ""
    for line in lines:
        if line.startswith("```"):
            text = "\n".join(itertools.takewhile(lambda each: each != "```", lines))
            named = FILE.search(before)
            if named:
                steps.append(f"cat > {named[1]} <<'END OF THE FILE'\n{text}\nEND OF THE FILE")
            elif line != "```":
                assert line == "```sh", f"nobody is told where to put this: {text}"
                steps.append(text)
        before = line
    return "\n".join(steps)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_page_runs_from_top_to_bottom_in_one_shell(clone: Path, tmp_path: Path) -> None:
    path = tmp_path / "page.sh"
    path.write_text(script(), encoding="utf-8")
    done = subprocess.run(["bash", path], cwd=clone, env=bare(tmp_path), capture_output=True, text=True, check=False, timeout=380)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    # The counter in JavaScript is called from the shell, from Python twice, from Node and from Ruby; the one in Java once; last the object of a key.
    numbers = [line for line in done.stdout.splitlines() if re.fullmatch(r"\d+( \[.*\])?", line)]
    assert numbers == ["5", "5", "10", "10 [0, 1, 2]", "15", "20", "25", "1"]
    assert re.search(rf"JVM half +{re.escape(str(clone.resolve()))}/tour/venv/", done.stdout), "it is the one of the wheel"
    assert "LeaseCaching" in done.stdout and "has ended" in done.stdout
    assert json.loads((clone / "tour/package.json").read_text(encoding="utf-8"))["dependencies"]["@amino/client"].startswith(
        "file:../dist/"
    )


def test_the_page_names_the_two_commands_that_make_offers() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(f"`make {name}`" in page and f"make {name}" in listed for name in ("demo", "test"))
