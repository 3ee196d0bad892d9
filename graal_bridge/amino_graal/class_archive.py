"""Archives of classes: guest languages as the JVM holds them in memory, mapped at the next start instead of being read from jars.

Measured in processor time, to the first context: Python 6.2 s instead of 14.4 s, Ruby 7.5 instead of 11.2, JavaScript 3.3 instead of 5.1
(`docs/decisions/0012`).
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from amino_graal.exclusive import exclusively
from amino_graal.flags import jvm_flags
from amino_graal.jpype_jar import jpype_jar
from amino_graal.machine import JavaMachine

_SECONDS = 900
_UNUSED_SECONDS = 14 * 24 * 3600
TRIAL_RUN = "amino_kernel.boot.trial_run"
"""Started by name: this room does not know a kernel's requests to its JVM half."""


class ClassArchives:
    """Archives in a folder, one for each JVM and set of jars. A JVM refuses an archive that does not fit, silently, and starts without it.

    Args:
        folder: Where they are kept; made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, machine: JavaMachine, compiler: Sequence[Path], guests: Sequence[Path]) -> Path | None:
        """Answers the archive for a JVM with these jars, or None when there is none.

        Args:
            machine: The JVM; it must not have the compiler's empty module.
            compiler: Jars of the compiler.
            guests: Jars of the languages, first on the class path and in this order.
        """
        path = self._path(machine, compiler, guests)
        try:
            os.utime(path)
        except FileNotFoundError:
            return None
        except OSError:
            # A folder that others fill, and we may only read.
            return path if path.exists() else None
        return path

    def make(
        self, machine: JavaMachine, compiler: Sequence[Path], guests: Sequence[Path], languages: Sequence[str], runtime_jar: Path
    ) -> Path | None:
        """Makes the archive if there is none, by a trial run of every language in a JVM of its own; takes 10 to 60 s, once.

        Answers None when the trial run fails: nothing depends on it.
        """
        with exclusively(self._folder):
            found = self.find(machine, compiler, guests)
            if found is not None:
                return found
            with tempfile.TemporaryDirectory(prefix=f".archive-{os.getpid()}-", dir=self._folder) as temporary:
                made = Path(temporary) / "classes.jsa"
                order = {
                    "library": str(machine.library),
                    "flags": [*jvm_flags(machine, compiler), f"-XX:ArchiveClassesAtExit={made}"],
                    "class_path": [str(jar) for jar in guests],
                    "languages": list(languages),
                    "runtime_jar": str(runtime_jar),
                }
                command = [sys.executable, "-m", TRIAL_RUN]
                try:
                    # A JVM that a failure ends writes an archive as well.
                    subprocess.run(command, input=json.dumps(order), text=True, capture_output=True, timeout=_SECONDS, check=True)
                except (OSError, subprocess.SubprocessError):
                    return None
                path = self._path(machine, compiler, guests)
                made.rename(path)
            self._drop_unused()
            return path

    def _drop_unused(self) -> None:
        """An archive has 150 MB, and new jars or another environment make another: those that no start has asked for are deleted."""
        oldest = time.time() - _UNUSED_SECONDS
        for archive in self._folder.glob("classes-*.jsa"):
            with contextlib.suppress(OSError):
                if archive.stat().st_mtime < oldest:
                    archive.unlink()

    def _path(self, machine: JavaMachine, compiler: Sequence[Path], guests: Sequence[Path]) -> Path:
        # JPype puts its own jar, which is that of this Python environment, behind the guests.
        stats = [(jar, jar.stat()) for jar in [*compiler, *guests, jpype_jar()]]
        parts = [str(machine.home), machine.version, *(f"{jar} {stat.st_size} {stat.st_mtime_ns}" for jar, stat in stats)]
        trial = importlib.util.find_spec(TRIAL_RUN)
        if trial is not None and trial.origin is not None:
            # Another trial run loads other classes.
            parts.append(hashlib.sha256(Path(trial.origin).read_bytes()).hexdigest())
        digest = hashlib.sha256("\n".join(parts).encode())
        return self._folder / f"classes-{digest.hexdigest()[:16]}.jsa"
