"""`make engines`: tries newer engines of the guest languages, and prints what fails with them. Nothing changes in this working copy.

The checks run in a copy of the last commit, with a lock file of its own (`tools/lock_jars.py`). What passes is taken by
`python tools/lock_jars.py --newest VERSION` and that version in java/pom.xml. Sets of several releases are not checked: a language of
another release than the engine's fails, and a compiler of another release leaves guests interpreted (decision 38).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = Path("graal_bridge/amino_graal/jars.lock.json")
POM = Path("java/pom.xml")
ANY = "25.0.999"
ENGINE = "org.graalvm.truffle:truffle-api"
SETUP = "setup"
CHECKS = ("java-test", "conformance")
CHECK_SECONDS = 5400
SHOWN_LINES = 15


@dataclass(frozen=True)
class Outcome:
    """What a check said; `lines` are its last ones."""

    check: str
    passed: bool
    lines: tuple[str, ...]


def versions(lock: Path) -> dict[str, str]:
    """The version of each artifact of a lock file, but for those of the compiler, which are locked in several."""
    content: dict[str, Any] = json.loads(lock.read_text(encoding="utf-8"))
    parts = (coordinate.rsplit(":", 1) for coordinate in content["jars"])
    return {name: version for name, version in parts if not name.endswith(":compiler")}


def changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """A line for each artifact that has come, gone, or has another version."""
    names = sorted({*before, *after})
    return [f"{name}: {before.get(name, 'none')} → {after.get(name, 'none')}" for name in names if before.get(name) != after.get(name)]


def strangers(found: dict[str, str]) -> list[str]:
    """A line for each language whose release is not the engine's."""
    engine = found[ENGINE]
    languages = {name: version for name, version in found.items() if name.startswith("org.graalvm.") and name.endswith("-language")}
    return [
        f"{name} {version} is of another release" for name, version in sorted(languages.items()) if _release(version) != _release(engine)
    ]


def _release(version: str) -> list[str]:
    return version.split(".")[:2]


def with_version(pom: str, version: str) -> str:
    """The build file with another version of the engine that our own code is compiled with."""
    return re.sub(r"<graalvm\.version>[^<]*<", f"<graalvm.version>{version}<", pom)


@contextmanager
def copy_of_this() -> Iterator[Path]:
    """A working copy of the last commit, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="amino-engines-") as folder:
        place = Path(folder) / "amino"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(place)], cwd=ROOT, check=True)
        try:
            yield place
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(place)], cwd=ROOT, check=True)


def run_checks(place: Path, checks: Sequence[str]) -> Iterator[Outcome]:
    """Runs targets of the Makefile in a working copy; without its set-up, none of the others."""
    for check in (SETUP, *checks):
        print(f"== {check}", flush=True)
        outcome = _run(place, check)
        yield outcome
        if check == SETUP and not outcome.passed:
            return


def _run(place: Path, check: str) -> Outcome:
    command = ["make", "-s", check]
    try:
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=CHECK_SECONDS)
    except subprocess.TimeoutExpired:
        return Outcome(check, False, (f"it did not end within {CHECK_SECONDS} seconds",))
    return Outcome(check, done.returncode == 0, tuple((done.stdout + done.stderr).splitlines()[-SHOWN_LINES:]))


def main() -> int:
    """Entry point. Returns the exit status: 0 where all checks pass, or nothing is newer."""
    parser = argparse.ArgumentParser(prog="make engines", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--newest", default=ANY, help="no artifact is newer than this")
    parser.add_argument("--checks", default=",".join(CHECKS), help="targets of the Makefile")
    options = parser.parse_args()
    with copy_of_this() as place:
        lock = [sys.executable, str(ROOT / "tools" / "lock_jars.py"), "--newest", options.newest, "--to", str(place / LOCK)]
        subprocess.run(lock, check=True)
        found = versions(place / LOCK)
        changed = changes(versions(ROOT / LOCK), found)
        print("\n".join(changed) or f"no engine up to {options.newest} is newer than ours")
        if not changed:
            return 0
        if strange := strangers(found):
            print("\n".join([f"the engine is {found[ENGINE]}", *strange, "not checked"]))
            return 1
        (place / POM).write_text(with_version((place / POM).read_text(encoding="utf-8"), found[ENGINE]), encoding="utf-8")
        failed = [outcome for outcome in run_checks(place, options.checks.split(",")) if not outcome.passed]
    for outcome in failed:
        print(f"== {outcome.check} fails\n" + "\n".join(outcome.lines))
    print("all pass" if not failed else f"{len(failed)} of the checks fail")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
