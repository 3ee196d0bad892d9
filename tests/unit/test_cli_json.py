"""With `-o json` a command line that cannot be understood is answered as JSON too."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("line", "about"),
    [
        ("-o json nosuch", "nosuch"),
        ("call -o json", "NAME"),
        ("ls --nosuch --output=json", "--nosuch"),
        ("-o json", "command"),
        ("-ojson up --port=much", "--port"),
    ],
)
def test_usage_errors_are_documents(line: str, about: str) -> None:
    done = subprocess.run([sys.executable, "-m", "amino", *line.split()], capture_output=True, text=True, check=False)
    error = json.loads(done.stderr)["error"]
    assert (done.returncode, error["code"], done.stdout) == (2, "USAGE", "") and about in error["message"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "amino", *arguments], capture_output=True, text=True, check=False)


def test_with_nothing_at_all_it_shows_its_help() -> None:
    done = run()
    assert (done.returncode, done.stderr) == (2, "")
    assert "Usage: amino" in done.stdout and "register" in done.stdout and "Exit status" in done.stdout


def test_the_version_is_an_option_too() -> None:
    shown = run("version")
    assert shown.returncode == 0 and shown.stdout.strip()
    for arguments in (("--version",), ("--version", "ls"), ("--verbose", "--version")):
        done = run(*arguments)
        assert (done.returncode, done.stdout, done.stderr) == (0, shown.stdout, "")
    for arguments in (("-o", "json", "--version"), ("--version", "-o", "json"), ("version", "-o", "json")):
        assert json.loads(run(*arguments).stdout) == {"version": shown.stdout.strip()}


def test_without_it_they_are_for_people() -> None:
    done = subprocess.run([sys.executable, "-m", "amino", "call"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "Usage: amino call" in done.stderr
