"""The jars of the compilers, by a lock file, in the cache that kernels keep their jars in."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amino_graal.jars import cache_folder
from amino_graal.lock import LockedJar, locked_jar
from amino_graal.resolver import fetch_with_jgo, take

LOCK = Path(__file__).with_name("jars.lock.json")
LANGUAGES = ("kotlin", "scala", "clojure")


@dataclass(frozen=True, slots=True)
class CompilerJars:
    """The jars of one language, as paths into the cache.

    Arguments:
        folder: the cache of the compilers.
        compiler: what only the compiler needs.
        libraries: what compiled classes need, too.
    """

    folder: Path
    compiler: tuple[Path, ...]
    libraries: tuple[Path, ...]

    def class_path(self) -> str:
        """All of them, as `java -cp` wants it."""
        return os.pathsep.join(str(path) for path in (*self.compiler, *self.libraries))


def compiler_jars(language: str) -> CompilerJars:
    """The jars of a language; those that the cache lacks are fetched. Raises NotTaken when a jar is not to be had."""
    lock: dict[str, Any] = json.loads(LOCK.read_text(encoding="utf-8"))
    kinds = {
        kind: tuple(_present(locked_jar(each, lock["jars"][each])) for each in lock["sets"][language][kind])
        for kind in ("compiler", "libraries")
    }
    return CompilerJars(_folder(), kinds["compiler"], kinds["libraries"])


def _folder() -> Path:
    return cache_folder(os.environ) / "compilers"


def _present(jar: LockedJar) -> Path:
    folder = _folder()
    path = folder / jar.file_name
    if path.is_file() and path.stat().st_size == jar.size:
        return path
    folder.mkdir(parents=True, exist_ok=True)
    # Beside the final place, so that the rename stays within one file system.
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        return take(jar, folder, Path(temporary), fetch_with_jgo)
