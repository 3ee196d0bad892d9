"""Debian's Ruby as the peer that says what an expression gives."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from random import Random

from tests.ruby_library.expressions import PARTS

FOLDER = Path(__file__).parent
ANSWERS = FOLDER / "answers.rb"


def ruby() -> str | None:
    """The command of the machine's own Ruby, if there is one."""
    return shutil.which("ruby")


def expressions(part: str, seed: int, count: int) -> list[str]:
    random = Random(f"{part} {seed}")
    return [PARTS[part](random) for _ in range(count)]


def answers(codes: list[str]) -> list[str]:
    """What Debian's Ruby gives."""
    command = ["ruby", "-W0", str(ANSWERS)]
    done = subprocess.run(command, input=json.dumps(codes), capture_output=True, text=True, check=True, timeout=300)
    found: list[str] = json.loads(done.stdout)
    return found
