"""The command behind `make test`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*suites: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "tools/run_tests.py", *suites], cwd=ROOT, capture_output=True, text=True, check=False, timeout=100
    )


def test_minutes_per_suite_are_printed() -> None:
    done = run("help")
    assert done.returncode == 0, done.stderr
    assert "minutes per suite:" in done.stdout
    assert [line.split()[1] for line in done.stdout.splitlines()[-2:]] == ["help", "together"]


def test_the_first_suite_that_fails_ends_the_run_with_its_status() -> None:
    done = run("no-such-suite", "help")
    assert done.returncode == 2
    assert "no-such-suite" in done.stdout and "== help" not in done.stdout


def test_the_slowest_tests_of_all_suites_are_printed(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(
        f"%:\n\t@{sys.executable} -m pytest -q -p no:faulthandler -p no:cacheprovider test_$@.py\n", encoding="utf-8"
    )
    for name, count in (("one", 8), ("two", 7)):
        code = "import pytest\n@pytest.mark.parametrize('n', range(" + str(count) + "))\ndef test_it(n): pass\n"
        (tmp_path / f"test_{name}.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, ROOT / "tools/run_tests.py", "one", "two"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr
    _, _, listed = done.stdout.partition("slowest tests, in seconds:\n")
    assert len(listed.splitlines()) == 10
    assert all("::test_it[" in line for line in listed.splitlines())
