"""A JVM image made from the JDK with jlink: the same JVM without the empty module whose place GraalVM's compiler takes.

A JDK comes with a module `jdk.graal.compiler` that has nothing in it. Ours can replace it with `--upgrade-module-path` only, and that
option switches every class archive off. Without the empty module our jars are ordinary modules, and archives work: `docs/decisions/0012`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from amino_graal.exclusive import exclusively
from amino_graal.machine import PLACEHOLDERS, JavaMachine, inspect_home

_UNLINKABLE = ("jdk.jlink", "jdk.jpackage")
"""Modules that jlink refuses to put into an image of a JDK that has no folder `jmods`."""

_SECONDS = 300


class JvmImages:
    """Images in a folder, one for each JDK they were made from.

    Args:
        folder: Where they are kept; made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, machine: JavaMachine) -> JavaMachine | None:
        """Answers the image of a JDK, or None when there is none; a machine without the empty module needs none and is its own."""
        if not machine.has_placeholder:
            return machine
        image = inspect_home(self._home(machine))
        return None if image is None else replace(image, origin=machine.origin)

    def make(self, machine: JavaMachine) -> JavaMachine | None:
        """Makes the image if there is none; takes about 5 s, once. Answers None where jlink is missing or fails: nothing depends on it."""
        with exclusively(self._folder):
            found = self.find(machine)
            if found is not None:
                return found
            with tempfile.TemporaryDirectory(prefix=f".image-{os.getpid()}-", dir=self._folder) as temporary:
                made = Path(temporary) / "image"
                if not _link(machine, made):
                    return None
                target = self._home(machine)
                shutil.rmtree(target, ignore_errors=True)
                made.rename(target)
            return self.find(machine)

    def _home(self, machine: JavaMachine) -> Path:
        library = machine.library.stat()
        text = f"{machine.home}\n{machine.version}\n{library.st_size}\n{library.st_mtime_ns}"
        return self._folder / f"jvm-{machine.version}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _link(machine: JavaMachine, target: Path) -> bool:
    jlink = machine.home / "bin/jlink"
    modules = [name for name in machine.modules if name not in PLACEHOLDERS and name not in _UNLINKABLE]
    if not jlink.exists() or not modules:
        return False
    command = [str(jlink), "--add-modules", ",".join(modules), "--output", str(target), "--no-man-pages", "--no-header-files"]
    java = [str(target / "bin/java"), "-Xshare:dump"]
    try:
        linked = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False).returncode == 0
        # Archives of our classes lie on top of the JVM's own, which jlink leaves out.
        return linked and subprocess.run(java, capture_output=True, timeout=_SECONDS, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
