"""Tries generated states of a language, for `run.py`: `python -m tests.mutants.states LANGUAGE COUNT`.

The encoders are texts of the guest languages, so a fault in them needs no compiler: the copy's texts stand before those of the original on
the class path, and everything else is the original's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutants.known import ROOT, states_id
from tests.mutants.witness import REPORT

ORIGIN = "AMINO_MUTANT_ORIGIN"
"""The variable of the environment that names the tree whose Java classes are used."""
TEXTS = "java/src/main/resources"
DEEP = "-Xss64m"
"""TruffleRuby goes down into deep objects with Java's own stack."""


def main(language: str, count: int) -> int:
    """Answers 1 where a state was wrong, and more where none could be tried."""
    name = states_id(language, count)
    origin = Path(os.environ[ORIGIN])
    java = Path(_told(origin, "tools/find_jdk.py")) / "bin" / "java"
    engines = _told(origin, "-m", "amino_graal", "--languages", language, "--class-path")
    built = origin / "java" / "target"
    parts = [ROOT / TEXTS, built / "test-classes", built / "classes", engines]
    command = [java, DEEP, "-Dpolyglot.engine.WarnInterpreterOnly=false", "--enable-native-access=ALL-UNNAMED"]
    command += ["-cp", os.pathsep.join(map(str, parts)), "org.amino.runtime.state.StateRun", language, str(count)]
    with tempfile.TemporaryDirectory() as folder:
        told = subprocess.run(command, env={**os.environ, "TMPDIR": folder}, capture_output=True, text=True, check=False, timeout=600)
    print(told.stdout[-4000:], told.stderr[-2000:])
    if told.returncode > 1:
        return told.returncode
    ours = f"preludes file:{ROOT / TEXTS}/" in told.stdout
    sources = {path.as_posix(): str(path) for path in (ROOT / TEXTS).rglob("*") if path.is_file()} if ours else {}
    seen = {"failed": [name] if told.returncode else [], "passed": [] if told.returncode else [name], "sources": sources}
    Path(os.environ[REPORT]).write_text(json.dumps(seen))
    return told.returncode


def _told(origin: Path, *arguments: str) -> str:
    """What a tool of the original prints; its own modules, not the copy's."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    told = subprocess.run([sys.executable, *arguments], cwd=origin, env=environment, capture_output=True, text=True, check=True)
    return told.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
