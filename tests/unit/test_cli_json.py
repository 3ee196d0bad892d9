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


def test_without_it_they_are_for_people() -> None:
    done = subprocess.run([sys.executable, "-m", "amino", "call"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "Usage: amino call" in done.stderr
